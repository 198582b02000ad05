using QDiff.Engine.Benchmarks;

namespace QDiff.Engine;

internal static partial class Guard
{
    public static void Benchmark(BenchmarkOptions options)
    {
        QubitCount(options.Qubits);
        Batch(options.Batch);
        AtLeastOne("layers", options.Layers);
        AtLeastOne("repetitions", options.Repetitions);
        if (!(options.SecondsPerRepetition > 0) || !double.IsFinite(options.SecondsPerRepetition))
        {
            throw new ArgumentOutOfRangeException(nameof(options), $"A repetition takes more than 0 seconds; got {options.SecondsPerRepetition}.");
        }
    }

    public static void Scaling(BenchmarkOptions options, IReadOnlyList<int> qubits, BenchmarkDevice? device)
    {
        AtLeastOne("register sizes", qubits.Count);
        foreach (int n in qubits)
        {
            Benchmark(options with { Qubits = n });
            if (device is { IsProcessor: false })
            {
                // It refuses by itself what its own memory cannot hold.
                continue;
            }

            double needed = ScalingBenchmark.NeededBytes(options, n), available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            if (available > 0 && needed > available)
            {
                throw new ArgumentException(
                    $"{options.Batch} state(s) of {n} qubits need {needed / (1L << 30):N1} GiB and this machine has {available / (1L << 30):N1}; ask for fewer qubits or a smaller batch.",
                    nameof(qubits));
            }
        }
    }

    public static void Share(double share)
    {
        if (!(share is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), $"The share of the full measurement is above 0 and at most 1; got {share}.");
        }
    }

    public static void Rounds(int rounds) => AtLeastOne("rounds", rounds);

    private static void AtLeastOne(string name, int value)
    {
        if (value < 1)
        {
            throw new ArgumentOutOfRangeException(name, $"A benchmark needs at least 1 of '{name}'; got {value}.");
        }
    }
}
