using System.Runtime.CompilerServices;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace ILGPU;

/// <summary>
/// Elements of type <typeparamref name="T"/> that lie side by side in a buffer. Inside a kernel the indexers give a reference to an
/// element, and report the access to the executor; outside a kernel they throw, because a GPU's memory cannot be read by the host.
/// </summary>
public readonly struct ArrayView<T> : IContiguousArrayView<T>
    where T : unmanaged
{
    /// <summary>Size of an element in bytes.</summary>
    public static readonly int ElementSize = Unsafe.SizeOf<T>();

    public static readonly ArrayView<T> Empty;

    /// <param name="source">The buffer behind the view.</param>
    /// <param name="index">Where the view starts in the buffer, in elements of <typeparamref name="T"/>.</param>
    /// <param name="length">Number of elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">The view does not lie inside the buffer.</exception>
    public ArrayView(MemoryBuffer source, long index, long length)
    {
        if (index < 0 || length < 0 || (index + length) * ElementSize > (source?.LengthInBytes ?? 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(index),
                $"A view of {length} elements of {ElementSize} bytes from element {index} does not fit a buffer of {source?.LengthInBytes ?? 0} bytes; stay inside the buffer.");
        }

        Buffer = source!;
        Index = index;
        Length = length;
    }

    public long Length { get; }

    public int IntLength => checked((int)Length);

    public long LengthInBytes => Length * ElementSize;

    public LongIndex1D Extent => new(Length);

    public Index1D IntExtent => new(IntLength);

    public Stride1D.Dense Stride => default;

    public bool IsValid => Buffer is not null && Length > 0;

    MemoryBuffer IArrayView.Buffer => Buffer;

    int IArrayView.ElementSize => ElementSize;

    long IContiguousArrayView.Index => Index;

    long IContiguousArrayView.IndexInBytes => Index * ElementSize;

    internal MemoryBuffer Buffer { get; }

    internal long Index { get; }

    /// <exception cref="AcceleratorException">The index is outside the view, or the call comes from outside a kernel.</exception>
    public ref T this[Index1D index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref this[(long)index.X];
    }

    /// <inheritdoc cref="this[Index1D]"/>
    public ref T this[LongIndex1D index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref this[index.X];
    }

    /// <inheritdoc cref="this[Index1D]"/>
    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref this[(long)index];
    }

    /// <inheritdoc cref="this[Index1D]"/>
    public unsafe ref T this[long index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((ulong)index >= (ulong)Length)
            {
                throw KernelFault.OutsideView(this, index);
            }

            long offset = (Index + index) * sizeof(T);
            Buffer.Shadow.Note(offset, sizeof(T));
            return ref *(T*)((byte*)Buffer.NativePtr + offset);
        }
    }

    public static implicit operator ArrayView1D<T, Stride1D.Dense>(ArrayView<T> view) => new(view, view.Extent, default);

    public static implicit operator ArrayView<T>(ArrayView1D<T, Stride1D.Dense> view) => view.BaseView.SubView(0, view.Length);

    /// <summary>The elements from <paramref name="index"/> on.</summary>
    /// <exception cref="AcceleratorException">The index is outside the view.</exception>
    public ArrayView<T> SubView(long index) => SubView(index, Length - index);

    /// <inheritdoc cref="SubView(long, long)"/>
    public ArrayView<T> SubView(int index, int subViewLength) => SubView((long)index, subViewLength);

    /// <summary><paramref name="subViewLength"/> elements from <paramref name="index"/> on.</summary>
    /// <exception cref="AcceleratorException">
    /// The elements are not all inside the view, or the index is not (ILGPU wants it to be an element, even for no elements).
    /// </exception>
    public ArrayView<T> SubView(long index, long subViewLength)
    {
        bool startsInside = (index >= 0 && index < Length) || (index == 0 && Length < 1);
        return startsInside && subViewLength >= 0 && index + subViewLength <= Length
            ? new(Buffer, Index + index, subViewLength)
            : throw KernelFault.OutsideView(this, index, subViewLength);
    }

    /// <summary>The same memory as elements of another type.</summary>
    /// <exception cref="AcceleratorException">The view does not start or end at a whole element of the other type.</exception>
    public ArrayView<TOther> Cast<TOther>()
        where TOther : unmanaged
    {
        int size = ArrayView<TOther>.ElementSize;
        return Index * ElementSize % size == 0 && LengthInBytes % size == 0
            ? new(Buffer, Index * ElementSize / size, LengthInBytes / size)
            : throw KernelFault.NoWholeElements(this, typeof(TOther), size);
    }

    public override string ToString() => $"{Index} [{Length}]";

    ArrayView<byte> IContiguousArrayView.AsRawArrayView() => new(Buffer, Index * ElementSize, LengthInBytes);
}
