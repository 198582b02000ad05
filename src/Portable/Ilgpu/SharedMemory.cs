using ILGPU.Runtime.CPU;

namespace ILGPU;

/// <summary>Memory that the threads of a group share. Nothing is in it until a thread writes there.</summary>
public static class SharedMemory
{
    /// <summary>Memory of a fixed size; every thread of the group has to ask for the same.</summary>
    public static ArrayView<T> Allocate<T>(int extent)
        where T : unmanaged
    {
        var thread = KernelThread.Current;
        return thread.Executor.Memory.Shared<T>(thread, extent);
    }

    /// <summary>The memory whose size the launch decided. Every call gives the same memory.</summary>
    public static ArrayView<T> GetDynamic<T>()
        where T : unmanaged => KernelThread.Current.Executor.Memory.Dynamic<T>();
}
