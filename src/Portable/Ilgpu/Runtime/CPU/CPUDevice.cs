using System.Collections.Immutable;

namespace ILGPU.Runtime.CPU;

/// <summary>
/// The CPU as a device, with the warp and group sizes of ILGPU's CPU devices. Unlike those it gives a group 48 KB of shared memory,
/// as CUDA does, so that a kernel that wants more is found here.
/// </summary>
public sealed class CPUDevice : Device
{
    /// <summary>4 threads in a warp, 16 in a group.</summary>
    public static readonly CPUDevice Default = new(4, 4, 1);

    /// <summary>32 threads in a warp, 1024 in a group.</summary>
    public static readonly CPUDevice Nvidia = new(32, 32, 1);

    /// <summary>32 threads in a warp, 256 in a group.</summary>
    public static readonly CPUDevice AMD = new(32, 8, 1);

    /// <summary>64 threads in a warp, 256 in a group.</summary>
    public static readonly CPUDevice LegacyAMD = new(64, 4, 1);

    /// <summary>16 threads in a warp, 128 in a group.</summary>
    public static readonly CPUDevice Intel = new(16, 8, 1);

    public static readonly ImmutableArray<CPUDevice> All = [Default, Nvidia, AMD, LegacyAMD, Intel];

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

    /// <exception cref="ArgumentOutOfRangeException">There is no such kind.</exception>
    public static CPUDevice GetDevice(CPUDeviceKind kind) => Enum.IsDefined(kind)
        ? All[(int)kind]
        : throw new ArgumentOutOfRangeException(nameof(kind), $"There is no CPU device of kind {kind}; take one of {string.Join(", ", Enum.GetNames<CPUDeviceKind>())}.");

    public override Accelerator CreateAccelerator(Context context) => CreateCPUAccelerator(context);

    public CPUAccelerator CreateCPUAccelerator(Context context) => new(context, this);
}
