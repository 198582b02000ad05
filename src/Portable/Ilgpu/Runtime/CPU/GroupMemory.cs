namespace ILGPU.Runtime.CPU;

/// <summary>The shared memory of the group that runs, and the local memory of its threads. Nothing is in it when a group starts.</summary>
internal sealed class GroupMemory(CPUAccelerator accelerator, KernelExecutor executor)
{
    private readonly List<CPUMemoryBuffer> shared = [];
    private CPUMemoryBuffer? dynamic;
    private SharedMemoryConfig dynamicConfig;
    private bool dynamicIsFresh;
    private int sharedInUse;
    private int sharedBytes;

    /// <summary>Whether a thread of the launch has taken the dynamic shared memory.</summary>
    public bool DynamicWasTaken { get; private set; }

    public void BeginLaunch(SharedMemoryConfig config)
    {
        dynamicConfig = config;
        DynamicWasTaken = false;
    }

    public void BeginGroup() => (dynamicIsFresh, sharedInUse, sharedBytes) = (false, 0, dynamicConfig.ArraySize);

    /// <summary>Shared memory of a fixed size: the n-th request of every thread of a group gives the same.</summary>
    /// <exception cref="AcceleratorException">A thread asks for something else than those before, or all together for too much.</exception>
    public ArrayView<T> Shared<T>(KernelThread thread, int extent)
        where T : unmanaged
    {
        int request = thread.SharedRequests++;
        if (request == sharedInUse)
        {
            sharedInUse++;
            int bytes = extent * ArrayView<T>.ElementSize;
            sharedBytes += bytes;
            if (sharedBytes > accelerator.MaxSharedMemoryPerGroup)
            {
                throw executor.Fault(
                    $"asked for {bytes} bytes of shared memory, {sharedBytes} in all; {accelerator.Name} has {accelerator.MaxSharedMemoryPerGroup} in a group, so ask for less");
            }

            Renew<T>(shared, request, extent, MemorySpace.Shared);
        }

        var block = shared[request];
        return block.Length == extent && block.ElementSize == ArrayView<T>.ElementSize
            ? new(block, 0, extent)
            : throw executor.Fault(
                $"asked for {extent} elements of {ArrayView<T>.ElementSize} bytes as {block.Shadow.Describe()}; all threads of a group have to ask for the same shared memory in the same order");
    }

    /// <summary>The shared memory whose size the launch decided.</summary>
    /// <exception cref="AcceleratorException">The launch gives none.</exception>
    public ArrayView<T> Dynamic<T>()
        where T : unmanaged
    {
        DynamicWasTaken = true;
        if (!dynamicConfig.UsesDynamicSharedMemory)
        {
            throw executor.Fault("took dynamic shared memory; the launch gives none, so add SharedMemoryConfig.RequestDynamic to its KernelConfig");
        }

        if (!dynamicIsFresh)
        {
            dynamicIsFresh = true;
            if (dynamic?.Length != dynamicConfig.NumElements || dynamic.ElementSize != dynamicConfig.ElementSize)
            {
                dynamic?.Dispose();
                dynamic = new(accelerator, dynamicConfig.NumElements, dynamicConfig.ElementSize, MemorySpace.Shared, "dynamic shared memory");
            }

            dynamic.Shadow.Poison(ArrayView<T>.ElementSize);
        }

        return new(dynamic!, 0, dynamicConfig.ArraySize / ArrayView<T>.ElementSize);
    }

    /// <summary>Memory of one thread.</summary>
    public ArrayView<T> Local<T>(KernelThread thread, int extent)
        where T : unmanaged
    {
        int request = thread.LocalRequests++;
        Renew<T>(thread.Local, request, extent, MemorySpace.Local);
        return new(thread.Local[request], 0, extent);
    }

    // A block that nothing has written, in the place of the one that an earlier group had.
    private void Renew<T>(List<CPUMemoryBuffer> blocks, int place, int length, MemorySpace space)
        where T : unmanaged
    {
        if (length < 0)
        {
            throw executor.Fault($"asked for {length} elements of memory; ask for none or more");
        }

        if (place < blocks.Count && blocks[place].Length == length && blocks[place].ElementSize == ArrayView<T>.ElementSize)
        {
            blocks[place].Shadow.Poison(ArrayView<T>.ElementSize);
            return;
        }

        var block = new CPUMemoryBuffer(accelerator, length, ArrayView<T>.ElementSize, space, $"{(space == MemorySpace.Shared ? "shared" : "local")} array {place}");
        if (place == blocks.Count)
        {
            blocks.Add(block);
        }
        else
        {
            blocks[place].Dispose();
            blocks[place] = block;
        }
    }
}
