using ILGPU.Runtime.CPU;

namespace ILGPU.Runtime;

/// <summary>Memory of an accelerator. A subclass can stand for memory that somebody else owns: it sets <see cref="NativePtr"/>.</summary>
public abstract class MemoryBuffer : AcceleratorObject
{
    /// <param name="accelerator">The accelerator that can reach the memory.</param>
    /// <param name="length">Number of elements.</param>
    /// <param name="elementSize">Size of an element in bytes.</param>
    protected MemoryBuffer(Accelerator accelerator, long length, int elementSize)
        : this(accelerator, length, elementSize, MemorySpace.Global, "")
    {
    }

    private protected MemoryBuffer(Accelerator accelerator, long length, int elementSize, MemorySpace space, string name)
        : base(accelerator)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(elementSize, 1);
        Length = length;
        ElementSize = elementSize;
        Shadow = new(this, space, name);
    }

    public IntPtr NativePtr { get; protected set; }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>Size of an element in bytes.</summary>
    public int ElementSize { get; }

    public long LengthInBytes => Length * ElementSize;

    /// <summary>What the executor knows of accesses to this memory.</summary>
    internal MemoryShadow Shadow { get; }

    /// <summary>Sets <paramref name="length"/> bytes from <paramref name="targetOffsetInBytes"/> on to <paramref name="value"/>.</summary>
    public void MemSet(AcceleratorStream stream, byte value, long targetOffsetInBytes, long length)
    {
        if (length != 0)
        {
            MemSet(stream, value, AsRawArrayView(targetOffsetInBytes, length));
        }
    }

    /// <summary>Copies bytes from <paramref name="sourceOffsetInBytes"/> on to the whole of <paramref name="targetView"/>.</summary>
    public void CopyTo(AcceleratorStream stream, long sourceOffsetInBytes, in ArrayView<byte> targetView)
    {
        if (targetView.IsValid)
        {
            CopyTo(stream, AsRawArrayView(sourceOffsetInBytes, targetView.LengthInBytes), targetView);
        }
    }

    /// <summary>Copies the whole of <paramref name="sourceView"/> to the bytes from <paramref name="targetOffsetInBytes"/> on.</summary>
    public void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, long targetOffsetInBytes)
    {
        if (sourceView.IsValid)
        {
            CopyFrom(stream, sourceView, AsRawArrayView(targetOffsetInBytes, sourceView.LengthInBytes));
        }
    }

    public ArrayView<byte> AsRawArrayView() => AsRawArrayView(0, LengthInBytes);

    public ArrayView<byte> AsRawArrayView(long offsetInBytes) => AsRawArrayView(offsetInBytes, LengthInBytes - offsetInBytes);

    /// <exception cref="ArgumentOutOfRangeException">The bytes are not all inside the buffer.</exception>
    public ArrayView<byte> AsRawArrayView(long offsetInBytes, long lengthInBytes) => new(this, offsetInBytes, lengthInBytes);

    /// <summary>Elements of the buffer as a view.</summary>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> has another size than the buffer's elements.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The elements are not all inside the buffer.</exception>
    public ArrayView<T> AsArrayView<T>(long offset, long length)
        where T : unmanaged => ArrayView<T>.ElementSize == ElementSize
            ? new(this, offset, length)
            : throw new NotSupportedException(
                $"A view of {typeof(T).Name} has elements of {ArrayView<T>.ElementSize} bytes, this buffer of {ElementSize}; ask for a type of that size.");

    protected internal abstract void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView);

    protected internal abstract void CopyTo(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView);

    protected internal abstract void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView);
}
