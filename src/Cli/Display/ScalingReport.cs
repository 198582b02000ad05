using System.Text;
using QDiff.Cli.Commands.Benchmarks;
using QDiff.Engine.Benchmarks;
using QDiff.Models.Images;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Display;

/// <summary>Writes what <see cref="ScalingBenchmark"/> measured: rows for programs, a table in Markdown, or a picture.</summary>
internal static class ScalingReport
{
    /// <summary>One register size under the names that --json and --csv write.</summary>
    public static BenchRow Row(ScalingResult result, ScalingPoint point) => new()
    {
        ["workload"] = "W5",
        ["device"] = result.Device,
        ["qubits"] = point.Qubits,
        ["seconds"] = point.Seconds,
        ["fastest_seconds"] = point.FastestSeconds,
        ["slowest_seconds"] = point.SlowestSeconds,
        ["floor_seconds"] = point.FloorSeconds,
        ["share_of_floor"] = point.FloorSeconds / point.Seconds,
        ["share_by_processor_time"] = point.ShareByProcessorTime,
        ["amplitudes_per_s"] = point.AmplitudesPerSecond,
        ["fma_per_circuit"] = point.FmaPerCircuit,
        ["bytes_per_circuit"] = point.BytesPerCircuit,
        ["peak_fma_per_s"] = result.PeakFmaPerSecond,
        ["copy_bytes_per_s"] = result.CopyBytesPerSecond,
        ["layers"] = result.Layers,
        ["batch"] = result.Batch,
        ["threads"] = result.Threads,
        ["lane_bits"] = result.LaneBits,
        ["precision"] = result.Precision,
        ["model"] = result.Model,
    };

    /// <summary>The table.</summary>
    public static string Text(ScalingResult r)
    {
        var text = new StringBuilder(Invariant(
            $"""
             W5: {r.Layers} layers, batch {r.Batch}, {r.Precision}, {DeviceText.Of(r.Device, r.Model, r.Threads, r.LaneBits)}
             Measured peak {r.PeakFmaPerSecond / 1e9:0.0} G multiply-adds/s, copying {r.CopyBytesPerSecond / 1e9:0.0} GB/s
             | qubits | a circuit takes (median) | fastest | slowest | floor | share of the floor | of the peak, by processor time | amplitudes/s |
             |---|---|---|---|---|---|---|---|
             """));
        foreach (ScalingPoint p in r.Points)
        {
            text.Append(Invariant(
                $"\n| {p.Qubits} | {Time(p.Seconds)} | {Time(p.FastestSeconds)} | {Time(p.SlowestSeconds)} | {Time(p.FloorSeconds)} | {p.FloorSeconds / p.Seconds:0.0 %} | {(r.Threads > 0 ? Invariant($"{p.ShareByProcessorTime:0.0 %}") : "")} | {p.AmplitudesPerSecond:0.00e0} |"));
        }

        return text.ToString();
    }

    /// <summary>Where the floors come from.</summary>
    public static string Explanation(ScalingResult r)
    {
        var text = new StringBuilder("| qubits | multiply-adds | at the peak | bytes through memory | at copy speed |\n|---|---|---|---|---|");
        foreach (ScalingPoint p in r.Points)
        {
            text.Append(Invariant(
                $"\n| {p.Qubits} | {p.FmaPerCircuit:#,0} | {Time(p.FmaPerCircuit / r.PeakFmaPerSecond)} | {p.BytesPerCircuit:#,0} | {Time(p.BytesPerCircuit / r.CopyBytesPerSecond)} |"));
        }

        return text.ToString();
    }

    /// <summary>Time and amplitudes per second against the number of qubits, with the floors, one line for each device.</summary>
    public static string Picture(IReadOnlyList<ScalingResult> results)
    {
        var plot = new LinePlot(Invariant($"One circuit of {results[0].Layers} layers, batch {results[0].Batch}"), "qubits") { Horizontal = AxisScale.Whole };
        return plot.Draw(
        [
            new("time of a circuit", "seconds", Lines(p => p.Seconds, p => p.FloorSeconds)),
            new("amplitudes through the circuit per second", "amplitudes/s", Lines(p => p.AmplitudesPerSecond, p => p.FloorAmplitudesPerSecond)),
        ]).Standalone();

        IReadOnlyList<LinePlot.Line> Lines(Func<ScalingPoint, double> value, Func<ScalingPoint, double> floor) =>
        [
            .. results.SelectMany(r => (LinePlot.Line[])
            [
                new(Name(r), [.. r.Points.Select(p => ((double)p.Qubits, value(p)))]),
                new(results.Count == 1 ? "at measured peak and copy speed" : $"{r.Device} at measured peak and copy speed", [.. r.Points.Select(p => ((double)p.Qubits, floor(p)))]) { IsLimit = true },
            ]),
        ];
    }

    private static string Name(ScalingResult r) => Invariant($"{r.Device}, {(r.Threads > 0 ? Invariant($"{r.Threads} threads, ") : "")}{r.Precision}");

    private static string Time(double seconds) => seconds switch
    {
        >= 1 => Invariant($"{seconds:0.00} s"),
        >= 1e-3 => Invariant($"{seconds * 1e3:0.00} ms"),
        _ => Invariant($"{seconds * 1e6:0.00} µs"),
    };
}
