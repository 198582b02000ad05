using System.Numerics;
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

    /// <summary>Runs the workload.</summary>
    /// <param name="options">What to run; <see cref="BenchmarkOptions.Qubits"/> has no effect.</param>
    /// <param name="qubits">Register sizes.</param>
    /// <param name="device">Where; null for the processor.</param>
    /// <exception cref="ArgumentException">An option is out of range, or there is no size, or the states of one do not fit this machine's memory.</exception>
    public static ScalingResult Run(BenchmarkOptions options, IReadOnlyList<int> qubits, BenchmarkDevice? device = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(qubits);
        Guard.Scaling(options, qubits, device);
        return options.DoublePrecision ? Run<double>(options, qubits, device) : Run<float>(options, qubits, device);
    }

    private static ScalingResult Run<T>(BenchmarkOptions options, IReadOnlyList<int> qubits, BenchmarkDevice? device)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var measured = new List<(int Qubits, double[] Rates, PlanWork Work, double Share)>();
        using var own = device is null ? new CpuBenchmarkDevice(options.Threads) : null;
        BenchmarkDevice on = device ?? own!;
        double peak = 0, bandwidth = 0;
        foreach (int n in qubits)
        {
            using var bench = new Workbench<T>(options with { Qubits = n }, on);
            if (measured.Count == 0)
            {
                Limits();
            }

            double[] rates = Timing.Rates(options, bench.Circuit.Run);
            var work = on.Work<T>(bench.Plan, bench.Readout, options.Batch);
            var few = options with { Repetitions = Math.Min(MostProcessorRepetitions, options.Repetitions) };
            double share = on.IsProcessor ? Timing.ProcessorShare(few, (double)work.Operations * options.Batch, bench.Circuit.Run) : 0;
            measured.Add((n, rates, work, share));
        }

        Limits();
        var points = measured.Select(m => new ScalingPoint(
            m.Qubits, 1 / m.Rates[m.Rates.Length / 2], 1 / m.Rates[^1], 1 / m.Rates[0], m.Work.Operations, m.Work.MemoryBytes,
            Math.Max(m.Work.Operations / peak, m.Work.MemoryBytes / bandwidth), m.Share));
        return new ScalingResult(
            on.Name, [.. points], peak, bandwidth, options.Layers, options.Batch, on.Threads, on.LaneBits, options.DoublePrecision ? "double" : "float", on.Model);

        // Before and after, and the better one counts: a machine that is busy with something else must not flatter the result.
        void Limits()
        {
            peak = Math.Max(peak, on.MultiplyAddPeak(options.DoublePrecision));
            bandwidth = Math.Max(bandwidth, on.CopyBandwidth());
        }
    }

    /// <summary>Bytes of the given states and of the one that is worked on.</summary>
    internal static double NeededBytes(BenchmarkOptions options, int qubits)
    {
        double state = (options.DoublePrecision ? 2.0 * sizeof(double) : 2.0 * sizeof(float)) * Math.Pow(2, qubits);
        return state * (options.Batch + 1.0);
    }
}
