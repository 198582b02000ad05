using System.CommandLine;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Engine.Benchmarks;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Commands.Benchmarks;

/// <summary>
/// <c>qdiff bench throughput</c>, <c>gradient</c> and <c>trajectories</c>: circuits, gradients or trajectories per second of a batch, and what share of the
/// peak that is.
/// </summary>
internal sealed class CircuitBench
{
    private const string Double = "double";

    private static readonly BenchmarkOptions s_defaults = new();

    private readonly BenchOptions _shared = new(severalDevices: true);
    private readonly Option<int?> _qubits = BenchOptions.Qubits(1, s_defaults.Qubits);
    private readonly Option<int?> _layers = BenchOptions.Layers(s_defaults.Layers);
    private readonly Option<int?> _batch = BenchOptions.Batch(s_defaults.Batch, "States or trajectories that are run together");
    private readonly Option<string?> _precision = CommandOptions.Word("--precision", "Precision of the states. Default: float.", "float", Double);
    private readonly Option<int?> _repeat = BenchOptions.Repeat(s_defaults.Repetitions);
    private readonly Terminal _terminal;
    private readonly string _unit;
    private readonly Func<BenchmarkOptions, BenchmarkDevice?, BenchmarkResult> _run;

    private CircuitBench(Terminal terminal, string unit, Func<BenchmarkOptions, BenchmarkDevice?, BenchmarkResult> run) => (_terminal, _unit, _run) = (terminal, unit, run);

    /// <summary><c>bench throughput</c>.</summary>
    public static Command Throughput(Terminal terminal) => new CircuitBench(terminal, "circuits", ThroughputBenchmark.Run).Command(
        "throughput", "W1: circuits per second. A batch of random states through layers of RY, RZ and a CNOT chain, then all ⟨Z⟩.");

    /// <summary><c>bench gradient</c>.</summary>
    public static Command Gradient(Terminal terminal) => new CircuitBench(terminal, "gradients", GradientBenchmark.Run).Command(
        "gradient", "W2: gradients per second. The circuits of W1 with the gradient of Σ w⟨Z⟩ by adjoint differentiation.");

    /// <summary><c>bench trajectories</c>.</summary>
    public static Command Trajectories(Terminal terminal) => new CircuitBench(terminal, "trajectories", TrajectoryBenchmark.Run).Command(
        "trajectories", "W4: trajectories per second. The circuit of W1 with a depolarizing channel p = 0.02 on every qubit after every layer.");

    private Command Command(string name, string description)
    {
        var command = new Command(name, description);
        foreach (Option option in (Option[])[_qubits, _layers, _batch, _precision, _repeat, .. _shared.All])
        {
            command.Add(option);
        }

        command.SetAction(Run);
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
        BenchmarkResult[] results = _shared.OnEach(parse, _terminal, device => _run(options, device));
        _shared.Write(
            _terminal, parse, [.. results.Select(Row)], () => string.Join('\n', results.Select(Text)), () => string.Join('\n', results.Select(Explanation)));
        return ExitCode.Done;
    }

    private BenchRow Row(BenchmarkResult result)
    {
        var row = new BenchRow { ["workload"] = result.Workload, ["circuits_per_s"] = result.CircuitsPerSecond };
        if (_unit != "circuits")
        {
            row[$"{_unit}_per_s"] = result.CircuitsPerSecond;
        }

        row["peak_fma_per_s"] = result.PeakFmaPerSecond;
        row["share_of_peak"] = result.ShareOfPeak;
        row["share_by_processor_time"] = result.ShareByProcessorTime;
        row["slowest_per_s"] = result.SlowestPerSecond;
        row["fastest_per_s"] = result.FastestPerSecond;
        row["floor_seconds"] = result.FmaPerCircuit / result.PeakFmaPerSecond;
        row["fma_per_circuit"] = result.FmaPerCircuit;
        row["bytes_per_circuit"] = result.BytesPerCircuit;
        row["passes"] = result.Passes;
        row["binding_seconds"] = result.BindingSeconds;
        row["qubits"] = result.Qubits;
        row["layers"] = result.Layers;
        row["batch"] = result.Batch;
        row["threads"] = result.Threads;
        row["lane_bits"] = result.LaneBits;
        row["precision"] = result.Precision;
        row["device"] = result.Device;
        row["model"] = result.Model;
        return row;
    }

    private string Text(BenchmarkResult r) => Invariant(
        $"""
         {r.Workload}: {r.Qubits} qubits, {r.Layers} layers, batch {r.Batch}, {r.Precision}, {DeviceText.Of(r.Device, r.Model, r.Threads, r.LaneBits)}
         {Rate(r.CircuitsPerSecond)} {_unit}/s (median; slowest {Rate(r.SlowestPerSecond)}, fastest {Rate(r.FastestPerSecond)})
         {r.ShareOfPeak:0.0 %} of the measured peak of {r.PeakFmaPerSecond / 1e9:0.0} G multiply-adds/s, at {r.FmaPerCircuit:#,0} multiply-adds each{(r.Threads > 0 ? Invariant($"; {r.ShareByProcessorTime:0.0 %} by processor time") : "")}
         """);

    private string Explanation(BenchmarkResult r)
    {
        double floor = r.FmaPerCircuit / r.PeakFmaPerSecond, taken = 1 / r.CircuitsPerSecond;
        double amplitudes = Math.Pow(2, r.Qubits), perBatch = r.Batch / r.CircuitsPerSecond;
        return Invariant(
            $"""
             The plan makes {r.Passes} passes over the {amplitudes:#,0} amplitudes of a state ({(double)r.Passes / r.Layers:0.0} per layer) with {r.FmaPerCircuit / amplitudes / r.Layers:0.0} multiply-adds per amplitude and layer.
             Arithmetic alone takes {floor * 1e6:0.00} µs at the measured peak; a state took {taken * 1e6:0.00} µs, {taken / floor:0.00} times that.
             """)
            + (r.Threads > 0 ? Invariant(
            $"""

             The passes read and write {r.BytesPerCircuit / 1e6:0.00} MB, {r.BytesPerCircuit * r.CircuitsPerSecond / 1e9:0} GB/s; a tile of {r.TileBytes / 1024:#,0} KB stays in the second-level cache where that is larger.
             Binding the parameters anew (sines and cosines of all angles) took {r.BindingSeconds * 1e6:0.0} µs a batch, {r.BindingSeconds / perBatch:0.00 %} of its {perBatch * 1e6:#,0} µs.
             """) : Invariant($"\nThese are the processor's passes: an accelerator may do more, and it keeps a state in its groups' shared memory. A batch took {perBatch * 1e6:#,0} µs."));
    }
}
