using ILGPU.Runtime.CPU;

namespace ILGPU;

/// <summary>Memory of one thread. Nothing is in it until the thread writes there.</summary>
public static class LocalMemory
{
    public static ArrayView<T> Allocate<T>(int extent)
        where T : unmanaged
    {
        var thread = KernelThread.Current;
        return thread.Executor.Memory.Local<T>(thread, extent);
    }
}
