using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>
/// One 64-byte-aligned block of native memory that tensors share. References are counted: the last <see cref="Release"/> gives
/// the block back to the <see cref="StoragePool"/> at once. A block whose tensors were all forgotten instead of disposed is freed by the finalizer.
/// </summary>
/// <remarks>Code that works on <see cref="Pointer"/> ends with GC.KeepAlive of the tensor or storage, else the finalizer may run under it.</remarks>
internal sealed unsafe class Storage
{
    private int references;

    internal Storage(long capacity, int bucket)
    {
        Pointer = (byte*)NativeMemory.AlignedAlloc((nuint)capacity, 64);
        Capacity = capacity;
        Bucket = bucket;
        GC.AddMemoryPressure(capacity);
    }

    ~Storage() => Free();

    public byte* Pointer { get; private set; }

    public long Capacity { get; }

    internal int Bucket { get; }

    /// <summary>Raised by every in-place change through any tensor of the block: what was saved for backward is checked against it.</summary>
    public int Version;

    /// <summary>True when one tensor alone holds the block, so that its memory may be taken over.</summary>
    public bool IsUnique => Volatile.Read(ref references) == 1;

    public static Storage Allocate(long bytes)
    {
        var storage = StoragePool.Rent(bytes);
        storage.references = 1;
        return storage;
    }

    public void Retain() => Interlocked.Increment(ref references);

    public void Release()
    {
        if (Interlocked.Decrement(ref references) == 0)
        {
            StoragePool.Return(this);
        }
    }

    internal void Discard()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (Pointer == null) return;
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
        GC.RemoveMemoryPressure(Capacity);
        if (references > 0)
        {
            StoragePool.Forget(Capacity);
        }
    }
}
