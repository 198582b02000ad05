using System.CommandLine;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Engine.Benchmarks;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Commands.Benchmarks;

/// <summary><c>qdiff bench density</c>: the noisy circuit on density matrices.</summary>
internal sealed class DensityBench
{
    private const int MaximumQubits = 12;
    private const string Double = "double";

    private static readonly BenchmarkOptions s_defaults = new() { Batch = 1 };

    private readonly BenchOptions _shared = new(severalDevices: true);
    private readonly Option<int?> _qubits = CommandOptions.Whole("--qubits", "Qubits", 1, MaximumQubits, Invariant($"{s_defaults.Qubits}"));
    private readonly Option<int?> _layers = BenchOptions.Layers(s_defaults.Layers);
    private readonly Option<int?> _batch = BenchOptions.Batch(s_defaults.Batch, "States that are run together");
    private readonly Option<string?> _precision = CommandOptions.Word("--precision", "Precision of the states. Default: float.", "float", Double);
    private readonly Option<int?> _repeat = BenchOptions.Repeat(s_defaults.Repetitions);
    private readonly Terminal _terminal;

    private DensityBench(Terminal terminal) => _terminal = terminal;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var bench = new DensityBench(terminal);
        var command = new Command(
            "density", "W3: density matrices. The circuit of W1 with a depolarizing channel of 0.02 on every qubit after every layer, exactly, then all ⟨Z⟩.");
        foreach (Option option in (Option[])[bench._qubits, bench._layers, bench._batch, bench._precision, bench._repeat, .. bench._shared.All])
        {
            command.Add(option);
        }

        command.SetAction(bench.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        var options = new BenchmarkOptions
        {
            Qubits = parse.GetValue(_qubits) ?? s_defaults.Qubits,
            Layers = parse.GetValue(_layers) ?? s_defaults.Layers,
            Batch = parse.GetValue(_batch) ?? s_defaults.Batch,
            DoublePrecision = parse.GetValue(_precision) == Double,
            Threads = _shared.ThreadsOfProcessor(parse),
            Repetitions = parse.GetValue(_repeat) ?? s_defaults.Repetitions,
        };
        DensityBenchmarkResult[] results = _shared.OnEach(parse, _terminal, device => DensityBenchmark.Run(options, device));
        _shared.Write(
            _terminal, parse, [.. results.Select(Row)], () => string.Join('\n', results.Select(Text)), () => string.Join('\n', results.Select(Explanation)));
        return ExitCode.Done;
    }

    private static BenchRow Row(DensityBenchmarkResult result) => new()
    {
        ["workload"] = "W3",
        ["ms_per_circuit"] = result.Milliseconds,
        ["circuits_per_s"] = result.ProgramsPerSecond,
        ["gradients_per_s"] = result.GradientsPerSecond,
        ["peak_fma_per_s"] = result.PeakFmaPerSecond,
        ["share_of_peak"] = result.ShareOfPeak,
        ["slowest_per_s"] = result.SlowestPerSecond,
        ["fastest_per_s"] = result.FastestPerSecond,
        ["floor_seconds"] = result.FmaPerProgram / result.PeakFmaPerSecond,
        ["fma_per_circuit"] = result.FmaPerProgram,
        ["bytes_per_circuit"] = result.BytesPerProgram,
        ["passes"] = result.Passes,
        ["qubits"] = result.Options.Qubits,
        ["layers"] = result.Options.Layers,
        ["batch"] = result.Options.Batch,
        ["threads"] = result.Threads,
        ["lane_bits"] = result.LaneBits,
        ["precision"] = Precision(result),
        ["device"] = result.Device,
        ["model"] = result.Model,
    };

    private static string Text(DensityBenchmarkResult r) => Invariant(
        $"""
         W3: {r.Options.Qubits} qubits, {r.Options.Layers} layers, batch {r.Options.Batch}, {Precision(r)}, {DeviceText.Of(r.Device, r.Model, r.Threads, r.LaneBits)}
         {r.Milliseconds:0.####} ms a circuit, {Rate(r.ProgramsPerSecond)} circuits/s (median; slowest {Rate(r.SlowestPerSecond)}, fastest {Rate(r.FastestPerSecond)}); {1000 / r.GradientsPerSecond:0.####} ms with its gradient
         {r.ShareOfPeak:0.0 %} of the measured peak of {r.PeakFmaPerSecond / 1e9:0.0} G multiply-adds/s, at {r.FmaPerProgram:#,0} multiply-adds each
         """);

    private static string Explanation(DensityBenchmarkResult r)
    {
        double coefficients = Math.Pow(4, r.Options.Qubits), floor = 1000 * r.FmaPerProgram / r.PeakFmaPerSecond;
        return Invariant(
            $"""
             The plan makes {r.Passes} passes over the {coefficients:#,0} Pauli coefficients of a state with {r.FmaPerProgram / coefficients / r.Options.Layers:0.0} multiply-adds per coefficient and layer.
             Arithmetic alone takes {floor:0.####} ms at the measured peak; a circuit took {r.Milliseconds / floor:0.0} times that.
             The passes read and write {r.BytesPerProgram / 1e6:0.00} MB, {r.BytesPerProgram * r.ProgramsPerSecond / 1e9:0} GB/s.
             """);
    }

    private static string Precision(DensityBenchmarkResult result) => result.Options.DoublePrecision ? Double : "float";
}
