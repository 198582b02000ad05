using System.Runtime.InteropServices;

namespace QDiff.Engine.States;

/// <summary>A zeroed block of native memory, aligned to 64 bytes: one cache line, one 512-bit vector.</summary>
internal sealed unsafe class NativeBuffer<T> : IDisposable
    where T : unmanaged
{
    public const int Alignment = 64;
    private static long _liveBytes;
    private T* _pointer;

    public NativeBuffer(long length)
    {
        Length = length;
        nuint bytes = checked((nuint)(Math.Max(length, 1) * sizeof(T)));
        _pointer = (T*)Guard.Allocate(bytes, Alignment);
        NativeMemory.Clear(_pointer, bytes);
        GC.AddMemoryPressure((long)bytes);
        Interlocked.Add(ref _liveBytes, (long)bytes);
    }

    ~NativeBuffer() => Free();

    /// <summary>Bytes of all blocks of this type that have not been given back: 0 when everything has been disposed.</summary>
    public static long LiveBytes => Interlocked.Read(ref _liveBytes);

    public long Length { get; }

    public T* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pointer == null, this);
            return _pointer;
        }
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_pointer != null)
        {
            NativeMemory.AlignedFree(_pointer);
            _pointer = null;
            GC.RemoveMemoryPressure(Math.Max(Length, 1) * sizeof(T));
            Interlocked.Add(ref _liveBytes, -Math.Max(Length, 1) * sizeof(T));
        }
    }
}
