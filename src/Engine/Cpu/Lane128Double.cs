using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fused = System.Runtime.Intrinsics.X86.Fma;

namespace QDiff.Engine.Cpu;

/// <summary>A vector of 128 bits: 2 numbers of type double.</summary>
internal readonly unsafe struct Lane128Double(Vector128<double> value) : ILane<Lane128Double, double>
{
    private readonly Vector128<double> _value = value;

    public static int Count => Vector128<double>.Count;

    public static Lane128Double Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector128<double>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Double Load(double* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Double Broadcast(double value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination) => _value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Double operator +(Lane128Double a, Lane128Double b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Double operator -(Lane128Double a, Lane128Double b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Double operator *(Lane128Double a, Lane128Double b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Double operator /(Lane128Double a, Lane128Double b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Double operator -(Lane128Double a) => new(-a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Double Fma(Lane128Double a, Lane128Double b, Lane128Double c) =>
        new(Vector128.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Double NegFma(Lane128Double a, Lane128Double b, Lane128Double c) => Fused.IsSupported
        ? new(Fused.MultiplyAddNegated(a._value, b._value, c._value))
        : new(Vector128.FusedMultiplyAdd(-a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Double Floor(Lane128Double value) => new(Vector128.Floor(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyBeyond(Lane128Double value, double limit) => Vector128.GreaterThanAny(Vector128.Abs(value._value), Vector128.Create(limit));

    public static Lane128Double SignOf(Lane128Double value) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(value._value, Vector128<double>.Zero), -Vector128<double>.One, Vector128<double>.One));
}
