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
        var plan = TrajectoryPlanner.Plan(LayeredCircuit.BuildNoisy(options.Qubits, options.Layers));
        var read = plan.Steps.For(bench.Readout);
        int qubits = plan.Steps.QubitCount;
        long operations = OperationCount.FromZero(plan.Steps) + OperationCount.Readout(read, qubits, backward: false);
        long bytes = plan.Steps.ForwardBytes(Unsafe.SizeOf<T>()) + OperationCount.ReadoutBytes(read, qubits, Unsafe.SizeOf<T>(), backward: false);
        var backend = bench.Device.Trajectories;
        var values = new T[options.Batch * bench.Readout.Count];
        long first = 0;
        return bench.Time("W4", operations, bytes, 1, () =>
        {
            backend.RunTrajectories(
                plan, bench.Readout, new Bindings<T>(bench.Parameters), 1, new TrajectoryRun(options.Batch, Seed, first), values);
            first += options.Batch;
        });
    }
}
