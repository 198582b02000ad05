using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Density;

/// <summary>
/// The sums of a state from those of its blocks: S_e = Σ_b s_be, in the order of the blocks. A thread owns one sum of one state.
/// Bytes: each block's sum once.
/// </summary>
internal sealed class SumKernel<T>(DeviceSession session)
    where T : unmanaged, INumber<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<T>, int, int, int, int, int>> _launch =
        session.Compile("density sums", accelerator => accelerator.LoadKernel<ArrayView<T>, ArrayView<T>, int, int, int, int, int>(Run));

    /// <summary>The kernel.</summary>
    /// <param name="parts">[batch, blocks, count].</param>
    /// <param name="sums">[batch, all sums of the plan], of which those of the pass are written.</param>
    /// <param name="batch">Number of states.</param>
    /// <param name="blocks">Blocks of a state.</param>
    /// <param name="count">Sums of the pass.</param>
    /// <param name="first">The first of them among the plan's.</param>
    /// <param name="stride">All sums of the plan.</param>
    public static void Run(ArrayView<T> parts, ArrayView<T> sums, int batch, int blocks, int count, int first, int stride)
    {
        long index = (long)Grid.IdxX * Group.DimX + Group.IdxX;
        if (index >= (long)batch * count)
        {
            return;
        }

        long sample = index / count, own = index % count;
        T sum = T.Zero;
        for (int block = 0; block < blocks; block++)
        {
            sum += parts[(sample * blocks + block) * count + own];
        }

        sums[sample * stride + first + own] = sum;
    }

    /// <summary>Launches one thread for each sum of each state.</summary>
    public void Launch(int batch, ArrayView<T> parts, ArrayView<T> sums, int blocks, int count, int first, int stride) =>
        _launch.Value(session.Stream, session.PerItem((long)batch * count), parts, sums, batch, blocks, count, first, stride);
}
