namespace ILGPU.Runtime.CPU;

/// <summary>
/// Runs kernels on the CPU for the sake of their correctness. Groups run one after the other and the threads of a group one at a time, from
/// barrier to barrier, so that every launch gives the same bits; accesses are checked on the way.
/// </summary>
public sealed class CPUAccelerator : Accelerator
{
    internal CPUAccelerator(Context context, CPUDevice device)
        : base(context, device)
    {
        Executor = new(this);
        DefaultStream = CreateStreamInternal();
    }

    internal KernelExecutor Executor { get; }

    protected override AcceleratorStream CreateStreamInternal() => new CPUStream(this);

    protected override void SynchronizeInternal()
    {
    }

    protected override MemoryBuffer AllocateRawInternal(long length, int elementSize) => new CPUMemoryBuffer(this, length, elementSize);

    protected override void DisposeAccelerator_SyncRoot(bool disposing) => Executor.Dispose();
}
