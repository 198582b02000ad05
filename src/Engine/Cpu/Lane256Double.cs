using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fused = System.Runtime.Intrinsics.X86.Fma;

namespace QDiff.Engine.Cpu;

/// <summary>A vector of 256 bits: 4 numbers of type double.</summary>
internal readonly unsafe struct Lane256Double(Vector256<double> value) : ILane<Lane256Double, double>
{
    private readonly Vector256<double> _value = value;

    public static int Count => Vector256<double>.Count;

    public static Lane256Double Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256<double>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Double Load(double* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Double Broadcast(double value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination) => _value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Double operator +(Lane256Double a, Lane256Double b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Double operator -(Lane256Double a, Lane256Double b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Double operator *(Lane256Double a, Lane256Double b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Double operator /(Lane256Double a, Lane256Double b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Double operator -(Lane256Double a) => new(-a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Double Fma(Lane256Double a, Lane256Double b, Lane256Double c) =>
        new(Vector256.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Double NegFma(Lane256Double a, Lane256Double b, Lane256Double c) => Fused.IsSupported
        ? new(Fused.MultiplyAddNegated(a._value, b._value, c._value))
        : new(Vector256.FusedMultiplyAdd(-a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Double Floor(Lane256Double value) => new(Vector256.Floor(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyBeyond(Lane256Double value, double limit) => Vector256.GreaterThanAny(Vector256.Abs(value._value), Vector256.Create(limit));

    public static Lane256Double SignOf(Lane256Double value) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(value._value, Vector256<double>.Zero), -Vector256<double>.One, Vector256<double>.One));
}
