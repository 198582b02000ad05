using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// The blocked kernel: several gates in one pass over states in global memory. One group of threads owns one block of 2^Bits amplitudes; it
/// gathers it into shared memory, takes it through every pass of the sweep and scatters it, each amplitude to the place where the next sweep wants it.
/// </summary>
/// <remarks>Global memory sees 4 numbers for each amplitude, in runs of at least 64 bytes.</remarks>
internal sealed class SweepKernel<T>(DeviceSession session)
    where T : unmanaged, INumber<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<int>, ArrayView<T>, SweepShape>> _launch =
        session.Compile("sweep", accelerator => accelerator.LoadKernel<
            ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<int>, ArrayView<T>, SweepShape>(Run));

    /// <summary>The kernel.</summary>
    /// <param name="stateRe">[batch, 2^StateBits], in place.</param>
    /// <param name="stateIm">As the real parts.</param>
    /// <param name="passes">See <see cref="PassCode"/>.</param>
    /// <param name="tables">Tables of places.</param>
    /// <param name="coefficients">See <see cref="PassCode"/>.</param>
    /// <param name="shape">Sizes.</param>
    public static void Run(
        ArrayView<T> stateRe, ArrayView<T> stateIm, ArrayView<int> passes, ArrayView<int> tables, ArrayView<T> coefficients, SweepShape shape)
    {
        int size = 1 << shape.Bits, thread = Group.IdxX, threads = Group.DimX, blockBits = shape.StateBits - shape.Bits;
        long sample = Grid.IdxX >> blockBits;
        int origin = Origin(tables, shape, Grid.IdxX & ((1 << blockBits) - 1));
        long start = sample << shape.StateBits;
        var memory = SharedMemory.GetDynamic<T>();
        var re = memory.SubView(0, size);
        var im = memory.SubView(size, size);
        for (int k = thread; k < size; k += threads)
        {
            int place = PassCode.Place(k);
            long from = start + (origin ^ Pair(tables, shape.Table, k));
            re[place] = stateRe[from];
            im[place] = stateIm[from];
        }

        BlockPasses.Forward(re, im, passes, tables, coefficients, shape.FirstPass, shape.Passes, size >> 3, sample, origin);
        int sources = shape.Table + SweepShape.PairLength(shape.Bits);
        for (int k = thread; k < size; k += threads)
        {
            int place = Pair(tables, sources, k);
            long to = start + (origin ^ Pair(tables, shape.Table, k));
            stateRe[to] = re[place];
            stateIm[to] = im[place];
        }
    }

    /// <summary>Storage place of a block's first amplitude.</summary>
    public static int Origin(ArrayView<int> tables, SweepShape shape, int block)
    {
        int bits = shape.Table + 2 * SweepShape.PairLength(shape.Bits), origin = 0;
        for (int b = 0; b < shape.StateBits - shape.Bits; b++)
        {
            origin |= ((block >> b) & 1) << tables[bits + b];
        }

        return origin;
    }

    /// <summary>The entry of a pair of tables.</summary>
    public static int Pair(ArrayView<int> tables, int table, int index) =>
        tables[table + (index & ((1 << SweepShape.TableBits) - 1))] ^ tables[table + (1 << SweepShape.TableBits) + (index >> SweepShape.TableBits)];

    /// <summary>Launches one group for each block of each sample.</summary>
    public void Launch(
        int batch, int threads, ArrayView<T> stateRe, ArrayView<T> stateIm, ArrayView<int> passes, ArrayView<int> tables, ArrayView<T> coefficients,
        SweepShape shape)
    {
        var config = new KernelConfig(checked((int)((long)batch << (shape.StateBits - shape.Bits))), threads, SharedMemoryConfig.RequestDynamic<T>(2 << shape.Bits));
        _launch.Value(session.Stream, config, stateRe, stateIm, passes, tables, coefficients, shape);
    }
}
