using System.Runtime.InteropServices;

namespace ILGPU.Runtime.CPU;

/// <summary>Memory of the CPU, outside the garbage collector's reach.</summary>
internal sealed unsafe class CPUMemoryBuffer : MemoryBuffer
{
    public CPUMemoryBuffer(CPUAccelerator accelerator, long length, int elementSize, MemorySpace space = MemorySpace.Global, string name = "")
        : base(accelerator, length, elementSize, space, name)
    {
        // Whole words, so that the pattern of fresh memory fits.
        NativePtr = (IntPtr)NativeMemory.AlignedAlloc((nuint)(LengthInBytes + 8) & ~(nuint)7, 64);
        Shadow.Poison(elementSize);
    }

    protected internal override void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView) =>
        NativeMemory.Fill(Address(targetView), (nuint)targetView.Length, value);

    protected internal override void CopyTo(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        Copy(sourceView, targetView);

    protected internal override void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        Copy(sourceView, targetView);

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        NativeMemory.AlignedFree((void*)NativePtr);
        NativePtr = IntPtr.Zero;
        Shadow.Forget();
    }

    private static void Copy(in ArrayView<byte> source, in ArrayView<byte> target) =>
        Buffer.MemoryCopy(Address(source), Address(target), target.Length, source.Length);

    private static byte* Address(in ArrayView<byte> view)
    {
        ObjectDisposedException.ThrowIf(view.Buffer.IsDisposed, view.Buffer);
        return (byte*)view.Buffer.NativePtr + view.Index;
    }
}
