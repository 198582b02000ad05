using System.CommandLine;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Engine.Benchmarks;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Commands.Benchmarks;

/// <summary><c>qdiff bench coherent-batching</c>: what is saved by running all noise levels of a mini-batch in one execution.</summary>
internal sealed class CoherentBatchBench
{
    private const int StandardRepetitions = 7;
    private const string Head = "| samples | executions | ms | executions level by level | ms | saved |\n|---|---|---|---|---|---|";

    private readonly BenchOptions _shared = new();
    private readonly Option<int?> _repeat = BenchOptions.Repeat(StandardRepetitions);
    private readonly Terminal _terminal;

    private CoherentBatchBench(Terminal terminal) => _terminal = terminal;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var bench = new CoherentBatchBench(terminal);
        var command = new Command("coherent-batching", "What is saved by running fifty noise levels of a mini-batch in one execution instead of one for each level.");
        foreach (Option option in (Option[])[bench._repeat, .. bench._shared.WithoutPlan])
        {
            command.Add(option);
        }

        command.SetAction(bench.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        IEnumerable<CoherentBatchResult> results = CoherentBatchBenchmark.Run(_shared.Threads(parse), parse.GetValue(_repeat) ?? StandardRepetitions);
        _shared.WriteEach(_terminal, parse, results.Select(r => (Row(r), Line(r))), Head);
        return ExitCode.Done;
    }

    private static BenchRow Row(CoherentBatchResult r) => new()
    {
        ["samples"] = r.Samples,
        ["levels"] = r.Levels,
        ["executions"] = 1,
        ["executions_level_by_level"] = r.Levels,
        ["seconds"] = r.SecondsTogether,
        ["seconds_level_by_level"] = r.SecondsLevelByLevel,
        ["threads"] = r.Threads,
    };

    private static string Line(CoherentBatchResult r) => Invariant(
        $"| {r.Samples} | 1 | {1e3 * r.SecondsTogether:0.0} | {r.Levels} | {1e3 * r.SecondsLevelByLevel:0.0} | {100 * (1 - (r.SecondsTogether / r.SecondsLevelByLevel)):0} % |");
}
