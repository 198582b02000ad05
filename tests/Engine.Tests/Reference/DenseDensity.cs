using System.Numerics;

namespace QDiff.Engine.Tests.Reference;

/// <summary>
/// The naive reference of noisy circuits: one density matrix of <see cref="Complex"/> doubles, row = ket, qubit q at bit q of both indices.
/// Every map is applied by its definition. It shares no code with the engine.
/// </summary>
internal sealed class DenseDensity
{
    public DenseDensity(Complex[,] matrix)
    {
        Matrix = (Complex[,])matrix.Clone();
        Qubits = BitOperations.Log2((uint)matrix.GetLength(0));
    }

    /// <summary>|ψ⟩⟨ψ|.</summary>
    public DenseDensity(DenseState state)
        : this(Outer(state.Amplitudes))
    {
    }

    public int Qubits { get; }

    public Complex[,] Matrix { get; private set; }

    private int Size => Matrix.GetLength(0);

    /// <summary>Σ K ρ K†; the index of each K reads |qubits[0] qubits[1] …⟩ from the most significant bit.</summary>
    public DenseDensity Apply(IEnumerable<Complex[,]> operators, params int[] qubits)
    {
        var sum = new Complex[Size, Size];
        foreach (var k in operators)
        {
            var rows = OnRows(k, Matrix, qubits);
            // (K ρ) K† = (K (K ρ)†)†
            var both = Dagger(OnRows(k, Dagger(rows), qubits));
            for (var i = 0; i < Size * Size; i++)
            {
                sum[i / Size, i % Size] += both[i / Size, i % Size];
            }
        }

        Matrix = sum;
        return this;
    }

    /// <summary>(1 − p) ρ + p (I/2^k on the qubits) ⊗ (ρ with the qubits traced out).</summary>
    public DenseDensity Depolarize(double p, params int[] qubits)
    {
        var mask = qubits.Sum(q => 1 << q);
        var result = new Complex[Size, Size];
        for (var r = 0; r < Size; r++)
        {
            for (var c = 0; c < Size; c++)
            {
                result[r, c] = (1 - p) * Matrix[r, c];
                if ((r & mask) == (c & mask))
                {
                    for (var x = 0; x < Size; x++)
                    {
                        if ((x & ~mask) == 0)
                        {
                            result[r, c] += p / (1 << qubits.Length) * Matrix[(r & ~mask) | x, (c & ~mask) | x];
                        }
                    }
                }
            }
        }

        Matrix = result;
        return this;
    }

    /// <summary>Measures a qubit and forgets the outcome: |0⟩⟨0| ρ |0⟩⟨0| + |1⟩⟨1| ρ |1⟩⟨1|.</summary>
    public DenseDensity Measure(int qubit) => Apply([new Complex[,] { { 1, 0 }, { 0, 0 } }, new Complex[,] { { 0, 0 }, { 0, 1 } }], qubit);

    /// <summary>|0⟩⟨0| ρ |0⟩⟨0| + |0⟩⟨1| ρ |1⟩⟨0|.</summary>
    public DenseDensity Reset(int qubit) => Apply([new Complex[,] { { 1, 0 }, { 0, 0 } }, new Complex[,] { { 0, 1 }, { 0, 0 } }], qubit);

    /// <summary>tr(Pρ) for the Pauli string that has <c>paulis[q]</c> (one of IXYZ) on qubit q.</summary>
    public double Expectation(string paulis)
    {
        var image = Matrix;
        for (var qubit = 0; qubit < paulis.Length; qubit++)
        {
            if (paulis[qubit] != 'I')
            {
                image = OnRows(paulis[qubit] switch { 'X' => ReferenceGates.X, 'Y' => ReferenceGates.Y, _ => ReferenceGates.Z }, image, [qubit]);
            }
        }

        return Enumerable.Range(0, Size).Sum(i => image[i, i].Real);
    }

    public double[] Probabilities() => [.. Enumerable.Range(0, Size).Select(i => Matrix[i, i].Real)];

    /// <summary>Σ_x ⟨x|ρ|x⟩ over the qubits left out: entry by entry.</summary>
    public Complex[,] PartialTrace(params int[] kept)
    {
        var size = 1 << kept.Length;
        var mask = kept.Sum(q => 1 << q);
        var result = new Complex[size, size];
        for (var r = 0; r < Size; r++)
        {
            for (var c = 0; c < Size; c++)
            {
                if ((r & ~mask) == (c & ~mask))
                {
                    result[Gather(r), Gather(c)] += Matrix[r, c];
                }
            }
        }

        return result;

        int Gather(int index) => Enumerable.Range(0, kept.Length).Sum(i => ((index >> kept[i]) & 1) << i);
    }

    private Complex[,] OnRows(Complex[,] k, Complex[,] matrix, int[] qubits)
    {
        var size = 1 << qubits.Length;
        var mask = qubits.Sum(q => 1 << q);
        int[] bits = [.. Enumerable.Range(0, size).Select(column => Enumerable.Range(0, qubits.Length).Sum(i => ((column >> (qubits.Length - 1 - i)) & 1) << qubits[i]))];
        var result = new Complex[Size, Size];
        for (var r = 0; r < Size; r++)
        {
            var row = Array.IndexOf(bits, r & mask);
            for (var column = 0; column < size; column++)
            {
                var factor = k[row, column];
                if (factor == 0)
                {
                    continue;
                }

                for (var c = 0; c < Size; c++)
                {
                    result[r, c] += factor * matrix[(r & ~mask) | bits[column], c];
                }
            }
        }

        return result;
    }

    private static Complex[,] Dagger(Complex[,] matrix)
    {
        var size = matrix.GetLength(0);
        var result = new Complex[size, size];
        for (var i = 0; i < size * size; i++)
        {
            result[i % size, i / size] = Complex.Conjugate(matrix[i / size, i % size]);
        }

        return result;
    }

    private static Complex[,] Outer(Complex[] amplitudes)
    {
        var result = new Complex[amplitudes.Length, amplitudes.Length];
        for (var r = 0; r < amplitudes.Length; r++)
        {
            for (var c = 0; c < amplitudes.Length; c++)
            {
                result[r, c] = amplitudes[r] * Complex.Conjugate(amplitudes[c]);
            }
        }

        return result;
    }
}
