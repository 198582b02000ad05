namespace ILGPU.Runtime.CPU;

/// <summary>A thread of the group that runs.</summary>
internal sealed class KernelThread(KernelExecutor executor, int number)
{
    [ThreadStatic]
    private static KernelThread? current;

    /// <summary>The kernel thread that runs on this thread of the operating system.</summary>
    /// <exception cref="AcceleratorException">None does.</exception>
    public static KernelThread Current => current ?? throw KernelFault.OutsideKernel();

    public static KernelThread? CurrentOrNone
    {
        get => current;
        set => current = value;
    }

    public KernelExecutor Executor => executor;

    /// <summary>Number in the group, x fastest.</summary>
    public int Number => number;

    /// <summary>Position in the group.</summary>
    public Index3D Position { get; set; }

    public KernelThreadState State { get; set; }

    /// <summary>The thread of the operating system that it runs on, once it has started.</summary>
    public KernelHost? Host { get; set; }

    /// <summary>Where it waits.</summary>
    public (string File, int Line) Barrier { get; set; }

    /// <summary>How often it has asked for shared memory.</summary>
    public int SharedRequests { get; set; }

    /// <summary>How often it has asked for local memory.</summary>
    public int LocalRequests { get; set; }

    /// <summary>Its local memory, kept from group to group.</summary>
    public List<CPUMemoryBuffer> Local { get; } = [];

    /// <summary>Gets ready for another group.</summary>
    public void Begin(Index3D position)
    {
        Position = position;
        State = KernelThreadState.Fresh;
        Host = null;
        SharedRequests = 0;
        LocalRequests = 0;
    }
}
