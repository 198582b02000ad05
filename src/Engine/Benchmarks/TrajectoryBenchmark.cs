using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Backends;
using QDiff.Engine.Planning;
using QDiff.Engine.Trajectories;

namespace QDiff.Engine.Benchmarks;

/// <summary>
/// Workload W4: <see cref="LayeredCircuit.BuildNoisy"/> from |0…0⟩ as Monte-Carlo trajectories with shared parameters, then ⟨Z⟩ of every qubit. Reports
/// trajectories per second; a batch is that many trajectories, new ones in every run.
/// </summary>
public static class TrajectoryBenchmark
{
    private const ulong Seed = 20260101;

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
        var plan = TrajectoryPlanner.Plan(LayeredCircuit.BuildNoisy(options.Qubits, options.Layers));
        var read = plan.Steps.For(bench.Readout);
        int qubits = plan.Steps.QubitCount;
        long operations = OperationCount.FromZero(plan.Steps) + OperationCount.Readout(read, qubits, backward: false);
        long bytes = plan.Steps.ForwardBytes(Unsafe.SizeOf<T>()) + OperationCount.ReadoutBytes(read, qubits, Unsafe.SizeOf<T>(), backward: false);
        long first = 0;
        return bench.Time("W4", operations, bytes, 1, () =>
        {
            bench.Backend.RunTrajectories(
                plan, bench.Readout, new Bindings<T>(bench.Parameters), 1, new TrajectoryRun(options.Batch, Seed, first), bench.Values);
            first += options.Batch;
        });
    }
}
