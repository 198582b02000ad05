namespace ILGPU.Runtime;

/// <summary>Something that accelerators can be made of, with its limits.</summary>
public abstract class Device
{
    private protected Device(AcceleratorType type) => AcceleratorType = type;

    public AcceleratorType AcceleratorType { get; }

    public string Name { get; protected set; } = "<Unknown>";

    /// <summary>Memory in bytes.</summary>
    public long MemorySize { get; protected set; }

    public Index3D MaxGridSize { get; protected set; }

    public Index3D MaxGroupSize { get; protected set; }

    public int MaxNumThreadsPerGroup { get; protected set; }

    /// <summary>Shared memory of one group in bytes.</summary>
    public int MaxSharedMemoryPerGroup { get; protected set; }

    /// <summary>Constant memory in bytes.</summary>
    public int MaxConstantMemory { get; protected set; }

    public int WarpSize { get; protected set; }

    public int NumMultiprocessors { get; protected set; }

    public int MaxNumThreadsPerMultiprocessor { get; protected set; }

    public int MaxNumThreads => NumMultiprocessors * MaxNumThreadsPerMultiprocessor;

    public abstract Accelerator CreateAccelerator(Context context);

    public override string ToString() =>
        $"{Name} [Type: {AcceleratorType}, WarpSize: {WarpSize}, MaxNumThreadsPerGroup: {MaxNumThreadsPerGroup}, MemorySize: {MemorySize}]";
}
