using System.CommandLine;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Engine.Benchmarks;
using QDiff.Models.Persistence;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Commands.Benchmarks;

/// <summary><c>qdiff bench scaling</c>: the time of a circuit against the number of qubits, as a table and as a picture.</summary>
internal sealed class ScalingBench
{
    private const int MaximumQubits = 30;
    private const string Double = "double";

    private static readonly int[] s_qubits = [.. Enumerable.Range(2, 23)];

    private readonly BenchOptions _shared = new(severalDevices: true);
    private readonly Option<int[]> _qubits = CommandOptions.Wholes("--qubits", "Qubits", 1, MaximumQubits, "2..24");
    private readonly Option<int?> _layers = BenchOptions.Layers(ScalingBenchmark.Defaults.Layers);
    private readonly Option<int?> _batch = BenchOptions.Batch(ScalingBenchmark.Defaults.Batch, "Different states that are run together");
    private readonly Option<string?> _precision = CommandOptions.Word("--precision", "Precision of the states. Default: float.", "float", Double);
    private readonly Option<int?> _repeat = BenchOptions.Repeat(ScalingBenchmark.Defaults.Repetitions);
    private readonly Option<string?> _plot = CommandOptions.Picture("--plot");
    private readonly Terminal _terminal;

    private ScalingBench(Terminal terminal) => _terminal = terminal;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var bench = new ScalingBench(terminal);
        var command = new Command("scaling", "W5: time of one circuit against the number of qubits. The circuit of W1, one state at a time.");
        foreach (Option option in (Option[])[bench._qubits, bench._layers, bench._batch, bench._precision, bench._repeat, .. bench._shared.All, bench._plot])
        {
            command.Add(option);
        }

        command.SetAction(bench.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        string? plot = parse.GetValue(_plot);
        if (plot is not null)
        {
            AtomicFile.RequireWritable(plot);
        }

        var defaults = ScalingBenchmark.Defaults;
        int[] sizes = parse.GetValue(_qubits) is { Length: > 0 } qubits ? qubits : s_qubits;
        var options = defaults with
        {
            Layers = parse.GetValue(_layers) ?? defaults.Layers,
            Batch = parse.GetValue(_batch) ?? defaults.Batch,
            DoublePrecision = parse.GetValue(_precision) == Double,
            Threads = _shared.ThreadsOfProcessor(parse),
            Repetitions = parse.GetValue(_repeat) ?? defaults.Repetitions,
        };
        ScalingResult[] results = _shared.OnEach(parse, _terminal, device => ScalingBenchmark.Run(options, sizes, device));
        if (plot is not null)
        {
            AtomicFile.WriteText(plot, ScalingReport.Picture(results));
        }

        _shared.Write(
            _terminal, parse, [.. results.SelectMany(result => result.Points.Select(point => ScalingReport.Row(result, point)))],
            () => string.Join('\n', results.Select(ScalingReport.Text)), () => string.Join('\n', results.Select(ScalingReport.Explanation)));
        return ExitCode.Done;
    }
}
