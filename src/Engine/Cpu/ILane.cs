using System.Numerics;

namespace QDiff.Engine.Cpu;

/// <summary>
/// One vector of <see cref="Count"/> numbers. Kernels are written once against this interface and compiled for each width and
/// precision; in them lane i belongs to sample i of a tile.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal unsafe interface ILane<TSelf, T>
    where TSelf : unmanaged, ILane<TSelf, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Numbers in a vector.</summary>
    static abstract int Count { get; }

    static abstract TSelf Zero { get; }

    static abstract TSelf Load(T* source);

    static abstract TSelf Broadcast(T value);

    void Store(T* destination);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a);

    /// <summary>a·b + c, rounded once.</summary>
    static abstract TSelf Fma(TSelf a, TSelf b, TSelf c);

    /// <summary>c − a·b, rounded once.</summary>
    static abstract TSelf NegFma(TSelf a, TSelf b, TSelf c);

    /// <summary>The greatest whole number that is not above the lane's.</summary>
    static abstract TSelf Floor(TSelf value);

    /// <summary>Whether the absolute value of any lane is above the limit.</summary>
    static abstract bool AnyBeyond(TSelf value, T limit);

    /// <summary>−1 in lanes where the sign bit of <paramref name="value"/> is set, 1 elsewhere.</summary>
    static abstract TSelf SignOf(TSelf value);
}
