using System.CommandLine;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Engine.Benchmarks;
using QDiff.Models.Persistence;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Commands;

/// <summary>
/// <c>qdiff bench</c>: measures circuits or gradients per second and what share of the machine's peak that is, or how much gradients under shots vary.
/// </summary>
internal sealed class BenchCommand
{
    private const string Throughput = "throughput";
    private const string Gradient = "gradient";
    private const string GradientVariance = "gradient-variance";
    private const string Double = "double";

    private static readonly BenchmarkOptions s_defaults = new();

    private readonly Argument<string> _workload = CommandOptions.RequiredWord(
        "WORKLOAD", $"{Throughput} (W1: the circuit and all ⟨Z⟩), {Gradient} (W2: the gradient of Σ w⟨Z⟩ by adjoint differentiation); {GradientVariance} measures how much shift gradients under shots vary.",
        [Throughput, Gradient, GradientVariance]);

    private readonly Option<int?> _qubits = CommandOptions.Whole("--qubits", "Qubits", 1, 24, Invariant($"{s_defaults.Qubits}"));
    private readonly Option<int?> _layers = CommandOptions.Whole(
        "--layers", "Layers of RY, RZ on every qubit and a chain of CNOTs", 1, 1000, Invariant($"{s_defaults.Layers}"));

    private readonly Option<int?> _batch = CommandOptions.Whole(
        "--batch", "Different states that are run together", 1, 1_000_000, Invariant($"{s_defaults.Batch}"));

    private readonly Option<string?> _precision = CommandOptions.Word("--precision", "Precision of the states. Default: float.", "float", Double);
    private readonly Option<int?> _threads = new CommandLineDevice().Threads;
    private readonly Option<int?> _repeat = CommandOptions.Whole(
        "--repeat", "Timed repetitions, of which the median counts", 1, 1000, Invariant($"{s_defaults.Repetitions}"));

    private readonly Option<double?> _share = CommandOptions.Number(
        "--share", $"{GradientVariance}: share of the gradients of the full report, for a faster and less exact one", 0.001, 1, "1");

    private readonly Option<string?> _picture = CommandOptions.Path("--picture", "FILE.svg", $"{GradientVariance}: draw the result into this file too.");
    private readonly Option<bool> _json = CommandOptions.Switch("--json", "Print one line of JSON.");
    private readonly Terminal _terminal;

    private BenchCommand(Terminal terminal) => _terminal = terminal;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var bench = new BenchCommand(terminal);
        var command = new Command(
            "bench", "Measures how fast this machine runs batches of circuits (RY, RZ and a CNOT chain per layer, random states), or how much gradients vary.")
        {
            bench._workload, bench._qubits, bench._layers, bench._batch, bench._precision, bench._threads, bench._repeat, bench._share, bench._picture, bench._json,
        };
        command.SetAction(bench.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        bool variance = parse.GetValue(_workload) == GradientVariance;
        Option[] idle = variance ? [_qubits, _layers, _batch, _precision, _repeat] : [_share, _picture];
        if (idle.FirstOrDefault(option => parse.GetResult(option) is { Implicit: false }) is { } stray)
        {
            throw new CommandLineException($"'{stray.Name}' does not apply to 'qdiff bench {parse.GetValue(_workload)}'; leave it out.");
        }

        return variance ? RunVariance(parse) : RunTimed(parse);
    }

    private int RunVariance(ParseResult parse)
    {
        bool json = parse.GetValue(_json);
        var results = new List<GradientVarianceResult>();
        if (!json)
        {
            _terminal.Out.WriteLine(GradientVarianceReport.Head);
        }

        foreach (GradientVarianceResult result in GradientVarianceBenchmark.Run(parse.GetValue(_threads), parse.GetValue(_share) ?? 1))
        {
            _terminal.Out.WriteLine(json ? GradientVarianceReport.Json(result) : GradientVarianceReport.Row(result));
            results.Add(result);
        }

        if (parse.GetValue(_picture) is { } file)
        {
            AtomicFile.WriteText(file, GradientVarianceReport.Picture(results));
        }

        return ExitCode.Done;
    }

    private int RunTimed(ParseResult parse)
    {
        var options = new BenchmarkOptions
        {
            Qubits = parse.GetValue(_qubits) ?? s_defaults.Qubits,
            Layers = parse.GetValue(_layers) ?? s_defaults.Layers,
            Batch = parse.GetValue(_batch) ?? s_defaults.Batch,
            DoublePrecision = parse.GetValue(_precision) == Double,
            Threads = parse.GetValue(_threads) ?? s_defaults.Threads,
            Repetitions = parse.GetValue(_repeat) ?? s_defaults.Repetitions,
        };
        bool gradient = parse.GetValue(_workload) == Gradient;
        BenchmarkResult result = gradient ? GradientBenchmark.Run(options) : ThroughputBenchmark.Run(options);
        _terminal.Out.WriteLine(parse.GetValue(_json) ? Json(result, gradient) : Text(result, gradient ? "gradients" : "circuits"));
        return ExitCode.Done;
    }

    private static string Json(BenchmarkResult result, bool gradient)
    {
        var line = new Dictionary<string, object>
        {
            ["workload"] = result.Workload,
            ["circuits_per_s"] = result.CircuitsPerSecond,
        };
        if (gradient)
        {
            line["gradients_per_s"] = result.CircuitsPerSecond;
        }

        line["peak_fma_per_s"] = result.PeakFmaPerSecond;
        line["share_of_peak"] = result.ShareOfPeak;
        line["slowest_per_s"] = result.SlowestPerSecond;
        line["fastest_per_s"] = result.FastestPerSecond;
        line["fma_per_circuit"] = result.FmaPerCircuit;
        line["qubits"] = result.Qubits;
        line["layers"] = result.Layers;
        line["batch"] = result.Batch;
        line["threads"] = result.Threads;
        line["lane_bits"] = result.LaneBits;
        line["precision"] = result.Precision;
        line["version"] = QDiffCommand.Version;
        return JsonLine.Of(line);
    }

    private static string Text(BenchmarkResult r, string what) => Invariant(
        $"""
         {r.Workload}: {r.Qubits} qubits, {r.Layers} layers, batch {r.Batch}, {r.Precision}, {r.Threads} threads, {(r.LaneBits > 0 ? $"{r.LaneBits}-bit lanes" : "scalar code")}
         {Rate(r.CircuitsPerSecond)} {what}/s (median; slowest {Rate(r.SlowestPerSecond)}, fastest {Rate(r.FastestPerSecond)})
         {r.ShareOfPeak:0.0 %} of the measured peak of {r.PeakFmaPerSecond / 1e9:0.0} G multiply-adds/s, at {r.FmaPerCircuit:#,0} multiply-adds each
         qdiff {QDiffCommand.Version}
         """);
}
