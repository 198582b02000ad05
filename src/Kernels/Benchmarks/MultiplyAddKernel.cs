using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Benchmarks;

/// <summary>
/// x ← fx + 1 in eight independent chains, which hide the latency of a multiply-add. A thread owns its chains in registers and stores their sum,
/// so that they cannot be left out.
/// </summary>
internal sealed class MultiplyAddKernel<T>(DeviceSession session)
    where T : unmanaged, INumber<T>
{
    /// <summary>Multiply-adds of a thread in one repetition.</summary>
    public const int PerRepetition = 8 * Unrolled;

    private const int Unrolled = 8;

    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, T, int>> _launch =
        session.Compile("multiply-add peak", accelerator => accelerator.LoadKernel<ArrayView<T>, T, int>(Run));

    /// <summary>The kernel.</summary>
    /// <param name="sums">[threads of all groups].</param>
    /// <param name="f">The factor.</param>
    /// <param name="repetitions">How often.</param>
    public static void Run(ArrayView<T> sums, T f, int repetitions)
    {
        T a = T.One, b = T.One, c = T.One, d = T.One, e = T.One, g = T.One, h = T.One, i = T.One;
        for (int r = 0; r < repetitions; r++)
        {
            // A constant number, so that the compiler unrolls it and the loops' own instructions do not count.
            for (int u = 0; u < Unrolled; u++)
            {
                a = a * f + T.One;
                b = b * f + T.One;
                c = c * f + T.One;
                d = d * f + T.One;
                e = e * f + T.One;
                g = g * f + T.One;
                h = h * f + T.One;
                i = i * f + T.One;
            }
        }

        sums[Grid.IdxX * Group.DimX + Group.IdxX] = a + b + c + d + (e + g + h + i);
    }

    /// <summary>Launches so many groups.</summary>
    public void Launch(int groups, ArrayView<T> sums, T factor, int repetitions) =>
        _launch.Value(session.Stream, new KernelConfig(groups, session.GroupThreads), sums, factor, repetitions);
}
