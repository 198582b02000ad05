using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Backends;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Benchmarks;

/// <summary>
/// Workload W1: <see cref="LayeredCircuit"/> on a batch of different random normalised states with shared parameters, then ⟨Z⟩ of
/// every qubit. Reports circuits per second.
/// </summary>
public static class ThroughputBenchmark
{
    /// <summary>Runs the workload on the CPU backend.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static BenchmarkResult Run(BenchmarkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.DoublePrecision ? Run<double>(options) : Run<float>(options);
    }

    private static BenchmarkResult Run<T>(BenchmarkOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var bench = new Workbench<T>(options);
        var plan = bench.Plan;
        var read = plan.For(bench.Readout);
        long operations = plan.ForwardOperations + OperationCount.Readout(read, plan.QubitCount, backward: false);
        long bytes = plan.ForwardBytes(Unsafe.SizeOf<T>()) + OperationCount.ReadoutBytes(read, plan.QubitCount, Unsafe.SizeOf<T>(), backward: false);
        return bench.Time("W1", operations, bytes, 1, () =>
            bench.Backend.Run(plan, bench.Readout, new Bindings<T>(bench.Parameters), options.Batch, bench.Values, bench.Initial));
    }
}
