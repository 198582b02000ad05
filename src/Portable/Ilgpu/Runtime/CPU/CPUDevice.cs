namespace ILGPU.Runtime.CPU;

/// <summary>
/// The CPU as a device, with warps and groups of any size. Unlike ILGPU's own it gives a group 48 KB of shared memory, as CUDA does, so that a
/// kernel that wants more is found here.
/// </summary>
public sealed class CPUDevice : Device
{
    /// <summary>4 threads in a warp, 16 in a group.</summary>
    public static readonly CPUDevice Default = new(4, 4, 1);

    /// <exception cref="ArgumentOutOfRangeException">A warp has less than two threads, or another number is not positive.</exception>
    public CPUDevice(int numThreadsPerWarp, int numWarpsPerMultiprocessor, int numMultiprocessors)
        : base(AcceleratorType.CPU)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numThreadsPerWarp, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(numWarpsPerMultiprocessor, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(numMultiprocessors, 1);
        Name = nameof(CPUAccelerator);
        WarpSize = numThreadsPerWarp;
        MaxNumThreadsPerGroup = numThreadsPerWarp * numWarpsPerMultiprocessor;
        MaxNumThreadsPerMultiprocessor = MaxNumThreadsPerGroup;
        NumMultiprocessors = numMultiprocessors;
        MaxGroupSize = new(MaxNumThreadsPerGroup);
        MaxGridSize = new(int.MaxValue, ushort.MaxValue, ushort.MaxValue);
        MemorySize = long.MaxValue;
        MaxSharedMemoryPerGroup = 48 * 1024;
        MaxConstantMemory = int.MaxValue;
    }

    public override Accelerator CreateAccelerator(Context context) => new CPUAccelerator(context, this);
}
