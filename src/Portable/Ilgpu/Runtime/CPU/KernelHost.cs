namespace ILGPU.Runtime.CPU;

/// <summary>A thread of the operating system that kernel threads run on. It does something only while it holds the baton.</summary>
internal sealed class KernelHost : IDisposable
{
    private const int StackBytes = 512 * 1024;

    // Not a SemaphoreSlim: it spins before it sleeps, and there is one thread to do something and many that wait.
    private readonly AutoResetEvent baton = new(false);
    private volatile bool stopped;

    /// <summary>Wakes the host up.</summary>
    public void GiveBaton() => baton.Set();

    /// <summary>Sleeps until somebody gives the baton.</summary>
    public void AwaitBaton() => baton.WaitOne();

    /// <summary>A host with a thread of its own, which does <paramref name="work"/> whenever it is given the baton.</summary>
    public static KernelHost Start(Action<KernelHost> work)
    {
        var host = new KernelHost();
        var thread = new Thread(() => host.Serve(work), StackBytes) { IsBackground = true, Name = "kernel threads" };
        thread.Start();
        return host;
    }

    /// <summary>Ends the host's thread; the host must be idle.</summary>
    public void Dispose()
    {
        stopped = true;
        GiveBaton();
    }

    private void Serve(Action<KernelHost> work)
    {
        while (true)
        {
            AwaitBaton();
            if (stopped)
            {
                baton.Dispose();
                return;
            }

            work(this);
        }
    }
}
