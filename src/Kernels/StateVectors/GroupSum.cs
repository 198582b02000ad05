using System.Numerics;
using ILGPU;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// Sums over the threads of a group, up to <see cref="Values"/> at a time and always in the same order. Two barriers, which all threads of
/// the group must reach.
/// </summary>
internal static class GroupSum
{
    /// <summary>The most sums at a time.</summary>
    public const int Values = 8;

    /// <summary>Numbers of shared memory that a group of so many threads needs.</summary>
    public static int Scratch(int threads) => Values * (threads + Parts(threads));

    /// <summary>Every thread has put its numbers at scratch[value · threads + thread]; their sums go to target.</summary>
    public static void Store<T>(ArrayView<T> scratch, int count, ArrayView<T> target, long index)
        where T : unmanaged, INumber<T>
    {
        int threads = Group.DimX, thread = Group.IdxX, parts = Parts(threads), second = Values * threads;
        Group.Barrier();
        for (int item = thread; item < count * parts; item += threads)
        {
            int first = item / parts * threads + item % parts;
            T sum = T.Zero;
            for (int offset = 0; offset < threads; offset += parts)
            {
                sum += scratch[first + offset];
            }

            scratch[second + item] = sum;
        }

        Group.Barrier();
        for (int value = thread; value < count; value += threads)
        {
            T sum = T.Zero;
            for (int part = 0; part < parts; part++)
            {
                sum += scratch[second + value * parts + part];
            }

            target[index + value] = sum;
        }
    }

    private static int Parts(int threads) => threads < Values ? 1 : threads / Values;
}
