using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// One sweep undone on states and co-states in global memory, with each angle's gradient taken on the way. One group of threads owns one block of
/// 2^Bits amplitudes of both; the gradients of a block are summed over blocks afterwards, in a fixed order.
/// </summary>
/// <remarks>Global memory sees 8 numbers for each amplitude.</remarks>
internal sealed class SweepAdjointKernel<T>(DeviceSession session)
    where T : unmanaged, INumber<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<int>,
        ArrayView<T>, ArrayView<T>, SweepShape>> _launch = session.Compile("sweep adjoint", accelerator => accelerator.LoadKernel<
            ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<int>, ArrayView<T>, ArrayView<T>, SweepShape>(Run));

    /// <summary>The kernel.</summary>
    /// <param name="stateRe">[batch, 2^StateBits], in place.</param>
    /// <param name="stateIm">As the real parts.</param>
    /// <param name="costateRe">As the states.</param>
    /// <param name="costateIm">As the states.</param>
    /// <param name="passes">See <see cref="PassCode"/>.</param>
    /// <param name="tables">Tables of places.</param>
    /// <param name="coefficients">See <see cref="PassCode"/>.</param>
    /// <param name="gradients">[batch, blocks, Columns].</param>
    /// <param name="shape">Sizes.</param>
    public static void Run(
        ArrayView<T> stateRe, ArrayView<T> stateIm, ArrayView<T> costateRe, ArrayView<T> costateIm, ArrayView<int> passes, ArrayView<int> tables,
        ArrayView<T> coefficients, ArrayView<T> gradients, SweepShape shape)
    {
        int size = 1 << shape.Bits, thread = Group.IdxX, threads = Group.DimX, blockBits = shape.StateBits - shape.Bits;
        long sample = Grid.IdxX >> blockBits;
        int origin = SweepKernel<T>.Origin(tables, shape, Grid.IdxX & ((1 << blockBits) - 1));
        long start = sample << shape.StateBits;
        var memory = SharedMemory.GetDynamic<T>();
        var re = memory.SubView(0, size);
        var im = memory.SubView(size, size);
        var coRe = memory.SubView(2 * size, size);
        var coIm = memory.SubView(3 * size, size);
        var scratch = memory.SubView(4 * size, GroupSum.Scratch(threads));
        int sources = shape.Table + SweepShape.PairLength(shape.Bits);
        for (int k = thread; k < size; k += threads)
        {
            int place = SweepKernel<T>.Pair(tables, sources, k);
            long from = start + (origin ^ SweepKernel<T>.Pair(tables, shape.Table, k));
            re[place] = stateRe[from];
            im[place] = stateIm[from];
            coRe[place] = costateRe[from];
            coIm[place] = costateIm[from];
        }

        BlockPasses.Backward(
            re, im, coRe, coIm, scratch, passes, tables, coefficients, gradients, shape.FirstPass, shape.Passes, size >> 3, sample, origin,
            (long)Grid.IdxX * shape.Columns);
        for (int k = thread; k < size; k += threads)
        {
            int place = PassCode.Place(k);
            long to = start + (origin ^ SweepKernel<T>.Pair(tables, shape.Table, k));
            stateRe[to] = re[place];
            stateIm[to] = im[place];
            costateRe[to] = coRe[place];
            costateIm[to] = coIm[place];
        }
    }

    /// <summary>Launches one group for each block of each sample.</summary>
    public void Launch(
        int batch, int threads, ArrayView<T> stateRe, ArrayView<T> stateIm, ArrayView<T> costateRe, ArrayView<T> costateIm, ArrayView<int> passes,
        ArrayView<int> tables, ArrayView<T> coefficients, ArrayView<T> gradients, SweepShape shape)
    {
        var shared = SharedMemoryConfig.RequestDynamic<T>((int)CircuitAdjointKernel<T>.SharedNumbers(shape.Bits, threads));
        var config = new KernelConfig(checked((int)((long)batch << (shape.StateBits - shape.Bits))), threads, shared);
        _launch.Value(session.Stream, config, stateRe, stateIm, costateRe, costateIm, passes, tables, coefficients, gradients, shape);
    }
}
