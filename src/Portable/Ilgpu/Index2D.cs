namespace ILGPU;

/// <summary>A 2-dimensional index of 32-bit components.</summary>
public readonly struct Index2D(int x, int y) : IIntIndex, IEquatable<Index2D>
{
    public static readonly Index2D Zero = new(0, 0);

    public static readonly Index2D One = new(1, 1);

    public Index2D(int value)
        : this(value, value)
    {
    }

    public int X { get; } = x;

    public int Y { get; } = y;

    public int Size => checked(X * Y);

    public long LongSize => (long)X * Y;

    long IIndex.Size => LongSize;

    public static implicit operator Index2D((int, int) values) => new(values.Item1, values.Item2);

    public static Index2D operator +(Index2D first, Index2D second) => new(first.X + second.X, first.Y + second.Y);

    public static Index2D operator -(Index2D first, Index2D second) => new(first.X - second.X, first.Y - second.Y);

    public static Index2D operator *(Index2D first, Index2D second) => new(first.X * second.X, first.Y * second.Y);

    public static Index2D operator /(Index2D first, Index2D second) => new(first.X / second.X, first.Y / second.Y);

    public static bool operator ==(Index2D first, Index2D second) => first.Equals(second);

    public static bool operator !=(Index2D first, Index2D second) => !first.Equals(second);

    public bool Equals(Index2D other) => X == other.X && Y == other.Y;

    public override bool Equals(object? obj) => obj is Index2D other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(X, Y);

    public override string ToString() => $"({X}, {Y})";
}
