using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;
using QDiff.Kernels.StateVectors;

namespace QDiff.Kernels.Measurement;

/// <summary>
/// Running sums S_k = Σ_{j ≤ k} |ψ_j|² of every state, in double. A group owns one state, a thread a row of neighbouring amplitudes: it adds them up, takes what all rows before have,
/// and goes through its own again. Bytes: each amplitude is read twice, each sum written once.
/// </summary>
internal sealed class RunningSumKernel<T, TPrecision>(DeviceSession session)
    where T : unmanaged, INumber<T>
    where TPrecision : IPrecision<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<double>, int>> _launch =
        session.Compile("running sums", accelerator => accelerator.LoadKernel<ArrayView<T>, ArrayView<T>, ArrayView<double>, int>(Run));

    /// <summary>The kernel.</summary>
    /// <param name="re">[batch, size].</param>
    /// <param name="im">[batch, size].</param>
    /// <param name="sums">[batch, size], overwritten.</param>
    /// <param name="size">2^n.</param>
    public static void Run(ArrayView<T> re, ArrayView<T> im, ArrayView<double> sums, int size)
    {
        var parts = SharedMemory.GetDynamic<double>();
        int length = (size + Group.DimX - 1) / Group.DimX, begin = Group.IdxX * length, end = begin + length < size ? begin + length : size;
        long first = (long)Grid.IdxX * size;
        double sum = 0;
        for (int k = begin; k < end; k++)
        {
            sum += Probability(re, im, first + k);
        }

        parts[Group.IdxX] = sum;
        Group.Barrier();
        sum = 0;
        for (int thread = 0; thread < Group.IdxX; thread++)
        {
            sum += parts[thread];
        }

        for (int k = begin; k < end; k++)
        {
            sum += Probability(re, im, first + k);
            sums[first + k] = sum;
        }
    }

    /// <summary>Launches one group for each state.</summary>
    public void Launch(int batch, ArrayView<T> re, ArrayView<T> im, ArrayView<double> sums, int size)
    {
        int threads = Math.Min(session.GroupThreads, size);
        _launch.Value(session.Stream, new KernelConfig(batch, threads, SharedMemoryConfig.RequestDynamic<double>(threads)), re, im, sums, size);
    }

    private static double Probability(ArrayView<T> re, ArrayView<T> im, long k)
    {
        double r = TPrecision.Widen(re[k]), i = TPrecision.Widen(im[k]);
        return r * r + i * i;
    }
}
