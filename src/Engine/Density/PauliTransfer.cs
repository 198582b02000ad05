using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Gates;
using QDiff.Engine.Noise;

namespace QDiff.Engine.Density;

/// <summary>
/// Maps on k qubits in the Pauli basis: c ↦ R c with c_P = tr(Pρ) and R_ij = 2^−k tr(P_i E(P_j)), real for every map that keeps Hermitian
/// matrices Hermitian. Index Σ_q digit_q·4^q with digits 0-3 for I, X, Y, Z on the map's q-th qubit.
/// Source: Greenbaum 2015 (docs/references.md: Greenbaum2015).
/// </summary>
internal static class PauliTransfer
{
    /// <summary>Entries this close to 0, 1 and −1 are meant to be those: the rounding of matrices up to 8 × 8.</summary>
    private const double Rounding = 1e-14;

    private static readonly ConditionalWeakTable<GateDefinition, double[,]> FixedGates = [];
    private static readonly ConditionalWeakTable<Channel, double[,]> Channels = [];

    /// <summary>U · U† of a gate without parameters.</summary>
    public static double[,] Of(GateDefinition gate) => FixedGates.GetValue(gate, static g => Of(g, []));

    /// <summary>U · U† of a gate at given parameter values.</summary>
    public static double[,] Of(GateDefinition gate, ReadOnlySpan<double> parameters) => Clean(OfMatrix(gate.Matrix(parameters)));

    /// <summary>∂(U · U†)/∂θ of one parameter: ∂U · U† + U · ∂U† = (U + ∂U) · (U + ∂U)† − U · U† − ∂U · ∂U†.</summary>
    public static double[,] Derivative(GateDefinition gate, ReadOnlySpan<double> parameters, int parameter)
    {
        Complex[,] matrix = gate.Matrix(parameters), change = gate.Derivative(parameters, parameter), both = (Complex[,])matrix.Clone();
        for (int i = 0; i < both.Length; i++)
        {
            both[i / both.GetLength(1), i % both.GetLength(1)] += change[i / both.GetLength(1), i % both.GetLength(1)];
        }

        double[,] result = OfMatrix(both), first = OfMatrix(matrix), second = OfMatrix(change);
        for (int i = 0; i < result.Length; i++)
        {
            int row = i / result.GetLength(1), column = i % result.GetLength(1);
            result[row, column] -= first[row, column] + second[row, column];
        }

        return result;
    }

    /// <summary>The matrix of a channel on 1-3 qubits.</summary>
    public static double[,] Of(Channel channel) => Channels.GetValue(channel, static c => c.Depolarizing is { } depolarizing
        ? OfShrink(depolarizing.Shrink, c.QubitCount)
        : Clean(SuperOperator.Of(c).ToPauliTransfer()));

    /// <summary>
    /// A matrix that only moves and negates coefficients: new[i] = Signs[i]·old[Source[i]]; null for any other. Clifford gates are of this
    /// form, and no other gates.
    /// </summary>
    public static SignedPermutation? TryPermutation(double[,] transfer)
    {
        int size = transfer.GetLength(0);
        var source = new int[size];
        var negative = new bool[size];
        for (int i = 0; i < size; i++)
        {
            int found = -1;
            for (int j = 0; j < size; j++)
            {
                double value = transfer[i, j];
                if (value == 0)
                {
                    continue;
                }

                if (found >= 0 || Math.Abs(value) != 1)
                {
                    return null;
                }

                found = j;
                negative[i] = value < 0;
            }

            if (found < 0)
            {
                return null;
            }

            source[i] = found;
        }

        return new SignedPermutation(source, negative);
    }

    private static double[,] OfMatrix(Complex[,] matrix) => SuperOperator.FromKraus([matrix]).ToPauliTransfer();

    private static double[,] OfShrink(double shrink, int qubits)
    {
        int size = 1 << (2 * qubits);
        var result = new double[size, size];
        for (int i = 0; i < size; i++)
        {
            result[i, i] = i == 0 ? 1 : shrink;
        }

        return result;
    }

    private static double[,] Clean(double[,] matrix)
    {
        int size = matrix.GetLength(0);
        for (int i = 0; i < size * size; i++)
        {
            ref double value = ref matrix[i / size, i % size];
            double nearest = Math.Round(value);
            value = Math.Abs(value - nearest) < Rounding ? nearest : value;
        }

        return matrix;
    }
}
