using System.CommandLine;
using System.Text;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Models;
using QDiff.Models.Benchmarks;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Commands.Benchmarks;

/// <summary><c>qdiff bench training</c>: how fast the tensor work of a training step is.</summary>
internal sealed class TrainingBench
{
    private static readonly TrainingBenchmarkOptions s_defaults = new();

    private readonly BenchOptions _shared = new();
    private readonly Option<int?> _qubits = CommandOptions.Whole("--qubits", "Qubits of the model whose steps are measured", 2, 16, Invariant($"{s_defaults.Qubits}"));
    private readonly Option<int?> _batch = BenchOptions.Batch(s_defaults.Batch, "Images or rows in a batch");
    private readonly Option<int?> _repeat = BenchOptions.Repeat(s_defaults.Repetitions);
    private readonly Terminal _terminal;

    private TrainingBench(Terminal terminal) => _terminal = terminal;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var bench = new TrainingBench(terminal);
        var command = new Command(
            "training", "Tensor work of a training step: products, convolutions, elementwise functions, Adam, and whole steps, each with its share of what the machine can do. With --threads 1 arithmetic is timed by processor time, which other programs cannot take away.");
        foreach (Option option in (Option[])[bench._qubits, bench._batch, bench._repeat, .. bench._shared.All])
        {
            command.Add(option);
        }

        command.SetAction(bench.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        var options = new TrainingBenchmarkOptions
        {
            Qubits = parse.GetValue(_qubits) ?? s_defaults.Qubits,
            Batch = parse.GetValue(_batch) ?? s_defaults.Batch,
            Repetitions = parse.GetValue(_repeat) ?? s_defaults.Repetitions,
        };
        ComputeDevice device = _shared.Open(parse, _terminal);
        using var backend = device.Backend;
        TrainingBenchmarkResult[] results = [.. TrainingBenchmark.Run(options, device)];
        _shared.Write(_terminal, parse, [.. results.Select(Row)], () => Table(results), () => Explanation(results));
        return ExitCode.Done;
    }

    private static BenchRow Row(TrainingBenchmarkResult r) => new()
    {
        ["work"] = r.Work,
        ["shape"] = r.Shape,
        ["seconds"] = r.Seconds,
        ["fma"] = r.Operations,
        ["bytes"] = r.Bytes,
        ["limit_per_s"] = double.IsNaN(r.Limit) ? 0 : r.Limit,
        ["share_of_limit"] = double.IsNaN(r.Share) ? 0 : r.Share,
        ["allocated_bytes"] = r.AllocatedBytes,
    };

    private static string Table(IEnumerable<TrainingBenchmarkResult> results)
    {
        var text = new StringBuilder("| work | on | time | reached | share |\n|---|---|---|---|---|");
        foreach (TrainingBenchmarkResult r in results)
        {
            string reached = r.Operations > 0 ? Invariant($"{r.Operations / r.Seconds / 1e9:0.0} G multiply-adds/s")
                : r.Bytes > 0 ? Invariant($"{r.Bytes / r.Seconds / 1e9:0.0} GB/s")
                : Invariant($"{Rate(1 / r.Seconds)} steps/s");
            string share = double.IsNaN(r.Share) ? "" : Invariant($"{r.Share:0 %} of {(r.Bytes > 0 ? "copying" : "the peak")}");
            text.Append(Invariant($"\n| {r.Work} | {r.Shape} | {r.Seconds * 1e3:0.00} ms | {reached} | {share} |"));
        }

        return text.ToString();
    }

    private static string Explanation(IEnumerable<TrainingBenchmarkResult> results)
    {
        var text = new StringBuilder("| work | on | multiply-adds | bytes | floor | allocated |\n|---|---|---|---|---|---|");
        foreach (TrainingBenchmarkResult r in results)
        {
            string floor = double.IsNaN(r.Limit) ? "" : Invariant($"{(r.Operations + r.Bytes) / r.Limit * 1e3:0.00} ms");
            text.Append(Invariant($"\n| {r.Work} | {r.Shape} | {r.Operations:#,0} | {r.Bytes:#,0} | {floor} | {r.AllocatedBytes:#,0} B |"));
        }

        return text.ToString();
    }
}
