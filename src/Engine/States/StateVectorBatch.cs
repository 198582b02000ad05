using System.Numerics;

namespace QDiff.Engine.States;

/// <summary>
/// A batch of state vectors [batch, 2^n], as two planes of real and imaginary parts, each row-major [batch][2^n] in native
/// memory aligned to 64 bytes. Qubit 0 is the least significant bit of the amplitude index. Must be disposed.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed unsafe class StateVectorBatch<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NativeBuffer<T> _real;
    private readonly NativeBuffer<T> _imaginary;

    private StateVectorBatch(int batch, int qubits)
    {
        Guard.Precision<T>();
        Guard.Batch(batch);
        Guard.QubitCount(qubits);
        Batch = batch;
        QubitCount = qubits;
        _real = new NativeBuffer<T>(batch * Dimension);
        try
        {
            _imaginary = new NativeBuffer<T>(batch * Dimension);
        }
        catch
        {
            _real.Dispose();
            throw;
        }
    }

    /// <summary>Number of states.</summary>
    public int Batch { get; }

    /// <summary>Number of qubits n of each state.</summary>
    public int QubitCount { get; }

    /// <summary>2^n.</summary>
    public long Dimension => 1L << QubitCount;

    /// <summary>Real parts of one state, [2^n].</summary>
    public Span<T> Real(int sample) => new(RealPointer(sample), (int)Dimension);

    /// <summary>Imaginary parts of one state, [2^n].</summary>
    public Span<T> Imaginary(int sample) => new(ImaginaryPointer(sample), (int)Dimension);

    internal T* RealPointer(int sample)
    {
        Guard.Sample(sample, Batch);
        return _real.Pointer + sample * Dimension;
    }

    internal T* ImaginaryPointer(int sample)
    {
        Guard.Sample(sample, Batch);
        return _imaginary.Pointer + sample * Dimension;
    }

    /// <summary>Every state |0…0⟩.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Batch below 1 or qubits outside 1-30.</exception>
    /// <exception cref="OutOfMemoryException">The memory cannot be had; the message says how many bytes.</exception>
    public static StateVectorBatch<T> Zero(int batch, int qubits)
    {
        var states = new StateVectorBatch<T>(batch, qubits);
        for (int sample = 0; sample < batch; sample++)
        {
            states.Real(sample)[0] = T.One;
        }

        return states;
    }

    /// <summary>One state from its amplitudes, whose number must be a power of two. They are not normalised.</summary>
    /// <exception cref="ArgumentException">The length is not 2^n with n in 1-30, or an amplitude is not finite.</exception>
    public static StateVectorBatch<T> FromComplex(Complex[] amplitudes)
    {
        ArgumentNullException.ThrowIfNull(amplitudes);
        var matrix = new Complex[1, amplitudes.Length];
        for (int k = 0; k < amplitudes.Length; k++)
        {
            matrix[0, k] = amplitudes[k];
        }

        return FromComplex(matrix);
    }

    /// <summary>States from amplitudes [batch, 2^n]. They are not normalised.</summary>
    /// <exception cref="ArgumentException">The second length is not 2^n with n in 1-30, or an amplitude is not finite.</exception>
    public static StateVectorBatch<T> FromComplex(Complex[,] amplitudes)
    {
        ArgumentNullException.ThrowIfNull(amplitudes);
        int qubits = Guard.AmplitudeCount(amplitudes.GetLength(1));
        var states = new StateVectorBatch<T>(amplitudes.GetLength(0), qubits);
        for (int sample = 0; sample < states.Batch; sample++)
        {
            Span<T> real = states.Real(sample), imaginary = states.Imaginary(sample);
            for (int k = 0; k < real.Length; k++)
            {
                Guard.FiniteAmplitude(amplitudes[sample, k], sample, k);
                real[k] = T.CreateChecked(amplitudes[sample, k].Real);
                imaginary[k] = T.CreateChecked(amplitudes[sample, k].Imaginary);
            }
        }

        return states;
    }

    /// <summary>Random normalised states, uniform on the sphere; the same seed gives the same states, whatever the batch.</summary>
    public static StateVectorBatch<T> Random(int batch, int qubits, int seed)
    {
        var states = new StateVectorBatch<T>(batch, qubits);
        for (int sample = 0; sample < batch; sample++)
        {
            var random = new System.Random(HashCode(seed, sample));
            Span<T> real = states.Real(sample), imaginary = states.Imaginary(sample);
            double norm = 0;
            for (int k = 0; k < real.Length; k++)
            {
                // Box and Muller: two independent normal numbers from two uniform ones.
                double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
                var (sin, cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
                real[k] = T.CreateChecked(radius * cos);
                imaginary[k] = T.CreateChecked(radius * sin);
                norm += radius * radius;
            }

            T scale = T.CreateChecked(1 / Math.Sqrt(norm));
            for (int k = 0; k < real.Length; k++)
            {
                real[k] *= scale;
                imaginary[k] *= scale;
            }
        }

        return states;
    }

    /// <summary>A copy with its own memory.</summary>
    public StateVectorBatch<T> Clone()
    {
        var copy = new StateVectorBatch<T>(Batch, QubitCount);
        CopyTo(copy);
        return copy;
    }

    /// <summary>Copies every amplitude into another batch of the same shape.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void CopyTo(StateVectorBatch<T> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Guard.SameShape(Batch, QubitCount, destination.Batch, destination.QubitCount);
        for (int sample = 0; sample < Batch; sample++)
        {
            Real(sample).CopyTo(destination.Real(sample));
            Imaginary(sample).CopyTo(destination.Imaginary(sample));
        }
    }

    /// <summary>One amplitude.</summary>
    public Complex Amplitude(int sample, int index)
    {
        Guard.AmplitudeIndex(index, Dimension);
        return new Complex(double.CreateChecked(Real(sample)[index]), double.CreateChecked(Imaginary(sample)[index]));
    }

    /// <summary>√⟨ψ|ψ⟩ of one state, summed in double.</summary>
    public double Norm(int sample)
    {
        double sum = 0;
        Span<T> real = Real(sample), imaginary = Imaginary(sample);
        for (int k = 0; k < real.Length; k++)
        {
            double re = double.CreateChecked(real[k]), im = double.CreateChecked(imaginary[k]);
            sum += re * re + im * im;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>Divides every state by its norm.</summary>
    /// <exception cref="InvalidOperationException">A state is zero or not finite.</exception>
    public void Normalize()
    {
        for (int sample = 0; sample < Batch; sample++)
        {
            double norm = Norm(sample);
            Guard.NormalizableNorm(norm, sample);
            T scale = T.CreateChecked(1 / norm);
            Span<T> real = Real(sample), imaginary = Imaginary(sample);
            for (int k = 0; k < real.Length; k++)
            {
                real[k] *= scale;
                imaginary[k] *= scale;
            }
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _real.Dispose();
        _imaginary.Dispose();
    }

    private static int HashCode(int seed, int sample)
    {
        // SplitMix64 finaliser: neighbouring samples get unrelated seeds.
        ulong z = ((ulong)(uint)seed << 32 | (uint)sample) + 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return (int)(z ^ (z >> 31));
    }
}
