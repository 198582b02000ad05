using ILGPU.Util;

namespace ILGPU.Runtime;

/// <summary>A device with its memory and streams, on which kernels run.</summary>
public abstract class Accelerator : DisposeBase
{
    private readonly List<WeakReference<AcceleratorObject>> children = [];
    private int pruneAt = 256;

    private protected Accelerator(Context context, Device device)
    {
        Context = context;
        Device = device;
        DefaultStream = null!;
    }

    public Context Context { get; }

    public Device Device { get; }

    public AcceleratorStream DefaultStream { get; protected set; }

    public AcceleratorType AcceleratorType => Device.AcceleratorType;

    public string Name => Device.Name;

    /// <summary>Memory in bytes.</summary>
    public long MemorySize => Device.MemorySize;

    public Index3D MaxGridSize => Device.MaxGridSize;

    public Index3D MaxGroupSize => Device.MaxGroupSize;

    public int MaxNumThreadsPerGroup => Device.MaxNumThreadsPerGroup;

    /// <summary>Shared memory of one group in bytes.</summary>
    public int MaxSharedMemoryPerGroup => Device.MaxSharedMemoryPerGroup;

    /// <summary>Constant memory in bytes.</summary>
    public int MaxConstantMemory => Device.MaxConstantMemory;

    public int WarpSize => Device.WarpSize;

    public int NumMultiprocessors => Device.NumMultiprocessors;

    public int MaxNumThreadsPerMultiprocessor => Device.MaxNumThreadsPerMultiprocessor;

    public int MaxNumThreads => Device.MaxNumThreads;

    public AcceleratorStream CreateStream() => CreateStreamInternal();

    /// <summary>Waits until everything in every stream is done.</summary>
    public void Synchronize() => SynchronizeInternal();

    /// <summary>Fresh memory, whose content is undefined.</summary>
    public MemoryBuffer AllocateRaw(long length, int elementSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(elementSize, 1);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return AllocateRawInternal(length, elementSize);
    }

    /// <summary>Fresh memory for <paramref name="length"/> elements, whose content is undefined.</summary>
    public MemoryBuffer1D<T, Stride1D.Dense> Allocate1D<T>(long length)
        where T : unmanaged
    {
        var buffer = AllocateRaw(length, ArrayView<T>.ElementSize);
        return new(this, new ArrayView1D<T, Stride1D.Dense>(new ArrayView<T>(buffer, 0, length), length, default));
    }

    public override string ToString() => Device.ToString();

    /// <summary>Remembers a child, to be disposed with the accelerator.</summary>
    internal void Register(AcceleratorObject child)
    {
        lock (children)
        {
            if (children.Count >= pruneAt)
            {
                children.RemoveAll(reference => !reference.TryGetTarget(out var known) || known.IsDisposed);
                pruneAt = Math.Max(256, 2 * children.Count);
            }

            children.Add(new(child));
        }
    }

    protected abstract AcceleratorStream CreateStreamInternal();

    protected abstract void SynchronizeInternal();

    protected abstract MemoryBuffer AllocateRawInternal(long length, int elementSize);

    protected sealed override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (children)
            {
                foreach (var reference in children)
                {
                    if (reference.TryGetTarget(out var child))
                    {
                        child.Dispose();
                    }
                }

                children.Clear();
            }
        }

        DisposeAccelerator_SyncRoot(disposing);
    }

    protected abstract void DisposeAccelerator_SyncRoot(bool disposing);
}
