using System.Numerics;
using ILGPU;

namespace QDiff.Kernels.StateVectors;

/// <summary>All amplitudes of a block times e^{iα}, or e^{−iα} where the parity of the block's origin is odd.</summary>
internal static class PhasePass
{
    public static void Forward<T>(
        ArrayView<T> re, ArrayView<T> im, ArrayView<int> passes, ArrayView<T> coefficients, int code, long c, int groups, int origin)
        where T : unmanaged, INumber<T>
    {
        bool odd = IsOdd(passes, code, origin);
        T cos = coefficients[c], sin = odd ? -coefficients[c + 1] : coefficients[c + 1];
        for (int k = Group.IdxX; k < 8 * groups; k += Group.DimX)
        {
            T r = re[k], i = im[k];
            re[k] = cos * r - sin * i;
            im[k] = cos * i + sin * r;
        }
    }

    /// <summary>Undoes it on state and co-state and leaves every thread's part of ∂L/∂α = ∓2 Im⟨λ|ψ⟩ in scratch.</summary>
    public static void Backward<T>(
        ArrayView<T> re, ArrayView<T> im, ArrayView<T> coRe, ArrayView<T> coIm, ArrayView<T> scratch, ArrayView<int> passes, ArrayView<T> coefficients,
        int code, long c, int groups, int origin)
        where T : unmanaged, INumber<T>
    {
        bool odd = IsOdd(passes, code, origin);
        T cos = coefficients[c], sin = odd ? -coefficients[c + 1] : coefficients[c + 1], sum = T.Zero;
        for (int k = Group.IdxX; k < 8 * groups; k += Group.DimX)
        {
            T r = re[k], i = im[k], lr = coRe[k], li = coIm[k];
            sum += li * r - lr * i;
            re[k] = cos * r + sin * i;
            im[k] = cos * i - sin * r;
            coRe[k] = cos * lr + sin * li;
            coIm[k] = cos * li - sin * lr;
        }

        sum += sum;
        scratch[Group.IdxX] = odd ? -sum : sum;
    }

    private static bool IsOdd(ArrayView<int> passes, int code, int origin) =>
        ((BitOperations.PopCount((uint)(passes[code + PassCode.Outer] & origin)) ^ passes[code + PassCode.Table]) & 1) != 0;
}
