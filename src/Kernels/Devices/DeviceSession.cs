using ILGPU;
using ILGPU.Runtime;

namespace QDiff.Kernels.Devices;

/// <summary>
/// An open device: context, accelerator, the one stream that everything is launched on, compiled kernels and memory that is used again. Not
/// safe for use by several threads at once: backends hold <see cref="Gate"/> while they work.
/// </summary>
public sealed class DeviceSession : IDisposable
{
    /// <summary>Shared memory that every device grants a group.</summary>
    private const int GrantedSharedBytes = 48 * 1024;

    /// <summary>The most threads in a group: enough to hide latency, few enough to leave each 64 registers and more.</summary>
    private const int MostGroupThreads = 256;

    // Programs, the driver and other users of the device need memory too.
    private const double ShareForStates = 0.9;

    private readonly Context _context;
    private readonly PrimaryContext? _primary;
    private readonly BufferPool _pool;
    private bool _disposed;

    internal DeviceSession(string name, Context context, Device device)
    {
        Name = name;
        _context = context;
        Accelerator = device.CreateAccelerator(context);
        _primary = PrimaryContext.Enter(Accelerator);
        MemoryBytes = (long)(ShareForStates * device.MemorySize);
        SharedBytes = Math.Min(GrantedSharedBytes, device.MaxSharedMemoryPerGroup);
        GroupThreads = Math.Min(MostGroupThreads, device.MaxNumThreadsPerGroup);
        _pool = new BufferPool(Accelerator);
    }

    /// <summary>The name by which the device was asked for.</summary>
    public string Name { get; }

    /// <summary>Held by whoever works with the device.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>The accelerator.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>The stream of all launches and copies: the default one, which other libraries' work on the device is in order with.</summary>
    public AcceleratorStream Stream => Accelerator.DefaultStream;

    /// <summary>Bytes that states may take; smaller than the device's memory, and settable to a smaller number still.</summary>
    public long MemoryBytes { get; internal set; }

    /// <summary>For tests: bytes that other programs hold, which only an attempt to allocate finds out.</summary>
    internal long OthersBytes { get; set; }

    /// <summary>How often numbers went from or to the processor's memory: what already lies on the device must not.</summary>
    internal long HostCopies { get; set; }

    /// <summary>Bytes that are left of them.</summary>
    public long FreeBytes => Math.Max(0, MemoryBytes - _pool.RentedBytes);

    /// <summary>Bytes of them that other programs do not hold, as far as the driver says.</summary>
    internal long UnheldBytes => Math.Min(FreeBytes, _primary?.FreeBytes ?? FreeBytes);

    /// <summary>Bytes of shared memory that one group may have; settable to a smaller number.</summary>
    public int SharedBytes { get; internal set; }

    /// <summary>The most threads that a group is given.</summary>
    public int GroupThreads { get; }

    /// <summary>Memory from the pool, of at least this length and with whatever was in it; dispose of it to hand it back.</summary>
    /// <exception cref="DeviceException">The memory cannot be had.</exception>
    public DeviceBuffer<T> Rent<T>(long length)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _pool.Rent<T>(this, length);
    }

    /// <summary>A copy of numbers that stay as they are; dispose of it to hand the memory back.</summary>
    /// <exception cref="DeviceException">The memory cannot be had.</exception>
    public DeviceBuffer<T> Upload<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var buffer = Rent<T>(values.Length);
        buffer.CopyFrom(values);
        return buffer;
    }

    /// <summary>A kernel, compiled when first asked for.</summary>
    /// <param name="kernel">Its name, for messages.</param>
    /// <param name="load">Compiles it.</param>
    public Lazy<TLauncher> Compile<TLauncher>(string kernel, Func<Accelerator, TLauncher> load) => new(() =>
    {
        try
        {
            return load(Accelerator);
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            throw DeviceException.CannotCompile(Name, kernel, cause);
        }
    });

    /// <summary>Groups of threads, one for each of a number of items.</summary>
    public KernelConfig PerItem(long items)
    {
        int threads = (int)Math.Min(GroupThreads, items);
        return new KernelConfig(checked((int)((items + threads - 1) / threads)), threads);
    }

    /// <summary>Gives memory and device back.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Accelerator.Synchronize();
            _pool.Dispose();
            if (_primary is not null)
            {
                _primary.DisposeAccelerator();
            }
            else
            {
                Accelerator.Dispose();
            }

            _context.Dispose();
        }
    }
}
