using System.Numerics;
using ILGPU;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// ψ_a ← Σ_b U_ab ψ_b for an 8 × 8 matrix on three local bits: the path of every gate that has no decomposition, smaller ones being filled up
/// with identities. A thread's eight amplitudes lie in local memory.
/// </summary>
internal static class DensePass
{
    private const int Size = 8;

    public static void Forward<T>(
        ArrayView<T> re, ArrayView<T> im, ArrayView<int> passes, ArrayView<int> tables, ArrayView<T> coefficients, int code, int turn, long c, int groups)
        where T : unmanaged, INumber<T>
    {
        var values = LocalMemory.Allocate<T>(2 * Size);
        for (int g = Group.IdxX; g < groups; g += Group.DimX)
        {
            int at = BlockPasses.Start(tables, passes[code + PassCode.Table], g) ^ turn;
            Load(values, re, im, passes, code, at);
            Multiply(values, re, im, passes, coefficients, code, at, c, false);
        }
    }

    /// <summary>Takes the adjoint to state and co-state.</summary>
    public static void Backward<T>(
        ArrayView<T> re, ArrayView<T> im, ArrayView<T> coRe, ArrayView<T> coIm, ArrayView<int> passes, ArrayView<int> tables, ArrayView<T> coefficients,
        int code, int turn, long c, int groups)
        where T : unmanaged, INumber<T>
    {
        var values = LocalMemory.Allocate<T>(2 * Size);
        for (int g = Group.IdxX; g < groups; g += Group.DimX)
        {
            int at = BlockPasses.Start(tables, passes[code + PassCode.Table], g) ^ turn;
            Load(values, re, im, passes, code, at);
            Multiply(values, re, im, passes, coefficients, code, at, c, true);
            Load(values, coRe, coIm, passes, code, at);
            Multiply(values, coRe, coIm, passes, coefficients, code, at, c, true);
        }
    }

    /// <summary>
    /// M_ab = Σ λ̄_a ψ_b with ψ before the gate and λ after it, so that ∂L/∂θ = 2 Re Σ_ab M_ab ∂U_ab/∂θ for any parameter. State and co-state
    /// have been taken back already, so λ is U times what memory holds.
    /// </summary>
    public static void Cross<T>(
        ArrayView<T> re, ArrayView<T> im, ArrayView<T> coRe, ArrayView<T> coIm, ArrayView<T> scratch, ArrayView<int> passes, ArrayView<int> tables,
        ArrayView<T> coefficients, ArrayView<T> gradients, int code, int turn, long c, int groups, long target)
        where T : unmanaged, INumber<T>
    {
        int threads = Group.DimX, thread = Group.IdxX;
        for (int pair = 0; pair < Size * Size; pair += GroupSum.Values / 2)
        {
            int a = pair / Size, first = pair % Size;
            for (int value = 0; value < GroupSum.Values; value++)
            {
                scratch[value * threads + thread] = T.Zero;
            }

            for (int g = thread; g < groups; g += threads)
            {
                int at = BlockPasses.Start(tables, passes[code + PassCode.Table], g) ^ turn;
                T lr = T.Zero, li = T.Zero;
                for (int b = 0; b < Size; b++)
                {
                    int place = at ^ Flips(passes, code, b);
                    T ur = coefficients[c + 2 * (a * Size + b)], ui = coefficients[c + 2 * (a * Size + b) + 1], r = coRe[place], i = coIm[place];
                    lr += ur * r - ui * i;
                    li += ur * i + ui * r;
                }

                for (int b = 0; b < GroupSum.Values / 2; b++)
                {
                    int place = at ^ Flips(passes, code, first + b);
                    T r = re[place], i = im[place];
                    scratch[2 * b * threads + thread] += lr * r + li * i;
                    scratch[(2 * b + 1) * threads + thread] += lr * i - li * r;
                }
            }

            GroupSum.Store(scratch, GroupSum.Values, gradients, target + 2 * pair);
        }
    }

    private static void Load<T>(ArrayView<T> values, ArrayView<T> re, ArrayView<T> im, ArrayView<int> passes, int code, int at)
        where T : unmanaged, INumber<T>
    {
        for (int b = 0; b < Size; b++)
        {
            int place = at ^ Flips(passes, code, b);
            values[2 * b] = re[place];
            values[2 * b + 1] = im[place];
        }
    }

    private static void Multiply<T>(
        ArrayView<T> values, ArrayView<T> re, ArrayView<T> im, ArrayView<int> passes, ArrayView<T> coefficients, int code, int at, long c, bool adjoint)
        where T : unmanaged, INumber<T>
    {
        for (int a = 0; a < Size; a++)
        {
            T real = T.Zero, imaginary = T.Zero;
            for (int b = 0; b < Size; b++)
            {
                long entry = c + 2 * (adjoint ? b * Size + a : a * Size + b);
                T ur = coefficients[entry], ui = adjoint ? -coefficients[entry + 1] : coefficients[entry + 1];
                T r = values[2 * b], i = values[2 * b + 1];
                real += ur * r - ui * i;
                imaginary += ur * i + ui * r;
            }

            int place = at ^ Flips(passes, code, a);
            re[place] = real;
            im[place] = imaginary;
        }
    }

    /// <summary>Where the amplitude of a local index lies, from where that of 0 lies.</summary>
    public static int Flips(ArrayView<int> passes, int code, int local) =>
        ((local & 1) * passes[code + PassCode.Flip]) ^ (((local >> 1) & 1) * passes[code + PassCode.Flip + 1])
        ^ ((local >> 2) * passes[code + PassCode.Flip + 2]);
}
