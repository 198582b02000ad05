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
        var mask = qubits.Sum(qubit => 1 << qubit);
        int[] bits = [.. Enumerable.Range(0, size).Select(column => Scatter(column, qubits))];
        var result = new Complex[Amplitudes.Length];
        for (var i = 0; i < result.Length; i++)
        {
            var row = Array.IndexOf(bits, i & mask);
            for (var column = 0; column < size; column++)
            {
                result[i] += matrix[row, column] * Amplitudes[(i & ~mask) | bits[column]];
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
            if (paulis[qubit] != 'I')
            {
                image.Apply(paulis[qubit] switch { 'X' => ReferenceGates.X, 'Y' => ReferenceGates.Y, _ => ReferenceGates.Z }, qubit);
            }
        }

        return Inner(this, image).Real;
    }

    public double[] Probabilities() => [.. Amplitudes.Select(a => a.Real * a.Real + a.Imaginary * a.Imaginary)];

    /// <summary>|⟨a|b⟩|².</summary>
    public static double Fidelity(DenseState a, DenseState b) => Math.Pow(Inner(a, b).Magnitude, 2);

    private static Complex Inner(DenseState a, DenseState b)
    {
        Complex sum = 0;
        for (var i = 0; i < a.Amplitudes.Length; i++)
        {
            sum += Complex.Conjugate(a.Amplitudes[i]) * b.Amplitudes[i];
        }

        return sum;
    }

    // The amplitude-index bits of a matrix index whose most significant bit belongs to the first qubit.
    private static int Scatter(int column, int[] qubits) => Enumerable.Range(0, qubits.Length)
        .Sum(position => ((column >> (qubits.Length - 1 - position)) & 1) << qubits[position]);
}
