using System.Collections;

namespace TorchSharp.Utils;

/// <summary>The elements of a tensor in row-major order, read and written in place.</summary>
/// <typeparam name="T">The .NET type of the elements.</typeparam>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private torch.Tensor? tensor;

    internal TensorAccessor(torch.Tensor tensor)
    {
        _ = tensor.Memory;
        this.tensor = tensor;
    }

    public long Count => tensor?.numel() ?? 0;

    public bool IsReadOnly => false;

    private torch.Tensor Tensor => tensor ?? throw new ObjectDisposedException(nameof(TensorAccessor<T>));

    /// <summary>Element at a row-major position (one index) or at the given indices.</summary>
    /// <exception cref="IndexOutOfRangeException">An index is outside its dimension.</exception>
    public T this[params long[] indices]
    {
        get
        {
            var value = *At(indices);
            GC.KeepAlive(tensor);
            return value;
        }

        set
        {
            *At(indices) = value;
            GC.KeepAlive(tensor);
        }
    }

    public T[] ToArray()
    {
        var result = new T[Count];
        CopyTo(result);
        return result;
    }

    /// <summary>An array with one dimension per dimension of the tensor (one for a tensor of none).</summary>
    public Array ToNDArray()
    {
        if (Tensor.Rank < 2) return ToArray();
        var result = Array.CreateInstance(typeof(T), Tensor.shape);
        var flat = ToArray();
        Buffer.BlockCopy(flat, 0, result, 0, flat.Length * sizeof(T));
        return result;
    }

    /// <summary>Copies from a position of the tensor on, as many as there are and as fit.</summary>
    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    /// <inheritdoc cref="CopyTo(T[], int, long)"/>
    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var packed = Tensor.Packed();
        var source = packed.Span<T>()[(int)tensorIndex..];
        var target = array[arrayIndex..];
        source[..Math.Min(source.Length, target.Length)].CopyTo(target);
        GC.KeepAlive(packed);
        packed.DisposeUnless(Tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    /// <summary>Overwrites the tensor's elements from a position on, as many as there are and as fit.</summary>
    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var source = array[arrayIndex..];
        var count = (int)Math.Min(source.Length, Count - tensorIndex);
        if (Tensor.IsContiguousLayout)
        {
            source[..count].CopyTo(Tensor.Span<T>()[(int)tensorIndex..]);
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                *At(tensorIndex + i) = source[i];
            }
        }

        Tensor.Memory.Version++;
        GC.KeepAlive(tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        var count = Count;
        for (var i = 0L; i < count; i++)
        {
            yield return Read(i);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => tensor = null;

    private T Read(long position)
    {
        var value = *At(position);
        GC.KeepAlive(tensor);
        return value;
    }

    private T* At(long[] indices)
    {
        if (indices.Length == 1) return At(indices[0]);
        var sizes = Tensor.Sizes;
        if (indices.Length != sizes.Length)
        {
            throw new IndexOutOfRangeException($"{indices.Length} indices were given for a tensor of {sizes.Length} dimensions.");
        }

        var offset = 0L;
        for (var d = 0; d < indices.Length; d++)
        {
            if (indices[d] < 0 || indices[d] >= sizes[d])
            {
                throw new IndexOutOfRangeException($"Index {indices[d]} is outside dimension {d} of size {sizes[d]}.");
            }

            offset += indices[d] * Tensor.Strides[d];
        }

        return (T*)Tensor.Data + offset;
    }

    private T* At(long position)
    {
        if (position < 0 || position >= Count)
        {
            throw new IndexOutOfRangeException($"Position {position} is outside a tensor of {Count} elements.");
        }

        if (Tensor.IsContiguousLayout) return (T*)Tensor.Data + position;
        var offset = 0L;
        for (var d = Tensor.Rank - 1; d >= 0; d--)
        {
            (position, var index) = Math.DivRem(position, Tensor.Sizes[d]);
            offset += index * Tensor.Strides[d];
        }

        return (T*)Tensor.Data + offset;
    }
}
