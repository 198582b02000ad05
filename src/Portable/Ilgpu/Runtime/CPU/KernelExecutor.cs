using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace ILGPU.Runtime.CPU;

/// <summary>
/// Runs launches, one at a time. The groups of a launch run one after the other, in order, so that atomic sums of floating-point numbers come
/// out the same every time. Of the threads of a group one runs at a time: it goes to the next barrier or to its end, then hands the baton to
/// its neighbour. After a barrier they go in the opposite order, which saves the thread that came last from handing it on. A kernel thread
/// that meets a barrier keeps its thread of the operating system until it ends; one that meets none leaves it to its successor.
/// </summary>
internal sealed class KernelExecutor : IDisposable
{
    private readonly CPUAccelerator accelerator;
    private readonly Lock gate = new();
    private readonly List<KernelThread> threads = [];
    private readonly Stack<KernelHost> idle = [];
    private readonly KernelHost caller = new();
    private KernelMethod? kernel;
    private Func<object[]>? arguments;
    private Action? body;
    private int groupSize;
    private int cursor;
    private int step;
    private int done;
    private Exception? failure;
    private KernelThread? running;

    public KernelExecutor(CPUAccelerator accelerator)
    {
        this.accelerator = accelerator;
        Log = new(this);
        Memory = new(accelerator, this);
    }

    public AccessLog Log { get; }

    public GroupMemory Memory { get; }

    public Index3D GridDimension { get; private set; }

    public Index3D GroupDimension { get; private set; }

    /// <summary>Position of the group that runs.</summary>
    public Index3D GroupPosition { get; private set; }

    /// <summary>Runs a kernel to its end.</summary>
    /// <param name="method">The kernel.</param>
    /// <param name="config">Groups and threads.</param>
    /// <param name="call">Calls the kernel with its arguments.</param>
    /// <param name="values">The arguments, for messages.</param>
    /// <exception cref="AcceleratorException">The launch asks for too much, or the kernel did what a GPU would punish.</exception>
    public void Launch(KernelMethod method, KernelConfig config, Action call, Func<object[]> values)
    {
        lock (gate)
        {
            Check(method, config);
            Begin(method, config, call, values);
            try
            {
                for (int i = 0; i < GridDimension.Size; i++)
                {
                    GroupPosition = Unfold(i, GridDimension);
                    RunGroup();
                }

                if (config.UsesDynamicSharedMemory && !Memory.DynamicWasTaken)
                {
                    throw new KernelFault($"Kernel '{method.Name}' was launched with dynamic shared memory that it never takes; launch it without.");
                }
            }
            finally
            {
                Log.Clear();
                (body, arguments, running) = (null, null, null);
            }
        }
    }

    /// <summary>The running thread waits until every thread of its group has come to the same barrier.</summary>
    public void Barrier(KernelThread thread, string file, int line)
    {
        if (groupSize == 1)
        {
            Log.PassBarrierAlone();
            return;
        }

        Log.Leave();
        thread.State = KernelThreadState.AtBarrier;
        thread.Barrier = (file, line);
        var next = Advance()!;
        if (next != thread)
        {
            HandOver(next);
            thread.Host!.AwaitBaton();
            if (failure is not null)
            {
                throw new GroupFailed();
            }
        }

        Enter(thread, thread.Host!);
    }

    /// <summary>An exception that says what the running thread did.</summary>
    public Exception Fault(string what) => new KernelFault($"{Who(running!)} {what}.");

    /// <summary>The parameter of the kernel through which it sees a buffer.</summary>
    public string? NameOf(MemoryBuffer buffer) => arguments is null ? null : kernel?.ParameterOf(buffer, arguments());

    /// <summary>A group by its place in the launch.</summary>
    public string NameOfGroup(int place) => $"group {Name(Unfold(place, GridDimension), GridDimension)}";

    /// <summary>A thread of the group by its place in the present stretch.</summary>
    public string NameOfThread(int place) => $"thread {Name(threads[step > 0 ? place : groupSize - 1 - place].Position, GroupDimension)}";

    public void Dispose()
    {
        foreach (var host in idle)
        {
            host.Dispose();
        }

        idle.Clear();
    }

    private static Index3D Unfold(int place, Index3D extent) => new(place % extent.X, place / extent.X % extent.Y, place / extent.X / extent.Y);

    private static string Name(Index3D position, Index3D extent) => extent is { Y: 1, Z: 1 } ? $"{position.X}" : $"{position}";

    private string Who(KernelThread thread) =>
        $"Kernel '{kernel!.Name}', group {Name(GroupPosition, GridDimension)}, thread {Name(thread.Position, GroupDimension)}:";

