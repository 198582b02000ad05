using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace QDiff.Bench;

/// <summary>How long the benchmarks run: short for a look (three iterations), full for figures that are quoted.</summary>
internal static class BenchConfig
{
    /// <summary>The switch that asks for the full configuration.</summary>
    public const string FullSwitch = "--full";

    /// <summary>A configuration.</summary>
    /// <remarks>In process: the generated projects of BenchmarkDotNet 0.14 do not know this repository's central package versions.</remarks>
    public static IConfig Of(bool full) =>
        DefaultConfig.Instance.AddJob((full ? Job.MediumRun : Job.ShortRun).WithToolchain(InProcessEmitToolchain.Instance));
}
