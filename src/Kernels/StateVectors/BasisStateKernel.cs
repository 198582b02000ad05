using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.StateVectors;

/// <summary>Sets the first amplitude of states that are 0 throughout to 1: |0…0⟩. One thread owns one state.</summary>
internal sealed class BasisStateKernel<T>(DeviceSession session)
    where T : unmanaged, INumber<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, int, long>> _launch =
        session.Compile("basis state", accelerator => accelerator.LoadKernel<ArrayView<T>, int, long>(Run));

    /// <summary>The kernel.</summary>
    public static void Run(ArrayView<T> re, int bits, long items)
    {
        long item = (long)Grid.IdxX * Group.DimX + Group.IdxX;
        if (item < items)
        {
            re[item << bits] = T.One;
        }
    }

    /// <summary>Launches one thread for each state.</summary>
    public void Launch(int batch, ArrayView<T> re, int bits) => _launch.Value(session.Stream, session.PerItem(batch), re, bits, batch);
}
