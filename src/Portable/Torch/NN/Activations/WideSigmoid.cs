using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp;

/// <summary>
/// σ(x) = 1/(1 + e^{−x}) of 16 numbers, for kernels that do more with it than store it. Bit for bit what
/// <see cref="System.Numerics.Tensors.TensorPrimitives.Sigmoid{T}"/> computes.
/// </summary>
/// <remarks>
/// e^y = 2^n · 2^r with n = ⌊y/ln 2⌉ and a polynomial of degree 5 for 2^r, all in double precision, as AMD's library does it (docs/references.md: AoclLibM). Two vectors
/// of doubles and 45 instructions for 16 numbers, about 20 cycles: 16 numbers are read and written in the time of that on a core that copies 25 GB/s.
/// </remarks>
internal static class WideSigmoid
{
    /// <summary>Numbers that are computed at a time.</summary>
    public const int Count = 16;

    /// <summary>Adding 1.5 · 2^52 leaves a whole number in the last bits of a double.</summary>
    private const double Shift = 6755399441055744.0;

    /// <summary>Whether this processor has the instructions.</summary>
    public static bool IsSupported => Avx512F.IsSupported && Vector512.IsHardwareAccelerated;

    /// <summary>σ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> x)
    {
        Vector512<float> y = -x;
        Vector512<float> power = Vector512.Create(
            Avx512F.ConvertToVector256Single(Exp(Avx512F.ConvertToVector512Double(y.GetLower()))),
            Avx512F.ConvertToVector256Single(Exp(Avx512F.ConvertToVector512Double(y.GetUpper()))));
        if (Vector512.GreaterThanAny(Vector512.Abs(y), Vector512.Create(88f)))
        {
            power = Vector512.ConditionalSelect(
                Vector512.GreaterThan(y, Vector512.Create(88.72284f)), Vector512.Create(float.PositiveInfinity), power);
            power = Vector512.ConditionalSelect(Vector512.LessThan(y, Vector512.Create(-103.97208f)), Vector512<float>.Zero, power);
        }
        return Vector512<float>.One / (Vector512<float>.One + power);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Exp(Vector512<double> y)
    {
        Vector512<double> z = y * Vector512.Create(1.4426950408889634);
        Vector512<double> shifted = z + Vector512.Create(Shift);
        Vector512<double> r = z - (shifted - Vector512.Create(Shift));
        Vector512<double> r2 = r * r, r4 = r2 * r2;
        Vector512<double> high = Fma(Vector512.Create(0.001341000536524434), r, Vector512.Create(0.009676036358193323));
        Vector512<double> middle = Fma(Vector512.Create(0.05550297297702539), r, Vector512.Create(0.2402210737432219));
        Vector512<double> low = Fma(Vector512.Create(0.6931472254087585), r, Vector512.Create(1.0000000754895704));
        Vector512<double> power = Fma(r4, high, Fma(r2, middle, low));
        return (power.AsUInt64() + (shifted.AsUInt64() << 52)).AsDouble();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Fma(Vector512<double> x, Vector512<double> y, Vector512<double> z) => Avx512F.FusedMultiplyAdd(x, y, z);
}
