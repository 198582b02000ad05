namespace TorchSharp;

public static partial class torch
{
    /// <summary>How many cores an operation may use. Results do not depend on it.</summary>
    public static int get_num_threads() => WorkSplit.Threads;

    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public static void set_num_threads(int num) => WorkSplit.Threads = num;
}
