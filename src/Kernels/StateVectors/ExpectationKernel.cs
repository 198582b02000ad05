using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// ⟨ψ|P_k|ψ⟩ of states in global memory. One group owns a chunk of 2^<see cref="ChunkBits"/> amplitudes and reads every string on it; the sums of
/// the chunks are added afterwards, in a fixed order. Strings of Z find the chunk in the cache after the first.
/// </summary>
internal sealed class ExpectationKernel<T>(DeviceSession session)
    where T : unmanaged, INumber<T>
{
    /// <summary>Index bits of a chunk.</summary>
    public const int ChunkBits = 12;

    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<T>, StateShape>> _launch =
        session.Compile("expectation", accelerator => accelerator.LoadKernel<ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<T>, StateShape>(Run));

    /// <summary>Chunks of a state.</summary>
    public static int Chunks(int bits) => 1 << Math.Max(0, bits - ChunkBits);

    /// <summary>The kernel.</summary>
    /// <param name="re">[batch, 2^Bits].</param>
    /// <param name="im">As the real parts.</param>
    /// <param name="strings">See <see cref="PauliCode"/>.</param>
    /// <param name="sums">[batch, chunks, K].</param>
    /// <param name="shape">Sizes.</param>
    public static void Run(ArrayView<T> re, ArrayView<T> im, ArrayView<int> strings, ArrayView<T> sums, StateShape shape)
    {
        int bits = shape.Bits > ChunkBits ? ChunkBits : shape.Bits, chunkBits = shape.Bits - bits, thread = Group.IdxX, threads = Group.DimX;
        long start = (long)(Grid.IdxX >> chunkBits) << shape.Bits;
        int begin = (Grid.IdxX & ((1 << chunkBits) - 1)) << bits;
        var scratch = SharedMemory.GetDynamic<T>();
        for (int first = 0; first < shape.Strings; first += GroupSum.Values)
        {
            int count = shape.Strings - first < GroupSum.Values ? shape.Strings - first : GroupSum.Values;
            for (int value = 0; value < count; value++)
            {
                int code = (first + value) * PauliCode.Length, flip = strings[code + PauliCode.Flip];
                T sum = T.Zero;
                for (int k = begin + thread; k - begin < 1 << bits; k += threads)
                {
                    long here = start + k, other = start + (k ^ flip);
                    sum += PauliCode.Term(strings, code, k, re[other], im[other], re[here], im[here]);
                }

                scratch[value * threads + thread] = sum;
            }

            GroupSum.Store(scratch, count, sums, (long)Grid.IdxX * shape.Strings + first);
        }
    }

    /// <summary>Launches one group for each chunk of each sample.</summary>
    public void Launch(int batch, ArrayView<T> re, ArrayView<T> im, ArrayView<int> strings, ArrayView<T> sums, StateShape shape)
    {
        var shared = SharedMemoryConfig.RequestDynamic<T>(GroupSum.Scratch(session.GroupThreads));
        _launch.Value(session.Stream, new KernelConfig(checked(batch * Chunks(shape.Bits)), session.GroupThreads, shared), re, im, strings, sums, shape);
    }
}
