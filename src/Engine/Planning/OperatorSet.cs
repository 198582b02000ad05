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
    private readonly Lazy<double[][]> _inverses;

    private OperatorSet(Complex[][,] operators)
    {
        Complex[][,] effects = [.. operators.Select(k => Matrices.Multiply(Matrices.Adjoint(k), k))];
        double[] constant = [.. effects.Select(e => e[0, 0].Real)];
        Probabilities = effects.Zip(constant, IsMultipleOfIdentity).All(multiple => multiple) ? constant : null;
        Operators = [.. operators.Select(Numbers)];
        Effects = [.. effects.Select(Numbers)];
        _conditions = new(() => [.. operators.Select(Condition)]);
        _inverses = new(() => [.. operators.Zip(Conditions, Inverse).Select(Numbers)]);
    }

    /// <summary>|0⟩⟨0| and |1⟩⟨1|.</summary>
    public static OperatorSet Projectors { get; } = new([new Complex[,] { { 1, 0 }, { 0, 0 } }, new Complex[,] { { 0, 0 }, { 0, 1 } }]);

    /// <summary>The operators, [2^k, 2^k] of real and imaginary part; the first qubit is the least significant bit of their indices.</summary>
    public double[][] Operators { get; }

    /// <summary>K†K of every operator.</summary>
    public double[][] Effects { get; }

    /// <summary>For a mixture of unitaries: the probabilities, which no state changes. Null otherwise.</summary>
    public double[]? Probabilities { get; }

    /// <summary>The ratio of the largest to the smallest singular value of every operator.</summary>
    public double[] Conditions => _conditions.Value;

    /// <summary>K⁻¹ of every operator; 0 where its condition is above <see cref="LargestCondition"/>.</summary>
    public double[][] Inverses => _inverses.Value;

    /// <summary>The operators of a channel.</summary>
    public static OperatorSet Of(Channel channel) => Sets.GetValue(channel, static c => new OperatorSet([.. c.KrausOperators]));

    /// <summary>A matrix as [row, column] of real and imaginary part.</summary>
    public static double[] Numbers(Complex[,] matrix)
    {
        int size = matrix.GetLength(0);
        var numbers = new double[2 * size * size];
        for (int ab = 0; ab < size * size; ab++)
        {
            numbers[2 * ab] = matrix[ab / size, ab % size].Real;
            numbers[2 * ab + 1] = matrix[ab / size, ab % size].Imaginary;
        }

        return numbers;
    }

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
