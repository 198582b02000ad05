using System.Runtime.InteropServices;

namespace ILGPU.Runtime.CPU;

/// <summary>Memory of the CPU, outside the garbage collector's reach.</summary>
internal sealed unsafe class CPUMemoryBuffer : MemoryBuffer
{
    public CPUMemoryBuffer(CPUAccelerator accelerator, long length, int elementSize, MemorySpace space = MemorySpace.Global, string name = "")
        : base(accelerator, length, elementSize, space, name)
    {
        NativePtr = (IntPtr)NativeMemory.AlignedAlloc((nuint)Math.Max(LengthInBytes, 1), 64);
        Poison();
    }

    /// <summary>
    /// Fills the memory with the pattern of memory that nothing wrote. Global memory gets it too: a GPU promises nothing about
    /// fresh memory, and a signalling NaN does not go unnoticed.
    /// </summary>
    public void Poison()
    {
        var pointer = (void*)NativePtr;
        long count = LengthInBytes / Shadow.CellSize;
        for (long done = 0; done < count; done += int.MaxValue)
        {
            int piece = (int)Math.Min(int.MaxValue, count - done);
            switch (Shadow.CellSize)
            {
                case 8:
                    new Span<ulong>((ulong*)pointer + done, piece).Fill(MemoryShadow.Poison64);
                    break;
                case 4:
                    new Span<uint>((uint*)pointer + done, piece).Fill(MemoryShadow.Poison32);
                    break;
                case 2:
                    new Span<ushort>((ushort*)pointer + done, piece).Fill(MemoryShadow.Poison16);
                    break;
                default:
                    new Span<byte>((byte*)pointer + done, piece).Fill(MemoryShadow.Poison8);
                    break;
            }
        }
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
