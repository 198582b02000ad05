using System.CommandLine;
using System.Globalization;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Models;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Commands.Benchmarks;

/// <summary>What every <c>qdiff bench</c> verb understands: where to compute, and how the result is written.</summary>
internal sealed class BenchOptions
{
    private readonly CommandLineDevice _device = new();
    private readonly Option<bool> _json = CommandOptions.Switch("--json", "Print one line of JSON for each result.");
    private readonly Option<bool> _csv = CommandOptions.Switch("--csv", "Print comma-separated values with a line of names.");
    private readonly Option<bool> _explain = CommandOptions.Switch("--explain", "Print the operations and bytes that the plan counts, and the floor that they set, below the result.");

    /// <summary>The options, of which --csv excludes --json.</summary>
    public BenchOptions() => _csv.Validators.Add(result =>
    {
        if (result.GetValue(_csv) && result.GetValue(_json))
        {
            result.AddError("'--json' and '--csv' ask for different forms; give one of them.");
        }
    });

    /// <summary>--device, --threads, --json, --csv and --explain.</summary>
    public IEnumerable<Option> All => [.. _device.All, _json, _csv, _explain];

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

    /// <summary>The threads that were asked for; null for one on each processor.</summary>
    public int? Threads(ParseResult parse) => parse.GetValue(_device.Threads);

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
        foreach (BenchRow row in rows)
        {
            row["version"] = QDiffCommand.Version;
        }

        if (parse.GetValue(_json))
        {
            foreach (BenchRow row in rows)
            {
                terminal.Out.WriteLine(JsonLine.Of(row));
            }
        }
        else if (parse.GetValue(_csv))
        {
            terminal.Out.WriteLine(string.Join(',', rows[0].Keys));
            foreach (BenchRow row in rows)
            {
                terminal.Out.WriteLine(string.Join(',', row.Values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture))));
            }
        }
        else
        {
            terminal.Out.WriteLine(text());
            if (parse.GetValue(_explain))
            {
                terminal.Out.WriteLine(explanation());
            }

            terminal.Out.WriteLine($"qdiff {QDiffCommand.Version}");
        }
    }
}
