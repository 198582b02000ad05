using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fused = System.Runtime.Intrinsics.X86.Fma;

namespace QDiff.Engine.Cpu;

/// <summary>A vector of 256 bits: 8 numbers of type float.</summary>
internal readonly unsafe struct Lane256Single(Vector256<float> value) : ILane<Lane256Single, float>
{
    private readonly Vector256<float> _value = value;

    public static int Count => Vector256<float>.Count;

    public static Lane256Single Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256<float>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Single Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Single Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* destination) => _value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Single operator +(Lane256Single a, Lane256Single b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Single operator -(Lane256Single a, Lane256Single b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Single operator *(Lane256Single a, Lane256Single b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Single operator /(Lane256Single a, Lane256Single b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Single operator -(Lane256Single a) => new(-a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Single Fma(Lane256Single a, Lane256Single b, Lane256Single c) =>
        new(Vector256.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Single NegFma(Lane256Single a, Lane256Single b, Lane256Single c) => Fused.IsSupported
        ? new(Fused.MultiplyAddNegated(a._value, b._value, c._value))
        : new(Vector256.FusedMultiplyAdd(-a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256Single Floor(Lane256Single value) => new(Vector256.Floor(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyBeyond(Lane256Single value, float limit) => Vector256.GreaterThanAny(Vector256.Abs(value._value), Vector256.Create(limit));

    public static Lane256Single SignOf(Lane256Single value) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(value._value, Vector256<float>.Zero), -Vector256<float>.One, Vector256<float>.One));
}
