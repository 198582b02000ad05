using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// Born probabilities p_x = |ψ_x|² of states in global memory, and the co-state λ_x = c_x ψ_x of Σ c_x p_x. One thread owns one logical index x and
/// finds its place by exclusive-or of the flips of the bits of x.
/// </summary>
internal sealed class BornKernel<T>(DeviceSession session)
    where T : unmanaged, INumber<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<T>, StateShape, long>> _read =
        session.Compile("Born probabilities", accelerator => accelerator.LoadKernel<
            ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<T>, StateShape, long>(Read));

    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<T>,
        StateShape, long>> _weigh = session.Compile("Born co-state", accelerator => accelerator.LoadKernel<
            ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<T>, StateShape, long>(Weigh));

    /// <summary>The kernel that reads.</summary>
    public static void Read(ArrayView<T> re, ArrayView<T> im, ArrayView<int> flips, ArrayView<T> values, StateShape shape, long items)
    {
        long item = (long)Grid.IdxX * Group.DimX + Group.IdxX;
        if (item < items)
        {
            long place = Place(flips, shape, item);
            values[item] = re[place] * re[place] + im[place] * im[place];
        }
    }

    /// <summary>The kernel of the co-state, of which places that no logical index has must be 0 already.</summary>
    public static void Weigh(
        ArrayView<T> re, ArrayView<T> im, ArrayView<T> costateRe, ArrayView<T> costateIm, ArrayView<int> flips, ArrayView<T> cotangents, StateShape shape,
        long items)
    {
        long item = (long)Grid.IdxX * Group.DimX + Group.IdxX;
        if (item < items)
        {
            long place = Place(flips, shape, item);
            costateRe[place] = cotangents[item] * re[place];
            costateIm[place] = cotangents[item] * im[place];
        }
    }

    /// <summary>Where the amplitude of a sample's logical index lies.</summary>
    public static long Place(ArrayView<int> flips, StateShape shape, long item)
    {
        long sample = item >> shape.LogicalBits;
        int index = (int)(item - (sample << shape.LogicalBits)), place = shape.Offset;
        for (int b = 0; b < shape.LogicalBits; b++)
        {
            place ^= ((index >> b) & 1) * flips[b];
        }

        return (sample << shape.Bits) + place;
    }

    /// <summary>Launches one thread for each probability.</summary>
    public void Launch(int batch, ArrayView<T> re, ArrayView<T> im, ArrayView<int> flips, ArrayView<T> values, StateShape shape)
    {
        long items = (long)batch << shape.LogicalBits;
        _read.Value(session.Stream, session.PerItem(items), re, im, flips, values, shape, items);
    }

    /// <summary>Launches one thread for each amplitude of the co-states.</summary>
    public void LaunchCoState(
        int batch, ArrayView<T> re, ArrayView<T> im, ArrayView<T> costateRe, ArrayView<T> costateIm, ArrayView<int> flips, ArrayView<T> cotangents,
        StateShape shape)
    {
        long items = (long)batch << shape.LogicalBits;
        _weigh.Value(session.Stream, session.PerItem(items), re, im, costateRe, costateIm, flips, cotangents, shape, items);
    }
}
