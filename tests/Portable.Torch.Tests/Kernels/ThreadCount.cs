using TorchSharp;

namespace QDiff.Portable.Torch.Tests.Kernels;

/// <summary>Runs an action with a given number of kernel threads. One at a time, so that no test sees another's setting.</summary>
internal static class ThreadCount
{
    private static readonly Lock s_gate = new();

    public static void With(int threads, Action action)
    {
        lock (s_gate)
        {
            int before = WorkSplit.Threads;
            WorkSplit.Threads = threads;
            try
            {
                action();
            }
            finally
            {
                WorkSplit.Threads = before;
            }
        }
    }
}
