using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Backends;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Engine.Benchmarks;

/// <summary>Numbers of one benchmark run on state vectors.</summary>
internal sealed class Workbench<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Seed = 20260101;
    private readonly BenchmarkOptions _options;
    private readonly BenchmarkDevice? _own;

    /// <summary>Everything that a run needs.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="on">Where; null for the processor.</param>
    public Workbench(BenchmarkOptions options, BenchmarkDevice? on)
    {
        Guard.Benchmark(options);
        _options = options;
        Device = on ?? (_own = new CpuBenchmarkDevice(options.Threads));
        Plan = Planner.Plan(LayeredCircuit.Build(options.Qubits, options.Layers));
        Readout = LayeredCircuit.AllZ(options.Qubits);
        if (Device.IsProcessor || (long)options.Batch << options.Qubits <= BenchmarkDevice.MostRandomAmplitudes)
        {
            Initial = StateVectorBatch<T>.Random(options.Batch, options.Qubits, Seed);
        }

        var random = new Random(Seed);
        Parameters = Fill(new T[Plan.Circuit.TrainableCount], () => Math.PI * (2 * random.NextDouble() - 1));
        Weights = Fill(new T[options.Batch * Readout.Count], random.NextDouble);
        Circuit = Device.Backend is IDeviceBackend device
            ? new DeviceCircuit<T>(device, Plan, Readout, Parameters, Weights, options.Batch, Initial)
            : new HostCircuit<T>(Device.Backend, Plan, Readout, Parameters, Weights, options.Batch, Initial);
    }

    public BenchmarkDevice Device { get; }

    public PreparedCircuit Circuit { get; }

    public Plan Plan { get; }

    public Readout Readout { get; }

    /// <summary>Random states; null for |0…0⟩.</summary>
    public StateVectorBatch<T>? Initial { get; }

    public T[] Parameters { get; }

    public T[] Weights { get; }

    /// <summary>Times the runs, see <see cref="Timing"/>.</summary>
    /// <param name="workload">Name of the workload.</param>
    /// <param name="operations">Multiply-adds of one circuit.</param>
    /// <param name="bytes">Bytes that one circuit reads and writes.</param>
    /// <param name="states">States of each sample that a thread goes over: 1, or 2 with the co-state.</param>
    /// <param name="run">Runs one batch.</param>
    public BenchmarkResult Time(string workload, long operations, long bytes, int states, Action run)
    {
        (double[] rates, double peak) = Timing.Measure(_options, Device, run);
        double median = rates[rates.Length / 2];
        int lanes = Math.Max(1, Device.LaneBits / 8 / Unsafe.SizeOf<T>());
        double tile = states * 2.0 * lanes * Unsafe.SizeOf<T>() * Math.Pow(2, _options.Qubits);
        return new BenchmarkResult(
            workload, median, rates[0], rates[^1], peak, operations, bytes, tile, Plan.PassCount, BindingSeconds(), operations * median / peak,
            Device.IsProcessor ? Timing.ProcessorShare(_options, (double)operations * _options.Batch, run) : 0,
            _options.Qubits, _options.Layers, _options.Batch, Device.Threads, Device.LaneBits, _options.DoublePrecision ? "double" : "float",
            Device.Name, Device.Model);
    }

    public void Dispose()
    {
        Circuit.Dispose();
        Initial?.Dispose();
        _own?.Dispose();
    }

    /// <summary>The median time of what a run does before its first state; 0 where it cannot be told apart.</summary>
    private double BindingSeconds()
    {
        if (Device.Binding(Plan, Parameters, _options.Batch) is not { } bind)
        {
            return 0;
        }

        const int Rounds = 101;
        var seconds = new double[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            bind();
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(seconds);
        return seconds[Rounds / 2];
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
