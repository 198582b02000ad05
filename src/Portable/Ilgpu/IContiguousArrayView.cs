namespace ILGPU;

/// <summary>A view whose elements lie side by side.</summary>
public interface IContiguousArrayView : IArrayView
{
    /// <summary>Where the view starts in its buffer, in elements.</summary>
    long Index { get; }

    /// <summary>Where the view starts in its buffer, in bytes.</summary>
    long IndexInBytes { get; }

    ArrayView<byte> AsRawArrayView();
}

/// <summary>A view of elements of type <typeparamref name="T"/> that lie side by side.</summary>
public interface IContiguousArrayView<T> : IContiguousArrayView
    where T : unmanaged;
