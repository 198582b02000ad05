using System.Numerics;
using ILGPU;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// Takes a block of 2^m amplitudes in shared memory through the passes of a plan. A thread owns eight amplitudes at a time, group g of
/// the 2^(m−3); its first amplitude is a linear function of g over GF(2), read from a small table.
/// </summary>
internal static class BlockPasses
{
    private const int LowGroups = (1 << PassCode.TableBits) - 1;

    /// <summary>All passes, in order. Begins and ends with a barrier.</summary>
    public static void Forward<T>(
        ArrayView<T> re, ArrayView<T> im, ArrayView<int> passes, ArrayView<int> tables, ArrayView<T> coefficients, int first, int count, int groups,
        long sample, int origin)
        where T : unmanaged, INumber<T>
    {
        for (int p = first; p < first + count; p++)
        {
            Group.Barrier();
            int code = p * PassCode.Length;
            long c = passes[code + PassCode.Coefficients] + sample * passes[code + PassCode.Stride];
            int kind = passes[code + PassCode.Kind];
            int turn = Turn(passes, code, origin);
            if (kind == PassCode.Rotation)
            {
                RotationPass.Forward(re, im, passes, tables, coefficients, code, turn, c, groups);
            }
            else if (kind == PassCode.Dense)
            {
                DensePass.Forward(re, im, passes, tables, coefficients, code, turn, c, groups);
            }
            else
            {
                PhasePass.Forward(re, im, passes, coefficients, code, c, groups, origin);
            }
        }

        Group.Barrier();
    }

    /// <summary>All passes undone on state and co-state, the last one first, with the gradients of those that want them.</summary>
    public static void Backward<T>(
        ArrayView<T> re, ArrayView<T> im, ArrayView<T> coRe, ArrayView<T> coIm, ArrayView<T> scratch, ArrayView<int> passes, ArrayView<int> tables,
        ArrayView<T> coefficients, ArrayView<T> gradients, int first, int count, int groups, long sample, int origin, long gradient)
        where T : unmanaged, INumber<T>
    {
        for (int p = first + count - 1; p >= first; p--)
        {
            Group.Barrier();
            int code = p * PassCode.Length;
            long c = passes[code + PassCode.Coefficients] + sample * passes[code + PassCode.Stride];
            int kind = passes[code + PassCode.Kind], column = passes[code + PassCode.Gradient];
            int turn = Turn(passes, code, origin);
            if (kind == PassCode.Rotation)
            {
                RotationPass.Backward(re, im, coRe, coIm, scratch, passes, tables, coefficients, code, turn, c, groups, column >= 0);
                if (column >= 0)
                {
                    GroupSum.Store(scratch, PassCode.RotationGradients, gradients, gradient + column);
                }
            }
            else if (kind == PassCode.Dense)
            {
                DensePass.Backward(re, im, coRe, coIm, passes, tables, coefficients, code, turn, c, groups);
                if (column >= 0)
                {
                    Group.Barrier();
                    DensePass.Cross(re, im, coRe, coIm, scratch, passes, tables, coefficients, gradients, code, turn, c, groups, gradient + column);
                }
            }
            else
            {
                PhasePass.Backward(re, im, coRe, coIm, scratch, passes, coefficients, code, c, groups, origin);
                if (column >= 0)
                {
                    GroupSum.Store(scratch, 1, gradients, gradient + column);
                }
            }
        }

        Group.Barrier();
    }

    /// <summary>The first amplitude of a group, whose local bits are all 0.</summary>
    public static int Start(ArrayView<int> tables, int table, int group) =>
        tables[table + (group & LowGroups)] ^ tables[table + LowGroups + 1 + (group >> PassCode.TableBits)];

    /// <summary>What a block's origin does to all of them: the flips of the local bits that are the other way round.</summary>
    private static int Turn(ArrayView<int> passes, int code, int origin)
    {
        int turn = 0;
        for (int bit = 0; bit < 3; bit++)
        {
            turn ^= (BitOperations.PopCount((uint)(passes[code + PassCode.Outer + bit] & origin)) & 1) * passes[code + PassCode.Flip + bit];
        }

        return turn;
    }
}
