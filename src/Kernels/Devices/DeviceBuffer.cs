using ILGPU;
using ILGPU.Runtime;
using QDiff.Engine.Backends;

namespace QDiff.Kernels.Devices;

/// <summary>A piece of device memory that goes back to its session's pool.</summary>
/// <typeparam name="T">Type of an entry.</typeparam>
public sealed class DeviceBuffer<T> : IDeviceMemory<T>
    where T : unmanaged
{
    private readonly BufferPool _pool;
    private readonly DeviceSession _session;
    private MemoryBuffer1D<byte, Stride1D.Dense>? _block;

    internal DeviceBuffer(BufferPool pool, DeviceSession session, MemoryBuffer1D<byte, Stride1D.Dense> block, long length)
    {
        _pool = pool;
        _session = session;
        _block = block;
        Length = length;
        View = block.AsArrayView<byte>(0, block.Length).Cast<T>().SubView(0, Math.Max(1, length));
    }

    /// <summary>Hands back what was forgotten.</summary>
    ~DeviceBuffer()
    {
        if (_block is { } block)
        {
            _pool.ReturnLost(block);
        }
    }

    /// <summary>Number of entries.</summary>
    public long Length { get; }

    /// <summary>The entries; one where there is none, because a kernel's argument must not be empty.</summary>
    public ArrayView<T> View { get; }

    /// <inheritdoc/>
    public DeviceSpan<T> Span => new(View.LoadEffectiveAddressAsPtr(), Length);

    /// <summary>Copies from the host, from the first entry on.</summary>
    public void CopyFrom(ReadOnlySpan<T> values) => CopyFrom(0, values);

    /// <summary>Copies from the host, from an entry on.</summary>
    public unsafe void CopyFrom(long start, ReadOnlySpan<T> values)
    {
        if (values.Length > 0)
        {
            _session.HostCopies++;
            fixed (T* pointer = values)
            {
                View.SubView(start, values.Length).CopyFromCPU(_session.Stream, ref *pointer, values.Length);
            }
        }
    }

    /// <inheritdoc/>
    public void CopyTo(Span<T> numbers) => CopyTo(0, numbers);

    /// <summary>Copies to the host, from an entry on.</summary>
    public unsafe void CopyTo(long start, Span<T> values)
    {
        if (values.Length > 0)
        {
            _session.HostCopies++;
            fixed (T* pointer = values)
            {
                View.SubView(start, values.Length).CopyToCPU(_session.Stream, ref *pointer, values.Length);
            }
        }
    }

    /// <summary>Fills with zeros.</summary>
    public void Clear() => View.MemSetToZero(_session.Stream);

    /// <summary>Hands the memory back. Work that is under way may still use it: everything runs in the order of one stream.</summary>
    public void Dispose()
    {
        if (_block is { } block)
        {
            _block = null;
            _pool.Return(block);
            GC.SuppressFinalize(this);
        }
    }
}
