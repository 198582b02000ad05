using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// |λ⟩ = Σ_k c_k P_k|ψ⟩ of states in global memory; one thread owns one amplitude of λ. 2 + 2·K numbers are read for each.
/// </summary>
internal sealed class CoStateKernel<T>(DeviceSession session)
    where T : unmanaged, INumber<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<T>,
        StateShape, long>> _launch = session.Compile("co-state", accelerator => accelerator.LoadKernel<
            ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<T>, StateShape, long>(Run));

    /// <summary>The kernel.</summary>
    public static void Run(
        ArrayView<T> re, ArrayView<T> im, ArrayView<T> costateRe, ArrayView<T> costateIm, ArrayView<int> strings, ArrayView<T> cotangents, StateShape shape,
        long items)
    {
        long item = (long)Grid.IdxX * Group.DimX + Group.IdxX;
        if (item >= items)
        {
            return;
        }

        long sample = item >> shape.Bits, start = sample << shape.Bits;
        int k = (int)(item - start);
        T r = T.Zero, i = T.Zero;
        for (int value = 0; value < shape.Strings; value++)
        {
            int code = value * PauliCode.Length, other = k ^ strings[code + PauliCode.Flip];
            T cotangent = cotangents[sample * shape.Strings + value];
            cotangent = PauliCode.IsNegative(strings, code, other) ? -cotangent : cotangent;
            bool imaginary = strings[code + PauliCode.Imaginary] != 0;
            T otherRe = re[start + other], otherIm = im[start + other];
            r += cotangent * (imaginary ? otherIm : otherRe);
            i += cotangent * (imaginary ? -otherRe : otherIm);
        }

        costateRe[item] = r;
        costateIm[item] = i;
    }

    /// <summary>Launches one thread for each amplitude.</summary>
    public void Launch(
        int batch, ArrayView<T> re, ArrayView<T> im, ArrayView<T> costateRe, ArrayView<T> costateIm, ArrayView<int> strings, ArrayView<T> cotangents,
        StateShape shape)
    {
        long items = (long)batch << shape.Bits;
        _launch.Value(session.Stream, session.PerItem(items), re, im, costateRe, costateIm, strings, cotangents, shape, items);
    }
}
