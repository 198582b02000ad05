using System.CommandLine;
using System.Globalization;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Engine.Benchmarks;
using QDiff.Models;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Commands.Benchmarks;

/// <summary>What every <c>qdiff bench</c> verb understands: where to compute, and how the result is written.</summary>
internal sealed class BenchOptions
{
    private readonly CommandLineDevice _device;
    private readonly Option<bool> _json = CommandOptions.Switch("--json", "Print one line of JSON for each result.");
    private readonly Option<bool> _csv = CommandOptions.Switch("--csv", "Print comma-separated values with a line of names.");
    private readonly Option<bool> _explain = CommandOptions.Switch("--explain", "Print the operations and bytes that the plan counts, and the floor that they set, below the result.");

    /// <summary>The options, of which --csv excludes --json.</summary>
    /// <param name="severalDevices">Whether --device takes a list.</param>
    public BenchOptions(bool severalDevices = false)
    {
        _device = new CommandLineDevice(severalDevices);
        _csv.Validators.Add(result =>
        {
            if (result.GetValue(_csv) && result.GetValue(_json))
            {
                result.AddError("'--json' and '--csv' ask for different forms; give one of them.");
            }
        });
    }

    /// <summary>--device, --threads, --json, --csv and --explain.</summary>
    public IEnumerable<Option> All => [.. WithoutPlan, _explain];

    /// <summary>Those of a measurement that has no plan to explain.</summary>
    public IEnumerable<Option> WithoutPlan => [.. _device.All, _json, _csv];

    /// <summary>--qubits.</summary>
    public static Option<int?> Qubits(int low, int standard) => CommandOptions.Whole("--qubits", "Qubits", low, 24, Invariant($"{standard}"));

    /// <summary>--layers.</summary>
    public static Option<int?> Layers(int standard) => CommandOptions.Whole(
        "--layers", "Layers of RY, RZ on every qubit and a chain of CNOTs", 1, 1000, Invariant($"{standard}"));

    /// <summary>--batch.</summary>
    public static Option<int?> Batch(int standard, string description) => CommandOptions.Whole("--batch", description, 1, 1_000_000, Invariant($"{standard}"));

    /// <summary>--repeat.</summary>
    public static Option<int?> Repeat(int standard) => CommandOptions.Whole(
        "--repeat", "Timed repetitions, of which the median counts", 1, 1000, Invariant($"{standard}"));

    /// <inheritdoc cref="CommandLineDevice.ThreadsOfCpu"/>
    public int? Threads(ParseResult parse) => _device.ThreadsOfCpu(parse);

    /// <summary>The threads that were asked for, whatever the device.</summary>
    public int? ThreadsOfProcessor(ParseResult parse) => parse.GetValue(_device.Threads);

    /// <summary>Measures on the chosen devices, one after the other, each given back before the next.</summary>
    public TResult[] OnEach<TResult>(ParseResult parse, Terminal terminal, Func<BenchmarkDevice, TResult> measure)
    {
        var results = new List<TResult>();
        foreach (BenchmarkDevice device in _device.OpenForBenchmark(parse, terminal))
        {
            using (device)
            {
                results.Add(measure(device));
            }
        }

        return [.. results];
    }

    /// <inheritdoc cref="CommandLineDevice.Open"/>
    public ComputeDevice Open(ParseResult parse, Terminal terminal) => _device.Open(parse, terminal);

    /// <summary>Writes results in the form that was asked for.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="parse">The command line.</param>
    /// <param name="rows">The results, all with the same names.</param>
    /// <param name="text">The results for people.</param>
    /// <param name="explanation">Counted operations and bytes for people.</param>
    public void Write(Terminal terminal, ParseResult parse, IReadOnlyList<BenchRow> rows, Func<string> text, Func<string> explanation)
    {
        if (parse.GetValue(_json) || parse.GetValue(_csv))
        {
            WriteEach(terminal, parse, rows.Select(row => (row, "")), "");
            return;
        }

        terminal.Out.WriteLine(text());
        if (parse.GetValue(_explain))
        {
            terminal.Out.WriteLine(explanation());
        }

        terminal.Out.WriteLine($"qdiff {QDiffCommand.Version}");
    }

    /// <summary>Writes results one by one, as they come, in the form that was asked for.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="parse">The command line.</param>
    /// <param name="results">The results, all with the same names, and each as a line for people.</param>
    /// <param name="head">The lines above those for people.</param>
    public void WriteEach(Terminal terminal, ParseResult parse, IEnumerable<(BenchRow Row, string Line)> results, string head)
    {
        bool json = parse.GetValue(_json), csv = parse.GetValue(_csv), isFirst = true;
        foreach ((BenchRow row, string line) in results)
        {
            row["version"] = QDiffCommand.Version;
            if (isFirst && !json)
            {
                terminal.Out.WriteLine(csv ? string.Join(',', row.Keys) : head);
            }

            terminal.Out.WriteLine(json ? JsonLine.Of(row) : csv ? string.Join(',', row.Values.Select(Field)) : line);
            isFirst = false;
        }
    }

    /// <summary>A value between commas; text with a comma or a quotation mark stands in quotation marks, as RFC 4180 has it.</summary>
    private static string Field(object value)
    {
        string text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return text.AsSpan().ContainsAny(",\"\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
