using System.CommandLine;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Engine.Benchmarks;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Commands.Benchmarks;

/// <summary><c>qdiff bench coherent-batching</c>: what is saved by running all noise levels of a mini-batch in one execution.</summary>
internal sealed class CoherentBatchBench
{
    private readonly CommandLineDevice _device = new();
    private readonly Option<int?> _repeat = CommandOptions.Whole("--repeat", "Timed repetitions, of which the median counts", 1, 1000, "7");
    private readonly Option<bool> _json = CommandOptions.Switch("--json", "Print one line of JSON for each result.");
    private readonly Terminal _terminal;

    private CoherentBatchBench(Terminal terminal) => _terminal = terminal;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var bench = new CoherentBatchBench(terminal);
        var command = new Command("coherent-batching", "What is saved by running fifty noise levels of a mini-batch in one execution instead of one for each level.");
        foreach (Option option in (Option[])[bench._repeat, .. bench._device.All, bench._json])
        {
            command.Add(option);
        }

        command.SetAction(bench.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        bool json = parse.GetValue(_json);
        if (!json)
        {
            _terminal.Out.WriteLine("| samples | executions | ms | executions level by level | ms | saved |\n|---|---|---|---|---|---|");
        }

        foreach (CoherentBatchResult r in CoherentBatchBenchmark.Run(parse.GetValue(_device.Threads), parse.GetValue(_repeat) ?? 7))
        {
            _terminal.Out.WriteLine(json
                ? JsonLine.Of(new Dictionary<string, object>
                {
                    ["samples"] = r.Samples, ["levels"] = r.Levels, ["executions"] = 1, ["executions_level_by_level"] = r.Levels,
                    ["seconds"] = r.SecondsTogether, ["seconds_level_by_level"] = r.SecondsLevelByLevel, ["threads"] = r.Threads, ["version"] = QDiffCommand.Version,
                })
                : Invariant(
                    $"| {r.Samples} | 1 | {1e3 * r.SecondsTogether:0.0} | {r.Levels} | {1e3 * r.SecondsLevelByLevel:0.0} | {100 * (1 - (r.SecondsTogether / r.SecondsLevelByLevel)):0} % |"));
        }

        return ExitCode.Done;
    }
}
