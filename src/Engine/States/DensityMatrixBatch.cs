using System.Numerics;
using QDiff.Engine.Density;
using QDiff.Engine.Observables;

namespace QDiff.Engine.States;

/// <summary>
/// A batch of density matrices [batch, 2^n, 2^n], kept in the Pauli basis: [batch, 4^n] real coefficients c_P = tr(Pρ) with
/// ρ = 2^−n Σ_P c_P P. String P has index Σ_q digit_q·4^q with digits 0-3 for I, X, Y, Z on qubit q; coefficient 0 is the trace.
/// Every such state is Hermitian. Must be disposed.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed unsafe class DensityMatrixBatch<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NativeBuffer<T> _coefficients;

    private DensityMatrixBatch(int batch, int qubits)
    {
        Guard.Precision<T>();
        Guard.Batch(batch);
        Guard.DensityQubits(qubits);
        Batch = batch;
        QubitCount = qubits;
        _coefficients = new NativeBuffer<T>(batch * CoefficientCount);
    }

    /// <summary>Number of states.</summary>
    public int Batch { get; }

    /// <summary>Number of qubits n of each state.</summary>
    public int QubitCount { get; }

    /// <summary>2^n, rows and columns of the matrix.</summary>
    public int Dimension => 1 << QubitCount;

    /// <summary>4^n.</summary>
    public long CoefficientCount => 1L << (2 * QubitCount);

    /// <summary>Coefficients of one state, [4^n].</summary>
    public Span<T> Coefficients(int sample) => new(Pointer(sample), (int)CoefficientCount);

    /// <summary>Coefficients of neighbouring states, [count, 4^n].</summary>
    internal Span<T> Coefficients(int first, int count) => new(Pointer(first), checked((int)(count * CoefficientCount)));

    internal T* Pointer(int sample)
    {
        Guard.Sample(sample, Batch);
        return _coefficients.Pointer + sample * CoefficientCount;
    }

    /// <summary>Every state |0…0⟩⟨0…0|.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Batch below 1 or qubits outside 1-12.</exception>
    /// <exception cref="OutOfMemoryException">The memory cannot be had; the message says how many bytes are wanted and there.</exception>
    public static DensityMatrixBatch<T> Zero(int batch, int qubits)
    {
        var states = new DensityMatrixBatch<T>(batch, qubits);
        for (int sample = 0; sample < batch; sample++)
        {
            states.SetZero(sample);
        }

        return states;
    }

    /// <summary>Every state 1/2^n.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Batch below 1 or qubits outside 1-12.</exception>
    /// <exception cref="OutOfMemoryException">The memory cannot be had; the message says how many bytes are wanted and there.</exception>
    public static DensityMatrixBatch<T> MaximallyMixed(int batch, int qubits)
    {
        var states = new DensityMatrixBatch<T>(batch, qubits);
        for (int sample = 0; sample < batch; sample++)
        {
            states.Coefficients(sample)[0] = T.One;
        }

        return states;
    }

    /// <summary>|ψ⟩⟨ψ| of every state vector, not normalised.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The states have more than 12 qubits.</exception>
    /// <exception cref="OutOfMemoryException">The memory cannot be had; the message says how many bytes are wanted and there.</exception>
    public static DensityMatrixBatch<T> FromStateVectors(StateVectorBatch<T> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        var states = new DensityMatrixBatch<T>(vectors.Batch, vectors.QubitCount);
        try
        {
            int size = states.Dimension;
            var matrix = new Complex[size, size];
            var coefficients = new double[states.CoefficientCount];
            for (int sample = 0; sample < vectors.Batch; sample++)
            {
                for (int r = 0; r < size; r++)
                {
                    for (int c = 0; c < size; c++)
                    {
                        matrix[r, c] = vectors.Amplitude(sample, r) * Complex.Conjugate(vectors.Amplitude(sample, c));
                    }
                }

                states.Set(sample, matrix, coefficients);
            }

            return states;
        }
        catch
        {
            states.Dispose();
            throw;
        }
    }

    /// <summary>States from matrices, each [2^n, 2^n].</summary>
    /// <param name="matrices">At least one; all of the same size.</param>
    /// <exception cref="ArgumentException">
    /// Sizes differ or are not 2^n with n in 1-12, an entry is not finite, or a matrix is not Hermitian, of trace 1 and free of negative
    /// eigenvalues, each to 1e-6; the message has the deviation.
    /// </exception>
    public static DensityMatrixBatch<T> FromComplex(params IReadOnlyList<Complex[,]> matrices)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        int qubits = Guard.DensityMatrices(matrices);
        var states = new DensityMatrixBatch<T>(matrices.Count, qubits);
        var coefficients = new double[states.CoefficientCount];
        for (int sample = 0; sample < matrices.Count; sample++)
        {
            states.Set(sample, matrices[sample], coefficients);
        }

        return states;
    }

    /// <summary>A copy with its own memory.</summary>
    public DensityMatrixBatch<T> Clone()
    {
        var copy = new DensityMatrixBatch<T>(Batch, QubitCount);
        for (int sample = 0; sample < Batch; sample++)
        {
            Coefficients(sample).CopyTo(copy.Coefficients(sample));
        }

        return copy;
    }

    /// <summary>ρ[row, column], row being the ket's index: a sum of 2^n coefficients.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample, row or column.</exception>
    public Complex Element(int sample, int row, int column)
    {
        Guard.AmplitudeIndex(row, Dimension);
        Guard.AmplitudeIndex(column, Dimension);
        ReadOnlySpan<T> coefficients = Coefficients(sample);

        // Strings with X or Y where the bits differ and I or Z where they agree have the entry i^{|x ∧ z|} (−1)^{|column ∧ z|}.
        int flips = row ^ column;
        double real = 0, imaginary = 0;
        for (int z = 0; z < Dimension; z++)
        {
            long index = 0;
            for (int q = 0; q < QubitCount; q++)
            {
                int digit = (((flips >> q) & 1), ((z >> q) & 1)) switch { (0, 0) => 0, (1, 0) => 1, (1, 1) => 2, _ => 3 };
                index |= (long)digit << (2 * q);
            }

            double value = double.CreateChecked(coefficients[(int)index]);
            switch ((BitOperations.PopCount((uint)(flips & z)) + 2 * BitOperations.PopCount((uint)(column & z))) & 3)
            {
                case 0: real += value; break;
                case 1: imaginary += value; break;
                case 2: real -= value; break;
                default: imaginary -= value; break;
            }
        }

        return new Complex(real / Dimension, imaginary / Dimension);
    }

    /// <summary>The whole matrix of one state, [2^n, 2^n].</summary>
    public Complex[,] ToComplex(int sample) => PauliBasis.ToMatrix(InDouble(sample));

    /// <summary>tr(Pρ) of one state.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample, or the string acts on a qubit outside the register.</exception>
    public double Expectation(int sample, PauliString text)
    {
        ArgumentNullException.ThrowIfNull(text);
        long index = 0;
        foreach (var (qubit, pauli) in text.Factors)
        {
            Guard.Qubit(qubit, QubitCount);
            index |= (long)pauli << (2 * qubit);
        }

        return double.CreateChecked(Coefficients(sample)[(int)index]);
    }

    /// <summary>tr ρ of one state.</summary>
    public double Trace(int sample) => double.CreateChecked(Coefficients(sample)[0]);

    /// <summary>tr ρ² = 2^−n Σ_P c_P²: 1 for a pure state, 2^−n for the maximally mixed one.</summary>
    public double Purity(int sample)
    {
        double sum = 0;
        foreach (T coefficient in Coefficients(sample))
        {
            double value = double.CreateChecked(coefficient);
            sum += value * value;
        }

        return sum / Dimension;
    }

    /// <summary>⟨k|ρ|k⟩ for every basis state k of one state, [2^n]; rounding may leave some a little below 0.</summary>
    public double[] Probabilities(int sample)
    {
        ReadOnlySpan<T> coefficients = Coefficients(sample);
        var probabilities = new double[Dimension];
        long[] strides = [.. Enumerable.Range(0, QubitCount).Select(q => 1L << (2 * q))];
        for (int zs = 0; zs < Dimension; zs++)
        {
            probabilities[zs] = double.CreateChecked(coefficients[(int)ReadoutPlaces.Place(zs, strides)]);
        }

        ReadoutPlaces.ToProbabilities(probabilities);
        return probabilities;
    }

    /// <summary>The states of some qubits, all others traced out: qubit i of the result is <paramref name="kept"/>[i].</summary>
    /// <param name="kept">1 to n different qubits.</param>
    /// <exception cref="ArgumentException">There is none, or one is outside the register or repeated.</exception>
    /// <remarks>In the Pauli basis these are the coefficients of the strings with I on the others: 4^k copies.</remarks>
    public DensityMatrixBatch<T> PartialTrace(params ReadOnlySpan<int> kept)
    {
        Guard.KeptQubits(kept, QubitCount);
        var reduced = new DensityMatrixBatch<T>(Batch, kept.Length);
        for (int sample = 0; sample < Batch; sample++)
        {
            Span<T> from = Coefficients(sample), to = reduced.Coefficients(sample);
            for (int i = 0; i < to.Length; i++)
            {
                int index = 0;
                for (int b = 0; b < kept.Length; b++)
                {
                    index |= ((i >> (2 * b)) & 3) << (2 * kept[b]);
                }

                to[i] = from[index];
            }
        }

        return reduced;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _coefficients.Dispose();

    internal double[] InDouble(int sample)
    {
        ReadOnlySpan<T> from = Coefficients(sample);
        var numbers = new double[from.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = double.CreateChecked(from[i]);
        }

        return numbers;
    }

    private void SetZero(int sample)
    {
        Span<T> coefficients = Coefficients(sample);
        long[] strides = [.. Enumerable.Range(0, QubitCount).Select(q => 1L << (2 * q))];
        for (int zs = 0; zs < Dimension; zs++)
        {
            coefficients[(int)ReadoutPlaces.Place(zs, strides)] = T.One;
        }
    }

    private void Set(int sample, Complex[,] matrix, double[] work)
    {
        PauliBasis.FromMatrix(matrix, work);
        Span<T> coefficients = Coefficients(sample);
        for (int i = 0; i < work.Length; i++)
        {
            coefficients[i] = T.CreateChecked(work[i]);
        }
    }
}
