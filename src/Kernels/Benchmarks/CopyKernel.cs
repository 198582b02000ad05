using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Benchmarks;

/// <summary>target ← source. A thread copies four numbers, one group's width apart: 8 bytes read and 8 written for each, neighbours by neighbours.</summary>
internal sealed class CopyKernel(DeviceSession session)
{
    private const int PerThread = 4;

    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<double>, ArrayView<double>>> _launch =
        session.Compile("copy bandwidth", accelerator => accelerator.LoadKernel<ArrayView<double>, ArrayView<double>>(Run));

    /// <summary>The kernel.</summary>
    public static void Run(ArrayView<double> source, ArrayView<double> target)
    {
        long first = (long)Grid.IdxX * PerThread * Group.DimX + Group.IdxX;
        for (int i = 0; i < PerThread; i++)
        {
            long at = first + i * Group.DimX;
            if (at < source.Length)
            {
                target[at] = source[at];
            }
        }
    }

    /// <summary>Copies everything.</summary>
    public void Launch(ArrayView<double> source, ArrayView<double> target)
    {
        long share = (long)PerThread * session.GroupThreads;
        _launch.Value(session.Stream, new KernelConfig(checked((int)((source.Length + share - 1) / share)), session.GroupThreads), source, target);
    }
}
