using System.Numerics;
using System.Runtime.InteropServices;

namespace QDiff.Engine;

internal static partial class Guard
{
    public static void Precision<T>()
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new NotSupportedException($"States are of type float or double; got {typeof(T).Name}.");
        }
    }

    public static void Batch(int batch)
    {
        if (batch < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(batch), $"A batch has at least 1 sample; got {batch}.");
        }
    }

    public static void Sample(int sample, int batch)
    {
        if ((uint)sample >= (uint)batch)
        {
            throw new ArgumentOutOfRangeException(nameof(sample), $"Sample {sample} is outside this batch of {batch} (valid: 0-{batch - 1}).");
        }
    }

    public static void AmplitudeIndex(int index, long dimension)
    {
        if (index < 0 || index >= dimension)
        {
            throw new ArgumentOutOfRangeException(nameof(index), $"Amplitude {index} is outside this state of {dimension} amplitudes.");
        }
    }

    public static int AmplitudeCount(int length)
    {
        if (length < 2 || length > 1 << MaximumQubits || !BitOperations.IsPow2(length))
        {
            throw new ArgumentException($"A state has 2^n amplitudes with n in 1-{MaximumQubits}; got {length}.", nameof(length));
        }

        return BitOperations.Log2((uint)length);
    }

    public static void FiniteAmplitude(Complex amplitude, int sample, int index)
    {
        if (!Complex.IsFinite(amplitude))
        {
            throw new ArgumentException($"Amplitude {index} of sample {sample} must be finite; got {amplitude}.");
        }
    }

    public static void SameShape(int batch, int qubits, int otherBatch, int otherQubits)
    {
        if (batch != otherBatch || qubits != otherQubits)
        {
            throw new ArgumentException($"The destination must hold {batch} states of {qubits} qubits; it holds {otherBatch} of {otherQubits}.");
        }
    }

    public static void NormalizableNorm(double norm, int sample)
    {
        if (!double.IsFinite(norm) || norm == 0)
        {
            throw new InvalidOperationException($"State {sample} cannot be normalised: its norm is {norm}.");
        }
    }

    public static unsafe void* Allocate(nuint bytes, nuint alignment)
    {
        // Linux hands out addresses for more than there is; ask first, so that the answer is a sentence and not a killed process.
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (available <= 0 || bytes <= (ulong)available)
        {
            try
            {
                return NativeMemory.AlignedAlloc(bytes, alignment);
            }
            catch (OutOfMemoryException)
            {
                // Said below with the number of bytes.
            }
        }

        throw new OutOfMemoryException($"{bytes:N0} bytes are needed and cannot be had ({available:N0} in all); use fewer qubits, a smaller batch or single precision.");
    }
}
