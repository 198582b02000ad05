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
