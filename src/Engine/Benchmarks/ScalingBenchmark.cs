using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Benchmarks;

/// <summary>
/// Workload W5: the circuit of <see cref="ThroughputBenchmark"/> on registers of several sizes, by default one state at a time. Reports seconds
/// per circuit beside the floor that its multiply-adds and its bytes set on this machine.
/// </summary>
public static class ScalingBenchmark
{
    /// <summary>Processor time comes in slices of its own, of which the largest registers take long.</summary>
    private const int MostProcessorRepetitions = 3;

    /// <summary>What the workload is made of unless something else is asked for: batch 1, and repetitions short enough for many sizes.</summary>
    public static BenchmarkOptions Defaults { get; } = new() { Batch = 1, SecondsPerRepetition = 0.1 };

    /// <summary>Runs the workload on the CPU backend.</summary>
    /// <param name="options">What to run; <see cref="BenchmarkOptions.Qubits"/> has no effect.</param>
    /// <param name="qubits">Register sizes.</param>
    /// <exception cref="ArgumentException">An option is out of range, or there is no size, or the states of one do not fit this machine's memory.</exception>
    public static ScalingResult Run(BenchmarkOptions options, IReadOnlyList<int> qubits)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(qubits);
        Guard.Scaling(options, qubits);
        return options.DoublePrecision ? Run<double>(options, qubits) : Run<float>(options, qubits);
    }

    private static ScalingResult Run<T>(BenchmarkOptions options, IReadOnlyList<int> qubits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var measured = new List<(int Qubits, double[] Rates, PlanWork Work, double Share)>();
        int threads = 0, lanes = 0;
        string device = "";
        double peak = 0, bandwidth = 0;
        foreach (int n in qubits)
        {
            using var bench = new Workbench<T>(options with { Qubits = n });
            (threads, lanes, device) = (bench.Backend.Threads, (int)bench.Backend.LaneWidth, bench.Backend.Name);
            if (measured.Count == 0)
            {
                Limits();
            }

            void Once() => bench.Backend.Run(bench.Plan, bench.Readout, new Bindings<T>(bench.Parameters), options.Batch, bench.Values, bench.Initial);
            double[] rates = Timing.Rates(options, Once);
            var work = bench.Backend.Work<T>(bench.Plan, bench.Readout, options.Batch);
            var few = options with { Repetitions = Math.Min(MostProcessorRepetitions, options.Repetitions) };
            measured.Add((n, rates, work, Timing.ProcessorShare(few, (double)work.Operations * options.Batch, Once)));
        }

        Limits();
        var points = measured.Select(m => new ScalingPoint(
            m.Qubits, 1 / m.Rates[m.Rates.Length / 2], 1 / m.Rates[^1], 1 / m.Rates[0], m.Work.Operations, m.Work.MemoryBytes,
            Math.Max(m.Work.Operations / peak, m.Work.MemoryBytes / bandwidth), m.Share));
        return new ScalingResult(
            device, [.. points], peak, bandwidth, options.Layers, options.Batch, threads, lanes, options.DoublePrecision ? "double" : "float");

        // Before and after, and the better one counts: a machine that is busy with something else must not flatter the result.
        void Limits()
        {
            peak = Math.Max(peak, MultiplyAddPeak.Measure(threads, options.DoublePrecision));
            using var copy = new CopyBandwidth(threads);
            bandwidth = Math.Max(bandwidth, copy.Measure());
        }
    }

    /// <summary>Bytes of the given states and of the one that is worked on.</summary>
    internal static double NeededBytes(BenchmarkOptions options, int qubits)
    {
        double state = (options.DoublePrecision ? 2.0 * sizeof(double) : 2.0 * sizeof(float)) * Math.Pow(2, qubits);
        return state * (options.Batch + 1.0);
    }
}
