using System.CommandLine;
using QDiff.Cli.Commands.Benchmarks;
using QDiff.Cli.Display;

namespace QDiff.Cli.Commands;

/// <summary><c>qdiff bench</c>: the workloads that can be measured, one verb each.</summary>
internal static class BenchCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal) => new(
        "bench", "Measures how fast this machine is and what share of its own measured peak that is, or how much gradients vary.")
    {
        CircuitBench.Throughput(terminal),
        CircuitBench.Gradient(terminal),
        DensityBench.Create(terminal),
        ScalingBench.Create(terminal),
        TrainingBench.Create(terminal),
        CircuitBench.Trajectories(terminal),
        GradientVarianceBench.Create(terminal),
        CoherentBatchBench.Create(terminal),
    };
}
