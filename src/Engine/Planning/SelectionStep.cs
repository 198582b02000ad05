using System.Numerics;
using QDiff.Engine.Gates;

namespace QDiff.Engine.Planning;

/// <summary>
/// One of the Kraus operators K_i of a channel, a measurement or a reset is drawn with probability p_i = ‖K_i ψ‖² and the state becomes
/// K_i ψ/√p_i: the first i whose running sum of probabilities is above the uniform number.
/// </summary>
internal sealed class SelectionStep : PlanStep
{
    /// <summary>No classical bit.</summary>
    public const int None = -1;

    private const double Tolerance = 1e-9;

    public SelectionStep(IndexMap map, int[] qubits, Complex[][,] operators, int draw, int bit, bool resets, int index, int matrixOffset)
        : base(map)
    {
        Qubits = qubits;
        Geometry = new PassGeometry(map, qubits);
        Operators = operators;
        Effects = [.. operators.Select(k => Matrices.Multiply(Matrices.Adjoint(k), k))];
        Draw = draw;
        Bit = bit;
        Resets = resets;
        Index = index;
        MatrixOffset = matrixOffset;
        double[] constant = [.. Effects.Select(e => e[0, 0].Real)];
        Probabilities = Effects.Zip(constant, IsMultipleOfIdentity).All(multiple => multiple) ? constant : null;
    }

    public int[] Qubits { get; }

    public PassGeometry Geometry { get; }

    /// <summary>2^k × 2^k each, the first qubit being the least significant bit of their indices.</summary>
    public Complex[][,] Operators { get; }

    /// <summary>K†K of every operator.</summary>
    public Complex[][,] Effects { get; }

    /// <summary>For a mixture of unitaries: the probabilities, which no state changes. Null otherwise.</summary>
    public double[]? Probabilities { get; }

    /// <summary>Number of the uniform number.</summary>
    public int Draw { get; }

    /// <summary>The classical bit that takes the outcome, or <see cref="None"/>.</summary>
    public int Bit { get; }

    /// <summary>Whether the qubit is in |0⟩ afterwards.</summary>
    public bool Resets { get; }

    /// <summary>Number of this step among the selections of its plan.</summary>
    public int Index { get; }

    /// <summary>Where its matrices are kept, in vectors.</summary>
    public int MatrixOffset { get; }

    /// <summary>Vectors of its matrices: real and imaginary parts of every entry.</summary>
    public int MatrixVectors => 2 << (2 * Qubits.Length);

    public override bool IsDifferentiable => false;

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
