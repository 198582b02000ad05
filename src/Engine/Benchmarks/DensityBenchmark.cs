using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Backends;
using QDiff.Engine.Density;
using QDiff.Engine.Observables;

namespace QDiff.Engine.Benchmarks;

/// <summary>
/// Workload W3: the noisy program of <see cref="LayeredCircuit.BuildNoisy"/> on density matrices from |0…0⟩, then ⟨Z⟩ of every qubit. Reports
/// programs per second, and gradients of Σ w⟨Z⟩ with their forward runs; W3 is of batch 1.
/// </summary>
public static class DensityBenchmark
{
    private const int Seed = 20260101;

    /// <summary>Runs the workload.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="device">Where; null for the processor.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static DensityBenchmarkResult Run(BenchmarkOptions options, BenchmarkDevice? device = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.DoublePrecision ? Run<double>(options, device) : Run<float>(options, device);
    }

    private static DensityBenchmarkResult Run<T>(BenchmarkOptions options, BenchmarkDevice? device)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Benchmark(options);
        Guard.DensityQubits(options.Qubits);
        DensityPlan plan = DensityPlanner.Plan(LayeredCircuit.BuildNoisy(options.Qubits, options.Layers));
        Readout readout = LayeredCircuit.AllZ(options.Qubits);
        var random = new Random(Seed);
        T[] parameters = [.. Enumerable.Range(0, plan.Program.TrainableCount).Select(_ => T.CreateChecked(Math.PI * (2 * random.NextDouble() - 1)))];
        var values = new T[options.Batch * readout.Count];
        using var own = device is null ? new CpuBenchmarkDevice(options.Threads) : null;
        BenchmarkDevice on = device ?? own!;
        var backend = on.Density;
        (double[] rates, double peak) = Timing.Measure(options, on, () =>
            backend.Run(plan, readout, new Bindings<T>(parameters), options.Batch, values));
        T[] weights = [.. values.Select(_ => T.CreateChecked(random.NextDouble()))];
        var gradients = new T[parameters.Length];
        (double[] gradientRates, double laterPeak) = Timing.Measure(options, on, () =>
        {
            using DensityTape<T> tape = backend.Forward(plan, readout, new Bindings<T>(parameters), options.Batch, values);
            backend.Backward(tape, weights, gradients, default);
        });
        return new DensityBenchmarkResult(
            rates[rates.Length / 2], rates[0], rates[^1], gradientRates[gradientRates.Length / 2], Math.Max(peak, laterPeak),
            plan.ForwardOperations, plan.ForwardBytes(Unsafe.SizeOf<T>()), plan.PassCount, options, on.Threads, on.LaneBits, on.Name, on.Model);
    }
}
