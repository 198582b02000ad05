using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp;

/// <summary>σ(x) = 1/(1 + e^{−x}) of 16 numbers in single precision, for kernels that do more with it than store it.</summary>
/// <remarks>
/// e^y = 2^n · e^r with n = ⌊y/ln 2⌉, r = y − n ln 2 in two steps, and a polynomial of degree 7 for e^r: that of Cephes (docs/references.md: Cephes). x·σ(x) is within
/// 2.9 units in the last place for x above −88.3, and 0 from where e^{−x} is infinite. 18 instructions for 16 numbers: fewer than reading and writing them takes from memory.
/// <see cref="System.Numerics.Tensors.TensorPrimitives"/> goes through doubles with 45: other
/// last bits, and others again for fewer numbers than its vectors hold.
/// </remarks>
internal static class WideSigmoid
{
    /// <summary>Numbers that are computed at a time.</summary>
    public const int Count = 16;

    /// <summary>e^±104 is infinite or 0 in single precision.</summary>
    private const float Largest = 104;

    /// <summary>Whether this processor has the instructions.</summary>
    public static bool IsSupported => Avx512F.IsSupported && Vector512.IsHardwareAccelerated;

    /// <summary>σ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> x)
    {
        // The second operand is returned where one is not a number.
        Vector512<float> y = Avx512F.Min(Vector512.Create(Largest), Avx512F.Max(Vector512.Create(-Largest), -x));
        Vector512<float> n = Avx512F.RoundScale(y * Vector512.Create(1.44269504f), 0);
        Vector512<float> r = Fma(n, Vector512.Create(-0.693359375f), y);
        r = Fma(n, Vector512.Create(2.12194440e-4f), r);
        Vector512<float> p = Fma(Vector512.Create(1.9875691500e-4f), r, Vector512.Create(1.3981999507e-3f));
        p = Fma(p, r, Vector512.Create(8.3334519073e-3f));
        p = Fma(p, r, Vector512.Create(4.1665795894e-2f));
        p = Fma(p, r, Vector512.Create(1.6666665459e-1f));
        p = Fma(p, r, Vector512.Create(5.0000001201e-1f));
        p = Fma(p, r * r, r) + Vector512<float>.One;
        return Vector512<float>.One / (Vector512<float>.One + Avx512F.Scale(p, n));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Fma(Vector512<float> x, Vector512<float> y, Vector512<float> z) => Avx512F.FusedMultiplyAdd(x, y, z);
}
