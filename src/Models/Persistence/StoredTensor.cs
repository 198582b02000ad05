using System.Runtime.InteropServices;

namespace QDiff.Models.Persistence;

/// <summary>A tensor at rest: element type, shape and little-endian bytes in row-major order.</summary>
public sealed partial class StoredTensor
{
    /// <summary>Takes over <paramref name="bytes"/> as the content of a tensor.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The sizes, outermost first; empty for a single number.</param>
    /// <param name="bytes">The content; as many bytes as the shape needs.</param>
    /// <exception cref="ArgumentException">The number of bytes does not fit the shape, or a size is negative.</exception>
    public StoredTensor(StoredType type, IReadOnlyList<long> shape, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(bytes);
        long count = 1;
        foreach (long size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(shape));
            count = checked(count * size);
        }
        if (checked(count * ElementSize(type)) != bytes.LongLength)
        {
            throw new ArgumentException(
                $"A {type} tensor of shape [{string.Join(", ", shape)}] has {count * ElementSize(type)} bytes; got {bytes.LongLength}.", nameof(bytes));
        }
        Type = type;
        Shape = [.. shape];
        Bytes = bytes;
        Count = count;
    }

    /// <summary>The element type.</summary>
    public StoredType Type { get; }

    /// <summary>The sizes, outermost first.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The content, little-endian, row-major.</summary>
    public byte[] Bytes { get; }

    /// <summary>The number of elements.</summary>
    public long Count { get; }

    /// <summary>Bytes per element of <paramref name="type"/>.</summary>
    public static int ElementSize(StoredType type) => type switch
    {
        StoredType.F32 => 4,
        StoredType.F64 or StoredType.I64 => 8,
        StoredType.U8 => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "The element types are F32, F64, I64 and U8."),
    };

    /// <summary>Copies <paramref name="values"/> (float, double, long or byte) into a tensor of the given shape.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements, or T is none of the four types.</exception>
    public static StoredTensor From<T>(ReadOnlySpan<T> values, params IReadOnlyList<long> shape) where T : unmanaged
        => new(TypeOf<T>(), shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>The elements as <typeparamref name="T"/>, without a copy.</summary>
    /// <exception cref="ArgumentException">T is not this tensor's element type.</exception>
    public ReadOnlySpan<T> Values<T>() where T : unmanaged
        => TypeOf<T>() == Type
            ? MemoryMarshal.Cast<byte, T>(Bytes)
            : throw new ArgumentException($"The tensor holds {Type}; asked for {typeof(T).Name}.");

    private static StoredType TypeOf<T>() where T : unmanaged
        => typeof(T) == typeof(float) ? StoredType.F32
        : typeof(T) == typeof(double) ? StoredType.F64
        : typeof(T) == typeof(long) ? StoredType.I64
        : typeof(T) == typeof(byte) ? StoredType.U8
        : throw new ArgumentException($"A stored tensor holds float, double, long or byte; got {typeof(T).Name}.");
}
