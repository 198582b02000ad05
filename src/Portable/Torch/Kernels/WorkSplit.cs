using System.Runtime.ExceptionServices;

namespace TorchSharp;

/// <summary>Spreads independent parts of one kernel over the cores.</summary>
/// <remarks>
/// The caller works too and takes whatever no other thread has begun, so a busy pool costs nothing but time. Which thread runs
/// a part never matters to the result: parts write to disjoint places, and sums over parts are taken in their order afterwards.
/// </remarks>
internal static class WorkSplit
{
    private static int s_threads = Environment.ProcessorCount;

    /// <summary>The greatest number of threads that one kernel uses; 1 runs everything on the caller.</summary>
    public static int Threads
    {
        get => s_threads;
        set => s_threads = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), $"The number of threads must be at least 1; got {value}.");
    }

    /// <summary>Runs <paramref name="body"/> for every part 0 … parts−1 and returns when all are done.</summary>
    public static void Run(int parts, Action<int> body)
    {
        int helpers = Math.Min(s_threads, parts) - 1;
        if (helpers <= 0)
        {
            for (int part = 0; part < parts; part++)
            {
                body(part);
            }
            return;
        }
        var job = new Job(parts, body);
        for (int helper = 0; helper < helpers; helper++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(job, preferLocal: false);
        }
        job.Execute();
        job.Wait();
    }

    private sealed class Job(int parts, Action<int> body) : IThreadPoolWorkItem
    {
        private int _next;
        private int _done;
        private ExceptionDispatchInfo? _error;

        public void Execute()
        {
            int part;
            while ((part = Interlocked.Increment(ref _next) - 1) < parts)
            {
                try
                {
                    body(part);
                }
                catch (Exception error)
                {
                    Interlocked.CompareExchange(ref _error, ExceptionDispatchInfo.Capture(error), null);
                }
                Interlocked.Increment(ref _done);
            }
        }

        public void Wait()
        {
            var spin = default(SpinWait);
            while (Volatile.Read(ref _done) < parts)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
            _error?.Throw();
        }
    }
}
