using System.Numerics;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra.Complex;
using QDiff.Engine.Gates;
using QDiff.Engine.Noise;

namespace QDiff.Engine.Planning;

/// <summary>The Kraus operators K_i of a channel or measurement with what selecting one of them, and undoing it, needs.</summary>
internal sealed class OperatorSet
{
    /// <summary>Rounding errors may grow by this factor while a backward sweep undoes operators; an operator that alone exceeds it has no inverse.</summary>
    public const double LargestCondition = 16;

    private const double Tolerance = 1e-9;

    private static readonly ConditionalWeakTable<Channel, OperatorSet> Sets = [];

    // For gradients alone.
    private readonly Lazy<double[]> _conditions;
    private readonly Lazy<Complex[][,]> _inverses;

    private OperatorSet(Complex[][,] operators)
    {
        Operators = operators;
        Effects = [.. operators.Select(k => Matrices.Multiply(Matrices.Adjoint(k), k))];
        double[] constant = [.. Effects.Select(e => e[0, 0].Real)];
        Probabilities = Effects.Zip(constant, IsMultipleOfIdentity).All(multiple => multiple) ? constant : null;
        _conditions = new(() => [.. operators.Select(Condition)]);
        _inverses = new(() => [.. operators.Zip(Conditions, Inverse)]);
    }

    /// <summary>|0⟩⟨0| and |1⟩⟨1|.</summary>
    public static OperatorSet Projectors { get; } = new([new Complex[,] { { 1, 0 }, { 0, 0 } }, new Complex[,] { { 0, 0 }, { 0, 1 } }]);

    /// <summary>2^k × 2^k each, the first qubit being the least significant bit of their indices.</summary>
    public Complex[][,] Operators { get; }

    /// <summary>K†K of every operator.</summary>
    public Complex[][,] Effects { get; }

    /// <summary>For a mixture of unitaries: the probabilities, which no state changes. Null otherwise.</summary>
    public double[]? Probabilities { get; }

    /// <summary>The ratio of the largest to the smallest singular value of every operator.</summary>
    public double[] Conditions => _conditions.Value;

    /// <summary>K⁻¹ of every operator; 0 where its condition is above <see cref="LargestCondition"/>.</summary>
    public Complex[][,] Inverses => _inverses.Value;

    /// <summary>The operators of a channel.</summary>
    public static OperatorSet Of(Channel channel) => Sets.GetValue(channel, static c => new OperatorSet([.. c.KrausOperators]));

    private static double Condition(Complex[,] k)
    {
        var values = DenseMatrix.OfArray(k).Svd(computeVectors: false).S;
        double least = values.Select(s => s.Real).Min();
        return least > 0 ? values.Select(s => s.Real).Max() / least : double.PositiveInfinity;
    }

    private static Complex[,] Inverse(Complex[,] k, double condition) =>
        condition <= LargestCondition ? DenseMatrix.OfArray(k).Inverse().ToArray() : new Complex[k.GetLength(0), k.GetLength(1)];

    private static bool IsMultipleOfIdentity(Complex[,] effect, double factor)
    {
        int size = effect.GetLength(0);
        for (int ab = 0; ab < size * size; ab++)
        {
            if (Complex.Abs(effect[ab / size, ab % size] - (ab / size == ab % size ? factor : 0)) > Tolerance)
            {
                return false;
            }
        }

        return true;
    }
}
