using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fused = System.Runtime.Intrinsics.X86.Fma;

namespace QDiff.Engine.Cpu;

/// <summary>A vector of 128 bits: 4 numbers of type float.</summary>
internal readonly unsafe struct Lane128Single(Vector128<float> value) : ILane<Lane128Single, float>
{
    private readonly Vector128<float> _value = value;

    public static int Count => Vector128<float>.Count;

    public static Lane128Single Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector128<float>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Single Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Single Broadcast(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* destination) => _value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Single operator +(Lane128Single a, Lane128Single b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Single operator -(Lane128Single a, Lane128Single b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Single operator *(Lane128Single a, Lane128Single b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Single operator /(Lane128Single a, Lane128Single b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Single operator -(Lane128Single a) => new(-a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Single Fma(Lane128Single a, Lane128Single b, Lane128Single c) =>
        new(Vector128.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Single NegFma(Lane128Single a, Lane128Single b, Lane128Single c) => Fused.IsSupported
        ? new(Fused.MultiplyAddNegated(a._value, b._value, c._value))
        : new(Vector128.FusedMultiplyAdd(-a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128Single Floor(Lane128Single value) => new(Vector128.Floor(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyBeyond(Lane128Single value, float limit) => Vector128.GreaterThanAny(Vector128.Abs(value._value), Vector128.Create(limit));

    public static Lane128Single SignOf(Lane128Single value) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(value._value, Vector128<float>.Zero), -Vector128<float>.One, Vector128<float>.One));
}
