namespace ILGPU.Runtime;

/// <summary>Memory with a view of all of it.</summary>
public class MemoryBuffer<TView> : MemoryBuffer, IContiguousArrayView
    where TView : struct, IArrayView
{
    private readonly TView view;

    protected internal MemoryBuffer(Accelerator accelerator, in TView view)
        : base(accelerator, view.Length, view.ElementSize)
    {
        this.view = view;
        NativePtr = view.Buffer?.NativePtr ?? default;
    }

    /// <summary>All elements.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed (ILGPU gives an empty view then).</exception>
    public TView View
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return view;
        }
    }

    public bool IsValid => !IsDisposed;

    MemoryBuffer IArrayView.Buffer => Buffer;

    long IContiguousArrayView.Index => 0;

    long IContiguousArrayView.IndexInBytes => 0;

    protected MemoryBuffer Buffer => View.Buffer;

    public static implicit operator TView(MemoryBuffer<TView> buffer) => buffer.View;

    public TView ToArrayView() => View;

    protected internal override void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView) =>
        Buffer.MemSet(stream, value, targetView);

    protected internal override void CopyTo(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        Buffer.CopyTo(stream, sourceView, targetView);

    protected internal override void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        Buffer.CopyFrom(stream, sourceView, targetView);

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        if (disposing)
        {
            view.Buffer?.Dispose();
            NativePtr = default;
        }
    }
}
