namespace ILGPU.Runtime.CPU;

/// <summary>Memory of the host for the time of one copy; it is the other buffer that copies.</summary>
internal sealed class HostMemory : MemoryBuffer
{
    public HostMemory(Accelerator accelerator, IntPtr pointer, long lengthInBytes)
        : base(accelerator, lengthInBytes, 1) => NativePtr = pointer;

    protected internal override void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView) =>
        throw new NotSupportedException("Memory of the host is copied from and to, not set; set the accelerator's buffer.");

    protected internal override void CopyTo(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        targetView.Buffer.CopyFrom(stream, sourceView, targetView);

    protected internal override void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        sourceView.Buffer.CopyTo(stream, sourceView, targetView);

    protected override void DisposeAcceleratorObject(bool disposing)
    {
    }
}
