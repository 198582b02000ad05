using System.Numerics;
using System.Runtime.CompilerServices;

namespace QDiff.Engine.Cpu;

/// <summary>A vector of one number, for processors without vectors.</summary>
internal readonly unsafe struct LaneScalar<T>(T value) : ILane<LaneScalar<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _value = value;

    public static int Count => 1;

    public static LaneScalar<T> Zero => new(T.Zero);

    public static LaneScalar<T> Load(T* source) => new(*source);

    public static LaneScalar<T> Broadcast(T value) => new(value);

    public void Store(T* destination) => *destination = _value;

    public static LaneScalar<T> operator +(LaneScalar<T> a, LaneScalar<T> b) => new(a._value + b._value);

    public static LaneScalar<T> operator -(LaneScalar<T> a, LaneScalar<T> b) => new(a._value - b._value);

    public static LaneScalar<T> operator *(LaneScalar<T> a, LaneScalar<T> b) => new(a._value * b._value);

    public static LaneScalar<T> operator /(LaneScalar<T> a, LaneScalar<T> b) => new(a._value / b._value);

    public static LaneScalar<T> operator -(LaneScalar<T> a) => new(-a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneScalar<T> Fma(LaneScalar<T> a, LaneScalar<T> b, LaneScalar<T> c) =>
        new(T.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneScalar<T> NegFma(LaneScalar<T> a, LaneScalar<T> b, LaneScalar<T> c) =>
        new(T.FusedMultiplyAdd(-a._value, b._value, c._value));

    public static LaneScalar<T> Floor(LaneScalar<T> value) => new(T.Floor(value._value));

    public static bool AnyBeyond(LaneScalar<T> value, T limit) => T.Abs(value._value) > limit;

    public static LaneScalar<T> SignOf(LaneScalar<T> value) => new(value._value < T.Zero ? -T.One : T.One);
}
