using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Density;

/// <summary>
/// v_b ← 2^−n Σ_s (−1)^{|b ∧ s|} v_s: coefficients of Z strings into Born probabilities, or cotangents of those into cotangents of these.
/// A group owns one row in shared memory, a thread every T-th pair in each of n stages. Bytes: each number once each way.
/// </summary>
internal sealed class WalshHadamardKernel<T>(DeviceSession session)
    where T : unmanaged, INumber<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, int, T>> _launch =
        session.Compile("Walsh-Hadamard transform", accelerator => accelerator.LoadKernel<ArrayView<T>, int, T>(Run));

    /// <summary>The kernel.</summary>
    /// <param name="rows">[batch, 2^n], changed in place.</param>
    /// <param name="size">2^n, at most 4096.</param>
    /// <param name="scale">2^−n.</param>
    public static void Run(ArrayView<T> rows, int size, T scale)
    {
        var row = SharedMemory.GetDynamic<T>();
        long first = (long)Grid.IdxX * size;
        for (int i = Group.IdxX; i < size; i += Group.DimX)
        {
            row[i] = rows[first + i];
        }

        Group.Barrier();
        for (int half = 1; half < size; half *= 2)
        {
            for (int i = Group.IdxX; i < size / 2; i += Group.DimX)
            {
                int low = 2 * (i & -half) + (i & (half - 1));
                T a = row[low], b = row[low + half];
                row[low] = a + b;
                row[low + half] = a - b;
            }

            Group.Barrier();
        }

        for (int i = Group.IdxX; i < size; i += Group.DimX)
        {
            rows[first + i] = scale * row[i];
        }
    }

    /// <summary>Launches one group for each row.</summary>
    public void Launch(int batch, ArrayView<T> rows, int size, T scale)
    {
        var config = new KernelConfig(batch, Math.Min(session.GroupThreads, Math.Max(1, size / 2)), SharedMemoryConfig.RequestDynamic<T>(size));
        _launch.Value(session.Stream, config, rows, size, scale);
    }
}
