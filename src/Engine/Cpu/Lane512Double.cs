using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QDiff.Engine.Cpu;

/// <summary>A vector of 512 bits: 8 numbers of type double.</summary>
internal readonly unsafe struct Lane512Double(Vector512<double> value) : ILane<Lane512Double, double>
{
    private readonly Vector512<double> _value = value;

    public static int Count => Vector512<double>.Count;

    public static Lane512Double Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512<double>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Double Load(double* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Double Broadcast(double value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination) => _value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Double operator +(Lane512Double a, Lane512Double b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Double operator -(Lane512Double a, Lane512Double b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Double operator *(Lane512Double a, Lane512Double b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Double operator /(Lane512Double a, Lane512Double b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Double operator -(Lane512Double a) => new(-a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Double Fma(Lane512Double a, Lane512Double b, Lane512Double c) =>
        new(Vector512.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Double NegFma(Lane512Double a, Lane512Double b, Lane512Double c) => new(Avx512F.FusedMultiplyAddNegated(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Double Floor(Lane512Double value) => new(Vector512.Floor(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyBeyond(Lane512Double value, double limit) => Vector512.GreaterThanAny(Vector512.Abs(value._value), Vector512.Create(limit));

    public static Lane512Double SignOf(Lane512Double value) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(value._value, Vector512<double>.Zero), -Vector512<double>.One, Vector512<double>.One));
}
