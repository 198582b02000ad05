using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// The fused kernel: a whole circuit with its readout in one launch, |ψ⟩ ← U|ψ⟩ and ⟨ψ|P_k|ψ⟩. One group of threads owns one state of 2^n
/// amplitudes, which stays in shared memory from the first pass to the readout; a thread owns eight amplitudes of a pass in registers.
/// </summary>
/// <remarks>
/// Global memory sees the initial state, 2·2^n numbers, where one is given, the coefficients and the K values; shared memory 4·2^n numbers for
/// each pass, with no bank conflicts as far as the lanes' directions allow.
/// </remarks>
internal sealed class CircuitKernel<T>(DeviceSession session)
    where T : unmanaged, INumber<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<int>,
        ArrayView<T>, ArrayView<int>, ArrayView<T>, CircuitShape>> _launch = session.Compile("circuit", accelerator => accelerator.LoadKernel<
            ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<int>, ArrayView<T>, ArrayView<int>, ArrayView<T>, CircuitShape>(Run));

    /// <summary>Numbers of shared memory that a group needs.</summary>
    public static long SharedNumbers(int bits, int threads) => (2L << bits) + GroupSum.Scratch(threads);

    /// <summary>The kernel.</summary>
    /// <param name="initialRe">[batch, 2^LogicalBits].</param>
    /// <param name="initialIm">As the real parts.</param>
    /// <param name="finalRe">[batch, 2^Bits] or [batch, 2^LogicalBits]. May be the initial states.</param>
    /// <param name="finalIm">As the real parts.</param>
    /// <param name="passes">See <see cref="PassCode"/>.</param>
    /// <param name="tables">Tables of places.</param>
    /// <param name="coefficients">See <see cref="PassCode"/>.</param>
    /// <param name="strings">See <see cref="PauliCode"/>.</param>
    /// <param name="values">[batch, K].</param>
    /// <param name="shape">Sizes.</param>
    public static void Run(
        ArrayView<T> initialRe, ArrayView<T> initialIm, ArrayView<T> finalRe, ArrayView<T> finalIm, ArrayView<int> passes, ArrayView<int> tables,
        ArrayView<T> coefficients, ArrayView<int> strings, ArrayView<T> values, CircuitShape shape)
    {
        int size = 1 << shape.Bits, logical = 1 << shape.LogicalBits, thread = Group.IdxX, threads = Group.DimX;
        long sample = Grid.IdxX, source = sample << shape.LogicalBits;
        var memory = SharedMemory.GetDynamic<T>();
        var re = memory.SubView(0, size);
        var im = memory.SubView(size, size);
        var scratch = memory.SubView(2 * size, GroupSum.Scratch(threads));
        bool given = (shape.Flags & CircuitShape.Given) != 0;
        for (int k = thread; k < size; k += threads)
        {
            int place = PassCode.Place(k);
            bool isLoaded = given && k < logical;
            re[place] = isLoaded ? initialRe[source + k] : !given && k == 0 ? T.One : T.Zero;
            im[place] = isLoaded ? initialIm[source + k] : T.Zero;
        }

        BlockPasses.Forward(re, im, passes, tables, coefficients, 0, shape.Passes, size >> 3, sample, 0);

        if ((shape.Flags & CircuitShape.KeepStored) != 0)
        {
            for (int k = thread; k < size; k += threads)
            {
                finalRe[(sample << shape.Bits) + k] = re[k];
                finalIm[(sample << shape.Bits) + k] = im[k];
            }
        }

        if ((shape.Flags & CircuitShape.KeepLogical) != 0)
        {
            long c = shape.PhaseOffset + sample * shape.PhaseStride;
            T cos = coefficients[c], sin = coefficients[c + 1];
            for (int k = thread; k < logical; k += threads)
            {
                int place = Place(tables, shape.LogicalTable, k);
                finalRe[source + k] = cos * re[place] - sin * im[place];
                finalIm[source + k] = cos * im[place] + sin * re[place];
            }
        }

        if ((shape.Flags & CircuitShape.Born) != 0)
        {
            for (int k = thread; k < logical; k += threads)
            {
                int place = Place(tables, shape.LogicalTable, k);
                values[source + k] = re[place] * re[place] + im[place] * im[place];
            }
        }

        for (int first = 0; first < shape.Strings; first += GroupSum.Values)
        {
            int count = shape.Strings - first < GroupSum.Values ? shape.Strings - first : GroupSum.Values;
            for (int value = 0; value < count; value++)
            {
                int code = (first + value) * PauliCode.Length, flip = strings[code + PauliCode.Flip];
                T sum = T.Zero;
                for (int k = thread; k < size; k += threads)
                {
                    int other = k ^ flip;
                    sum += PauliCode.Term(strings, code, k, re[other], im[other], re[k], im[k]);
                }

                scratch[value * threads + thread] = sum;
            }

            GroupSum.Store(scratch, count, values, sample * shape.Strings + first);
        }
    }

    /// <summary>Where a logical index lies in shared memory.</summary>
    public static int Place(ArrayView<int> tables, int table, int index) =>
        tables[table + (index & ((1 << CircuitShape.LogicalTableBits) - 1))]
        ^ tables[table + (1 << CircuitShape.LogicalTableBits) + (index >> CircuitShape.LogicalTableBits)];

    /// <summary>Launches one group for each sample.</summary>
    public void Launch(
        int batch, int threads, ArrayView<T> initialRe, ArrayView<T> initialIm, ArrayView<T> finalRe, ArrayView<T> finalIm, ArrayView<int> passes,
        ArrayView<int> tables, ArrayView<T> coefficients, ArrayView<int> strings, ArrayView<T> values, CircuitShape shape)
    {
        var shared = SharedMemoryConfig.RequestDynamic<T>((int)SharedNumbers(shape.Bits, threads));
        _launch.Value(
            session.Stream, new KernelConfig(batch, threads, shared), initialRe, initialIm, finalRe, finalIm, passes, tables, coefficients, strings, values, shape);
    }
}
