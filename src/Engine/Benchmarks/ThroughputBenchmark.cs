using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Benchmarks;

/// <summary>
/// Workload W1: <see cref="LayeredCircuit"/> on a batch of different random normalised states with shared parameters, then ⟨Z⟩ of
/// every qubit. Reports circuits per second.
/// </summary>
public static class ThroughputBenchmark
{
    /// <summary>Runs the workload.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="device">Where; null for the processor.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static BenchmarkResult Run(BenchmarkOptions options, BenchmarkDevice? device = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.DoublePrecision ? Run<double>(options, device) : Run<float>(options, device);
    }

    private static BenchmarkResult Run<T>(BenchmarkOptions options, BenchmarkDevice? device)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var bench = new Workbench<T>(options, device);
        var plan = bench.Plan;
        var read = plan.For(bench.Readout);
        long operations = plan.ForwardOperations + OperationCount.Readout(read, plan.QubitCount, backward: false);
        long bytes = plan.ForwardBytes(Unsafe.SizeOf<T>()) + OperationCount.ReadoutBytes(read, plan.QubitCount, Unsafe.SizeOf<T>(), backward: false);
        return bench.Time("W1", operations, bytes, 1, bench.Circuit.Run);
    }
}
