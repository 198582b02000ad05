using ILGPU;
using ILGPU.Runtime;
using QDiff.Engine.Backends;

namespace QDiff.Kernels.Devices;

/// <summary>Memory of the device that another library owns, made into a view that kernels take. It is neither copied nor freed.</summary>
internal sealed class ForeignBuffer : MemoryBuffer
{
    private ForeignBuffer(Accelerator accelerator, nint pointer, long length, int elementSize)
        : base(accelerator, length, elementSize)
    {
        NativePtr = pointer;

        // A training step makes several, and there is nothing to free: the finalizer would only wait for the accelerator's lock.
        GC.SuppressFinalize(this);
    }

    /// <summary>The numbers of a span as a view.</summary>
    public static ArrayView<T> View<T>(Accelerator accelerator, DeviceSpan<T> span)
        where T : unmanaged =>
        new(new ForeignBuffer(accelerator, span.Pointer, span.Length, Interop.SizeOf<T>()), 0, span.Length);

    protected override void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView) => throw NotHere();

    protected override void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) => throw NotHere();

    protected override void CopyTo(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) => throw NotHere();

    protected override void DisposeAcceleratorObject(bool disposing)
    {
    }

    private static NotSupportedException NotHere() => new("Memory of another library is read and written by kernels alone.");
}
