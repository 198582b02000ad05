using System.Diagnostics;
using System.Numerics;
using QDiff.Engine.Cpu;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Engine.Benchmarks;

/// <summary>Numbers and clock of one benchmark run.</summary>
internal sealed class Workbench<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Seed = 20260101;
    private readonly BenchmarkOptions _options;

    public Workbench(BenchmarkOptions options)
    {
        Guard.Benchmark(options);
        _options = options;
        Backend = new CpuBackend(new CpuOptions { Threads = options.Threads });
        Plan = Planner.Plan(LayeredCircuit.Build(options.Qubits, options.Layers));
        Readout = LayeredCircuit.AllZ(options.Qubits);
        Initial = StateVectorBatch<T>.Random(options.Batch, options.Qubits, Seed);
        Values = new T[options.Batch * Readout.Count];
        var random = new Random(Seed);
        Parameters = Fill(new T[Plan.Circuit.TrainableCount], () => Math.PI * (2 * random.NextDouble() - 1));
        Weights = Fill(new T[options.Batch * Readout.Count], random.NextDouble);
    }

    public CpuBackend Backend { get; }

    public Plan Plan { get; }

    public Readout Readout { get; }

    public StateVectorBatch<T> Initial { get; }

    public T[] Parameters { get; }

    public T[] Weights { get; }

    public T[] Values { get; }

    /// <summary>
    /// Warms up for one repetition, so that the code is compiled to its last stage, then times the rest. The peak is measured
    /// before and after and the better one counts: a machine that is busy with something else must not flatter the share.
    /// </summary>
    public BenchmarkResult Time(string workload, long operations, Action run)
    {
        double peak = MultiplyAddPeak.Measure(Backend.Threads, _options.DoublePrecision);
        Repeat(run);
        var rates = new double[_options.Repetitions];
        for (int i = 0; i < rates.Length; i++)
        {
            rates[i] = Repeat(run);
        }

        peak = Math.Max(peak, MultiplyAddPeak.Measure(Backend.Threads, _options.DoublePrecision));
        Array.Sort(rates);
        double median = rates[rates.Length / 2];
        return new BenchmarkResult(
            workload, median, rates[0], rates[^1], peak, operations, operations * median / peak,
            _options.Qubits, _options.Layers, _options.Batch, Backend.Threads, (int)Backend.LaneWidth, _options.DoublePrecision ? "double" : "float");
    }

    public void Dispose()
    {
        Initial.Dispose();
        Backend.Dispose();
    }

    private double Repeat(Action run)
    {
        long runs = 0;
        var watch = Stopwatch.StartNew();
        do
        {
            run();
            runs++;
        }
        while (watch.Elapsed.TotalSeconds < _options.SecondsPerRepetition);

        return runs * _options.Batch / watch.Elapsed.TotalSeconds;
    }

    private static T[] Fill(T[] values, Func<double> next)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = T.CreateChecked(next());
        }

        return values;
    }
}
