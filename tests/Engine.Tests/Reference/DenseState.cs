using System.Numerics;
using QDiff.Engine.States;

namespace QDiff.Engine.Tests.Reference;

/// <summary>
/// The naive reference: one state vector of <see cref="Complex"/> doubles, qubit q at bit q of the amplitude index (qubit 0 least
/// significant), every gate applied by its definition, entry by entry. It shares no code with the engine.
/// </summary>
internal sealed class DenseState
{
    public DenseState(int qubits)
    {
        Qubits = qubits;
        Amplitudes = new Complex[1 << qubits];
        Amplitudes[0] = 1;
    }

    public DenseState(Complex[] amplitudes)
    {
        Qubits = BitOperations.Log2((uint)amplitudes.Length);
        Amplitudes = [.. amplitudes];
    }

    /// <summary>A copy of one state of a batch.</summary>
    public static DenseState Of<T>(StateVectorBatch<T> states, int sample)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new([.. Enumerable.Range(0, (int)states.Dimension).Select(k => states.Amplitude(sample, k))]);

    public int Qubits { get; }

    public Complex[] Amplitudes { get; private set; }

    /// <summary>
    /// Applies a matrix whose index reads |qubits[0] qubits[1] …⟩ from the most significant bit:
    /// new[i] = Σ_j M[bits of i, j]·old[i with those bits replaced by j].
    /// </summary>
    public DenseState Apply(Complex[,] matrix, params int[] qubits)
    {
        var size = 1 << qubits.Length;
        var result = new Complex[Amplitudes.Length];
        for (var i = 0; i < result.Length; i++)
        {
            var row = Gather(i, qubits);
            for (var column = 0; column < size; column++)
            {
                result[i] += matrix[row, column] * Amplitudes[Scatter(i, column, qubits)];
            }
        }

        Amplitudes = result;
        return this;
    }

    /// <summary>⟨ψ|P|ψ⟩ for the Pauli string that has <c>paulis[q]</c> (one of IXYZ) on qubit q.</summary>
    public double Expectation(string paulis)
    {
        var image = new DenseState(Amplitudes);
        for (var qubit = 0; qubit < paulis.Length; qubit++)
        {
            image.Apply(
                paulis[qubit] switch
                {
                    'X' => ReferenceGates.X,
                    'Y' => ReferenceGates.Y,
                    'Z' => ReferenceGates.Z,
                    _ => ReferenceGates.Identity,
                },
                qubit);
        }

        return Inner(this, image).Real;
    }

    public double[] Probabilities() => [.. Amplitudes.Select(a => a.Real * a.Real + a.Imaginary * a.Imaginary)];

    /// <summary>|⟨a|b⟩|².</summary>
    public static double Fidelity(DenseState a, DenseState b) => Math.Pow(Inner(a, b).Magnitude, 2);

    private static Complex Inner(DenseState a, DenseState b) =>
        a.Amplitudes.Zip(b.Amplitudes).Aggregate(Complex.Zero, (sum, pair) => sum + Complex.Conjugate(pair.First) * pair.Second);

    private static int Gather(int index, int[] qubits)
    {
        var row = 0;
        foreach (var qubit in qubits)
        {
            row = 2 * row + ((index >> qubit) & 1);
        }

        return row;
    }

    private static int Scatter(int index, int column, int[] qubits)
    {
        for (var position = 0; position < qubits.Length; position++)
        {
            var bit = (column >> (qubits.Length - 1 - position)) & 1;
            index = (index & ~(1 << qubits[position])) | (bit << qubits[position]);
        }

        return index;
    }
}
