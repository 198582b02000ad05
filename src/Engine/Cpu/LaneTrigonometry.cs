using System.Numerics;
using System.Runtime.CompilerServices;

namespace QDiff.Engine.Cpu;

/// <summary>
/// Sine and cosine of every lane of a vector: x = kπ/2 + r with r in [−π/4, π/4], π/2 in three parts, polynomials in r², and the quadrant k mod 4.
/// Errors are below 2 units in the last place for |x| up to 10^6 (float) or 10^12 (double); beyond, the library's scalar functions.
/// </summary>
/// <remarks>
/// The runtime's own vector functions (Vector512.SinCos and the like) are not used: their precompiled code rounds products that
/// their just-in-time compiled code fuses, so the same call gives other last bits once the process has warmed up, and results must not
/// depend on that. Here every operation is rounded as written.
/// Source of the polynomials: S. L. Moshier, Cephes 2.8, sinf.c and sin.c (docs/references.md: Cephes).
/// </remarks>
internal static unsafe class LaneTrigonometry
{
    /// <summary>Sine and cosine of every lane, in radians.</summary>
    public static (TLane Sin, TLane Cos) SinCos<TLane, T>(TLane angle)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var isSingle = typeof(T) == typeof(float);
        if (TLane.AnyBeyond(angle, Constant<T>(isSingle ? 1e6 : 1e12)))
        {
            return ScalarSinCos<TLane, T>(angle);
        }

        TLane Value(double value) => TLane.Broadcast(Constant<T>(value));
        TLane one = Value(1), half = Value(0.5);
        var quarter = TLane.Floor(TLane.Fma(angle, Value(0.6366197723675814), half));
        var r = TLane.NegFma(quarter, Value(isSingle ? 1.5707963705062866 : 1.5707963267948966), angle);
        r = TLane.NegFma(quarter, Value(isSingle ? -4.371138828673793e-08 : 6.123233995736766e-17), r);
        r = TLane.NegFma(quarter, Value(isSingle ? -1.7151245100058819e-15 : -1.4973849048591698e-33), r);
        var square = r * r;

        TLane sine, cosine;
        if (isSingle)
        {
            sine = TLane.Fma(TLane.Fma(Value(-1.9515295891e-4), square, Value(8.3321608736e-3)), square, Value(-1.6666654611e-1));
            cosine = TLane.Fma(TLane.Fma(Value(2.443315711809948e-5), square, Value(-1.388731625493765e-3)), square, Value(4.166664568298827e-2));
        }
        else
        {
            sine = TLane.Fma(Value(1.58962301576546568060e-10), square, Value(-2.50507477628578072866e-8));
            sine = TLane.Fma(sine, square, Value(2.75573136213857245213e-6));
            sine = TLane.Fma(sine, square, Value(-1.98412698295895385996e-4));
            sine = TLane.Fma(sine, square, Value(8.33333333332211858878e-3));
            sine = TLane.Fma(sine, square, Value(-1.66666666666666307295e-1));
            cosine = TLane.Fma(Value(-1.13585365213876817300e-11), square, Value(2.08757008419747316778e-9));
            cosine = TLane.Fma(cosine, square, Value(-2.75573141792967388112e-7));
            cosine = TLane.Fma(cosine, square, Value(2.48015872888517045348e-5));
            cosine = TLane.Fma(cosine, square, Value(-1.38888888888730564116e-3));
            cosine = TLane.Fma(cosine, square, Value(4.16666666666665929218e-2));
        }

        sine = TLane.Fma(sine * square, r, r);
        cosine = TLane.Fma(cosine, square * square, TLane.NegFma(half, square, one));

        // Odd quarters exchange the two; the products are with 0 and 1 and exact. Signs: sin − in quarters 2 and 3, cos − in 1 and 2.
        TLane odd = Odd<TLane, T>(quarter), even = one - odd, upper = Odd<TLane, T>(TLane.Floor(half * quarter));
        var sineSign = TLane.NegFma(Value(2), upper, one);
        var cosineSign = TLane.NegFma(Value(2), odd, one) * sineSign;
        return ((even * sine + odd * cosine) * sineSign, (even * cosine + odd * sine) * cosineSign);
    }

    // k mod 2 of whole numbers k: 0 or 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Odd<TLane, T>(TLane whole)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TLane.NegFma(TLane.Broadcast(Constant<T>(2)), TLane.Floor(TLane.Broadcast(Constant<T>(0.5)) * whole), whole);

    private static (TLane Sin, TLane Cos) ScalarSinCos<TLane, T>(TLane angle)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* numbers = stackalloc T[3 * TLane.Count];
        angle.Store(numbers);
        for (int i = 0; i < TLane.Count; i++)
        {
            (numbers[TLane.Count + i], numbers[2 * TLane.Count + i]) = T.SinCos(numbers[i]);
        }

        return (TLane.Load(numbers + TLane.Count), TLane.Load(numbers + 2 * TLane.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Constant<T>(double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            var single = (float)value;
            return Unsafe.BitCast<float, T>(single);
        }

        return Unsafe.BitCast<double, T>(value);
    }
}
