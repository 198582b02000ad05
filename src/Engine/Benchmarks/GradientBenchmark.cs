using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Benchmarks;

/// <summary>
/// Workload W2: that of <see cref="ThroughputBenchmark"/> with the gradient of Σ_i w_i ⟨Z_i⟩ with respect to every parameter by adjoint
/// differentiation. Reports gradients per second, each with its forward run.
/// </summary>
public static class GradientBenchmark
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
        long operations = plan.ForwardOperations + plan.BackwardOperations
            + OperationCount.Readout(read, plan.QubitCount, backward: false) + OperationCount.Readout(read, plan.QubitCount, backward: true);
        int size = Unsafe.SizeOf<T>();
        long bytes = plan.ForwardBytes(size) + plan.BackwardBytes(size)
            + OperationCount.ReadoutBytes(read, plan.QubitCount, size, backward: false) + OperationCount.ReadoutBytes(read, plan.QubitCount, size, backward: true);
        return bench.Time("W2", operations, bytes, 2, bench.Circuit.Gradient);
    }
}
