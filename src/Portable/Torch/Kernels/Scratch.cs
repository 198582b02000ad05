using System.Runtime.CompilerServices;

namespace TorchSharp;

/// <summary>Work memory of one thread for the kernels, kept between calls so that a training step allocates none.</summary>
/// <remarks>
/// A slot belongs to one use; asking for it again on the same thread hands out the same memory. The arrays are pinned, so
/// the pointers stay good until the slot is asked for a larger size. Contents are undefined.
/// </remarks>
internal static class Scratch
{
    /// <summary>The packed left factor of a matrix product.</summary>
    public const int PackedA = 0;

    /// <summary>The packed right factor of a matrix product.</summary>
    public const int PackedB = 1;

    /// <summary>Unfolded image columns of a convolution.</summary>
    public const int Columns = 2;

    /// <summary>A block of results on its way to the output.</summary>
    public const int Results = 3;

    /// <summary>Images with their zero border.</summary>
    public const int Padded = 4;

    /// <summary>Per-channel tables.</summary>
    public const int Table = 5;

    private const int SlotCount = 6;
    private const int Alignment = 64;

    [ThreadStatic]
    private static byte[]?[]? t_slots;

    /// <summary>At least <paramref name="count"/> elements, 64-byte aligned.</summary>
    public static unsafe T* Get<T>(int slot, long count)
        where T : unmanaged
    {
        byte[]?[] slots = t_slots ??= new byte[SlotCount][];
        long bytes = (count * sizeof(T)) + Alignment;
        byte[]? buffer = slots[slot];
        if (buffer is null || buffer.Length < bytes)
        {
            buffer = slots[slot] = GC.AllocateUninitializedArray<byte>(checked((int)(bytes + (bytes / 4))), pinned: true);
        }
        nint address = (nint)Unsafe.AsPointer(ref buffer[0]);
        return (T*)((address + Alignment - 1) & ~(nint)(Alignment - 1));
    }
}
