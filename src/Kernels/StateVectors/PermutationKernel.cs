using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// ψ'_x = e^{iγ} ψ_place(x): states in global memory brought from storage into the order of their logical indices, which is the one time that the CNOTs
/// and swaps of a circuit move amplitudes, with the global phase. One thread owns one amplitude; 4 numbers are moved.
/// </summary>
internal sealed class PermutationKernel<T>(DeviceSession session)
    where T : unmanaged, INumber<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<T>,
        StateShape, long>> _launch = session.Compile("permutation", accelerator => accelerator.LoadKernel<
            ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<T>, StateShape, long>(Run));

    /// <summary>The kernel.</summary>
    public static void Run(
        ArrayView<T> re, ArrayView<T> im, ArrayView<T> orderedRe, ArrayView<T> orderedIm, ArrayView<int> flips, ArrayView<T> coefficients, StateShape shape,
        long items)
    {
        long item = (long)Grid.IdxX * Group.DimX + Group.IdxX;
        if (item < items)
        {
            long c = shape.PhaseOffset + (item >> shape.LogicalBits) * shape.PhaseStride, place = BornKernel<T>.Place(flips, shape, item);
            T cos = coefficients[c], sin = coefficients[c + 1];
            orderedRe[item] = cos * re[place] - sin * im[place];
            orderedIm[item] = cos * im[place] + sin * re[place];
        }
    }

    /// <summary>Launches one thread for each amplitude.</summary>
    public void Launch(
        int batch, ArrayView<T> re, ArrayView<T> im, ArrayView<T> orderedRe, ArrayView<T> orderedIm, ArrayView<int> flips, ArrayView<T> coefficients,
        StateShape shape)
    {
        long items = (long)batch << shape.LogicalBits;
        _launch.Value(session.Stream, session.PerItem(items), re, im, orderedRe, orderedIm, flips, coefficients, shape, items);
    }
}
