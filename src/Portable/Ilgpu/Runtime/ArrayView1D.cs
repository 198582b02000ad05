using System.Runtime.CompilerServices;

namespace ILGPU.Runtime;

/// <summary>A one-dimensional view with a stride. Of the strides of ILGPU there is <see cref="Stride1D.Dense"/> alone.</summary>
public readonly struct ArrayView1D<T, TStride>(ArrayView<T> baseView, LongIndex1D extent, TStride stride) : IArrayView
    where T : unmanaged
    where TStride : struct, IStride1D
{
    /// <summary>Size of an element in bytes.</summary>
    public static readonly int ElementSize = ArrayView<T>.ElementSize;

    public static readonly ArrayView1D<T, TStride> Empty;

    public ArrayView<T> BaseView { get; } = baseView;

    public LongIndex1D Extent { get; } = extent;

    public TStride Stride { get; } = stride;

    public Index1D IntExtent => Extent.ToIntIndex();

    public bool IsValid => BaseView.IsValid;

    public long Length => Extent.X;

    public int IntLength => checked((int)Length);

    public long LengthInBytes => Length * ElementSize;

    MemoryBuffer IArrayView.Buffer => BaseView.Buffer;

    int IArrayView.ElementSize => ElementSize;

    /// <exception cref="AcceleratorException">The index is outside the view, or the call comes from outside a kernel.</exception>
    public ref T this[Index1D index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref BaseView[index];
    }

    /// <inheritdoc cref="this[Index1D]"/>
    public ref T this[LongIndex1D index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref BaseView[index];
    }

    /// <summary><paramref name="extent"/> elements from <paramref name="index"/> on.</summary>
    /// <exception cref="AcceleratorException">The elements are not all inside the view.</exception>
    public ArrayView1D<T, TStride> SubView(Index1D index, Index1D extent) => SubView((LongIndex1D)index, extent);

    /// <inheritdoc cref="SubView(Index1D, Index1D)"/>
    public ArrayView1D<T, TStride> SubView(LongIndex1D index, LongIndex1D extent) =>
        new(BaseView.SubView(index.X, extent.X), extent, Stride);

    public ArrayView<T> AsContiguous() => BaseView;

    public override string ToString() => BaseView.ToString();
}
