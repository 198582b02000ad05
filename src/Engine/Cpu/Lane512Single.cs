using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QDiff.Engine.Cpu;

/// <summary>A vector of 512 bits: 16 numbers of type float.</summary>
internal readonly unsafe struct Lane512Single(Vector512<float> value) : ILane<Lane512Single, float>
{
    private readonly Vector512<float> _value = value;

    public static int Count => Vector512<float>.Count;

    public static Lane512Single Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512<float>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Single Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Single Broadcast(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* destination) => _value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Single operator +(Lane512Single a, Lane512Single b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Single operator -(Lane512Single a, Lane512Single b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Single operator *(Lane512Single a, Lane512Single b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Single operator /(Lane512Single a, Lane512Single b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Single operator -(Lane512Single a) => new(-a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Single Fma(Lane512Single a, Lane512Single b, Lane512Single c) =>
        new(Vector512.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Single NegFma(Lane512Single a, Lane512Single b, Lane512Single c) => new(Avx512F.FusedMultiplyAddNegated(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512Single Floor(Lane512Single value) => new(Vector512.Floor(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyBeyond(Lane512Single value, float limit) => Vector512.GreaterThanAny(Vector512.Abs(value._value), Vector512.Create(limit));

    public static Lane512Single SignOf(Lane512Single value) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(value._value, Vector512<float>.Zero), -Vector512<float>.One, Vector512<float>.One));
}
