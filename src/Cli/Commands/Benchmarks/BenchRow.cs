namespace QDiff.Cli.Commands.Benchmarks;

/// <summary>One measured result under the names that --json and --csv write, in the order in which they were set.</summary>
internal sealed class BenchRow : Dictionary<string, object>;
