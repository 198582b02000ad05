using System.Collections.Concurrent;
using System.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace QDiff.Kernels.Devices;

/// <summary>Device memory in blocks of powers of two, kept for the next use. What lies idle is freed before memory is said to be exhausted.</summary>
internal sealed class BufferPool(Accelerator accelerator) : IDisposable
{
    private const int LeastBytes = 256;

    private readonly Dictionary<long, Stack<MemoryBuffer1D<byte, Stride1D.Dense>>> _idle = [];

    // What the garbage collector found; its blocks are held here so that they live as long as what uses them.
    private readonly ConcurrentQueue<MemoryBuffer1D<byte, Stride1D.Dense>> _lost = new();
    private readonly HashSet<MemoryBuffer1D<byte, Stride1D.Dense>> _rented = [];
    private bool _disposed;

    /// <summary>Bytes that are rented out.</summary>
    public long RentedBytes { get; private set; }

    public DeviceBuffer<T> Rent<T>(DeviceSession session, long length)
        where T : unmanaged
    {
        while (_lost.TryDequeue(out var lost))
        {
            Return(lost);
        }

        long bytes = BlockBytes(Math.Max(1, length) * Interop.SizeOf<T>());
        if (!_idle.TryGetValue(bytes, out var stack) || !stack.TryPop(out var block))
        {
            block = Allocate(session, bytes);
        }

        _rented.Add(block);
        RentedBytes += bytes;
        return new DeviceBuffer<T>(this, session, block, length);
    }

    public void Return(MemoryBuffer1D<byte, Stride1D.Dense> block)
    {
        _rented.Remove(block);
        RentedBytes -= block.Length;
        if (_disposed)
        {
            return;
        }

        if (!_idle.TryGetValue(block.Length, out var stack))
        {
            _idle[block.Length] = stack = [];
        }

        stack.Push(block);
    }

    /// <summary>Takes back what nobody has disposed of, from any thread.</summary>
    public void ReturnLost(MemoryBuffer1D<byte, Stride1D.Dense> block) => _lost.Enqueue(block);

    public void Dispose()
    {
        _disposed = true;
        Free();
    }

    /// <summary>Eight sizes for each power of two, and multiples of 64 MB above, so that few sizes serve many lengths and little is wasted.</summary>
    public static long BlockBytes(long bytes)
    {
        const long LargestStep = 1L << 26;
        long step = Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)bytes) / 8, LeastBytes, LargestStep);
        return (bytes + step - 1) / step * step;
    }

    private MemoryBuffer1D<byte, Stride1D.Dense> Allocate(DeviceSession session, long bytes)
    {
        if (RentedBytes + bytes > session.MemoryBytes - session.OthersBytes)
        {
            throw DeviceException.TooLarge(session.Name, bytes, Math.Max(0, session.FreeBytes - session.OthersBytes));
        }

        try
        {
            return accelerator.Allocate1D<byte>(bytes);
        }
        catch (AcceleratorException)
        {
            // The launches that use what lies idle may still be under way.
            accelerator.Synchronize();
            Free();
        }

        try
        {
            return accelerator.Allocate1D<byte>(bytes);
        }
        catch (AcceleratorException)
        {
            throw DeviceException.TooLarge(session.Name, bytes, session.UnheldBytes);
        }
    }

    private void Free()
    {
        foreach (var block in _idle.Values.SelectMany(stack => stack))
        {
            block.Dispose();
        }

        _idle.Clear();
    }
}