    private void Check(KernelMethod method, KernelConfig config)
    {
        ObjectDisposedException.ThrowIf(accelerator.IsDisposed, accelerator);
        if (KernelThread.CurrentOrNone is not null)
        {
            throw new KernelFault($"Kernel '{method.Name}' was launched from inside a kernel; launch it from the host.");
        }

        if (!config.IsValid)
        {
            throw new KernelFault($"Kernel '{method.Name}' was launched with {config.GridDim} groups of {config.GroupDim} threads; there has to be one of each at least.");
        }

        if (config.GroupDim.LongSize > accelerator.MaxNumThreadsPerGroup)
        {
            throw new KernelFault(
                $"Kernel '{method.Name}' was launched with {config.GroupDim.LongSize} threads in a group; {accelerator.Name} has up to {accelerator.MaxNumThreadsPerGroup}, so make the groups smaller.");
        }

        if (config.GridDim.X > accelerator.MaxGridSize.X || config.GridDim.Y > accelerator.MaxGridSize.Y || config.GridDim.Z > accelerator.MaxGridSize.Z)
        {
            throw new KernelFault($"Kernel '{method.Name}' was launched with {config.GridDim} groups; {accelerator.Name} has up to {accelerator.MaxGridSize}.");
        }

        if (config.SharedMemoryConfig.ArraySize > accelerator.MaxSharedMemoryPerGroup)
        {
            throw new KernelFault(
                $"Kernel '{method.Name}' was launched with {config.SharedMemoryConfig.ArraySize} bytes of shared memory; {accelerator.Name} has {accelerator.MaxSharedMemoryPerGroup} in a group, so ask for less.");
        }
    }

    private void Begin(KernelMethod method, KernelConfig config, Action call, Func<object[]> values)
    {
        (kernel, body, arguments) = (method, call, values);
        (GridDimension, GroupDimension, groupSize) = (config.GridDim, config.GroupDim, config.GroupDim.Size);
        while (threads.Count < groupSize)
        {
            threads.Add(new(this, threads.Count));
        }

        Memory.BeginLaunch(config.SharedMemoryConfig);
        Log.BeginLaunch();
    }

    private void RunGroup()
    {
        for (int i = 0; i < groupSize; i++)
        {
            threads[i].Begin(Unfold(i, GroupDimension));
        }

        (cursor, step, done, failure) = (0, 1, 0, null);
        Memory.BeginGroup();
        Log.BeginGroup();
        if (!Work(caller))
        {
            caller.AwaitBaton();
        }

        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    // A host that holds the baton and has nothing on its stack runs kernel threads, until the next one is on another host's stack (the
    // baton is then there, and the answer false) or the group is over (true, on the host that called).
    private bool Work(KernelHost host)
    {
        while (true)
        {
            Run(threads[cursor], host);
            done++;
            var next = AdvanceOrFail();
            if (next is { State: KernelThreadState.Fresh })
            {
                continue;
            }

            if (next is null && host == caller)
            {
                return true;
            }

            // Idle before the baton is gone: whoever has it may take this host.
            if (host != caller)
            {
                idle.Push(host);
            }

            (next?.Host ?? caller).GiveBaton();
            return false;
        }
    }

    private void Run(KernelThread thread, KernelHost host)
    {
        KernelThread.CurrentOrNone = thread;
        try
        {
            Enter(thread, host);
            body!();
            Log.Leave();
        }
        catch (GroupFailed)
        {
            Debug.Assert(failure is not null, "A group fails with an exception.");
        }
        catch (Exception exception)
        {
            failure ??= exception as KernelFault ?? new KernelFault($"{Who(thread)} {exception.GetType().Name}: {exception.Message}", exception);
        }
        finally
        {
            Log.Clear();
            thread.State = KernelThreadState.Done;
            KernelThread.CurrentOrNone = null;
        }
    }

    private void Enter(KernelThread thread, KernelHost host)
    {
        thread.Host = host;
        thread.State = KernelThreadState.Running;
        running = thread;
        Log.Enter();
    }

    private KernelThread? AdvanceOrFail()
    {
        if (failure is null)
        {
            try
            {
                return Advance();
            }
            catch (KernelFault fault)
            {
                failure = fault;
            }
        }

        // The threads that wait have to leave their stacks.
        return threads.Take(groupSize).FirstOrDefault(thread => thread.State == KernelThreadState.AtBarrier);
    }

    // The kernel thread that is to go on, or none when all have ended.
    private KernelThread? Advance()
    {
        cursor += step;
        if (cursor >= 0 && cursor < groupSize)
        {
            return threads[cursor];
        }

        if (done == groupSize)
        {
            return null;
        }

        RequireOneBarrier();
        cursor -= step;
        step = -step;
        Log.PassBarrier();
        return threads[cursor];
    }

    private void RequireOneBarrier()
    {
        var waiting = threads.First(thread => thread.State == KernelThreadState.AtBarrier);
        for (int i = 0; i < groupSize; i++)
        {
            var thread = threads[i];
            if (thread.State == KernelThreadState.Done || thread.Barrier != waiting.Barrier)
            {
                string where = thread.State == KernelThreadState.Done ? "has left the kernel" : $"waits at {Site(thread)}";
                throw new KernelFault(
                    $"{Who(waiting)} waits at {Site(waiting)}, while thread {Name(thread.Position, GroupDimension)} {where}; every thread of a group has to come to every barrier.");
            }
        }
    }

    private static string Site(KernelThread thread) => $"the barrier in {Path.GetFileName(thread.Barrier.File)}, line {thread.Barrier.Line}";

    private void HandOver(KernelThread next)
    {
        if (next.State != KernelThreadState.Fresh)
        {
            next.Host!.GiveBaton();
        }
        else
        {
            (idle.TryPop(out var host) ? host : KernelHost.Start(free => Work(free))).GiveBaton();
        }
    }

    // Unwinds a kernel thread whose group has failed elsewhere.
    private sealed class GroupFailed : Exception;
}
