using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// The fused kernel of adjoint differentiation: |λ⟩ = Σ_k c_k P_k|ψ⟩ at the end of the circuit, then every pass undone on ψ and λ together, with
/// each angle's gradient taken on the way. One group owns one sample, whose state and co-state stay in shared memory.
/// </summary>
/// <remarks>
/// Global memory sees the final state, the coefficients, the cotangents and one gradient for each angle; shared memory 8·2^n numbers for each
/// pass. Source: Jones and Gacon, "Efficient calculation of gradients in classical simulations of variational quantum algorithms"
/// (docs/references.md: JonesGacon2020).
/// </remarks>
internal sealed class CircuitAdjointKernel<T>(DeviceSession session)
    where T : unmanaged, INumber<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<int>, ArrayView<T>, ArrayView<int>,
        ArrayView<T>, ArrayView<T>, CircuitShape>> _launch = session.Compile("circuit adjoint", accelerator => accelerator.LoadKernel<
            ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<int>, ArrayView<T>, ArrayView<int>, ArrayView<T>, ArrayView<T>, CircuitShape>(Run));

    /// <summary>Numbers of shared memory that a group needs.</summary>
    public static long SharedNumbers(int bits, int threads) => (4L << bits) + GroupSum.Scratch(threads);

    /// <summary>The kernel.</summary>
    /// <param name="finalRe">[batch, 2^Bits], as <see cref="CircuitShape.KeepStored"/> leaves them.</param>
    /// <param name="finalIm">As the real parts.</param>
    /// <param name="passes">See <see cref="PassCode"/>.</param>
    /// <param name="tables">Tables of places.</param>
    /// <param name="coefficients">See <see cref="PassCode"/>.</param>
    /// <param name="strings">See <see cref="PauliCode"/>.</param>
    /// <param name="cotangents">[batch, K].</param>
    /// <param name="gradients">[batch, Columns].</param>
    /// <param name="shape">Sizes.</param>
    public static void Run(
        ArrayView<T> finalRe, ArrayView<T> finalIm, ArrayView<int> passes, ArrayView<int> tables, ArrayView<T> coefficients, ArrayView<int> strings,
        ArrayView<T> cotangents, ArrayView<T> gradients, CircuitShape shape)
    {
        int size = 1 << shape.Bits, logical = 1 << shape.LogicalBits, thread = Group.IdxX, threads = Group.DimX;
        long sample = Grid.IdxX, source = sample << shape.Bits;
        var memory = SharedMemory.GetDynamic<T>();
        var re = memory.SubView(0, size);
        var im = memory.SubView(size, size);
        var coRe = memory.SubView(2 * size, size);
        var coIm = memory.SubView(3 * size, size);
        var scratch = memory.SubView(4 * size, GroupSum.Scratch(threads));
        for (int k = thread; k < size; k += threads)
        {
            re[k] = finalRe[source + k];
            im[k] = finalIm[source + k];
            coRe[k] = T.Zero;
            coIm[k] = T.Zero;
        }

        Group.Barrier();
        if ((shape.Flags & CircuitShape.Born) != 0)
        {
            for (int k = thread; k < logical; k += threads)
            {
                int place = CircuitKernel<T>.Place(tables, shape.LogicalTable, k);
                T cotangent = cotangents[(sample << shape.LogicalBits) + k];
                coRe[place] = cotangent * re[place];
                coIm[place] = cotangent * im[place];
            }
        }
        else
        {
            for (int k = thread; k < size; k += threads)
            {
                T r = T.Zero, i = T.Zero;
                for (int value = 0; value < shape.Strings; value++)
                {
                    int code = value * PauliCode.Length, other = k ^ strings[code + PauliCode.Flip];
                    T cotangent = cotangents[sample * shape.Strings + value];
                    cotangent = PauliCode.IsNegative(strings, code, other) ? -cotangent : cotangent;
                    bool imaginary = strings[code + PauliCode.Imaginary] != 0;
                    r += cotangent * (imaginary ? im[other] : re[other]);
                    i += cotangent * (imaginary ? -re[other] : im[other]);
                }

                coRe[k] = r;
                coIm[k] = i;
            }
        }

        BlockPasses.Backward(
            re, im, coRe, coIm, scratch, passes, tables, coefficients, gradients, shape.FirstPass, shape.Passes - shape.FirstPass, size >> 3, sample, 0,
            sample * shape.Columns);
    }

    /// <summary>Launches one group for each sample.</summary>
    public void Launch(
        int batch, int threads, ArrayView<T> finalRe, ArrayView<T> finalIm, ArrayView<int> passes, ArrayView<int> tables, ArrayView<T> coefficients,
        ArrayView<int> strings, ArrayView<T> cotangents, ArrayView<T> gradients, CircuitShape shape)
    {
        var shared = SharedMemoryConfig.RequestDynamic<T>((int)SharedNumbers(shape.Bits, threads));
        _launch.Value(
            session.Stream, new KernelConfig(batch, threads, shared), finalRe, finalIm, passes, tables, coefficients, strings, cotangents, gradients, shape);
    }
}
