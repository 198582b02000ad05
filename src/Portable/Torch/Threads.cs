namespace TorchSharp;

/// <summary>Spreads loops over cores. Callers split work into pieces that do not depend on the number of threads, so that results do not either.</summary>
internal static class Threads
{
    private static ParallelOptions options = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    public static int Count
    {
        get => options.MaxDegreeOfParallelism;
        set => options = new ParallelOptions { MaxDegreeOfParallelism = value };
    }

    /// <summary>Calls body(0), …, body(pieces − 1), each once, in any order.</summary>
    public static void For(int pieces, Action<int> body)
    {
        if (pieces <= 1 || Count == 1)
        {
            for (var i = 0; i < pieces; i++)
            {
                body(i);
            }

            return;
        }

        Parallel.For(0, pieces, options, body);
    }
}
