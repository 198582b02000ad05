using System.CommandLine;
using System.Globalization;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Models;
using QDiff.Models.Comparison;
using QDiff.Models.Generators;
using QDiff.Models.Reports;
using QDiff.Models.Training;
using Spectre.Console;

namespace QDiff.Cli.Commands;

/// <summary><c>qdiff compare</c>: trains or loads models of images at one budget over several seeds and sets them side by side.</summary>
internal sealed class CompareCommand
{
    private const int MostSeeds = 100;
    private const int UsualSeeds = 3;

    private readonly Option<string?> _preset = CommandOptions.Word("--preset", "The budget of every run. Default: standard.", [.. RunConfig.Presets]);
    private readonly Option<int?> _seeds = CommandOptions.Whole("--seeds", "How many seeds are trained, from 1 on", 1, MostSeeds, UsualSeeds.ToString(CultureInfo.InvariantCulture));
    private readonly Option<ImageModelKind[]?> _models = new("--models")
    {
        Arity = ArgumentArity.ExactlyOne,
        HelpName = "A,B,…",
        Description = $"Models to train: {string.Join(", ", ImageModelKind.All)}; the hybrid brings its controls. Default: all.",
        CustomParser = result =>
        {
            string[] names = result.Tokens[0].Value.Split(',');
            if (names.FirstOrDefault(name => ImageModelKind.Find(name) is null) is { } unknown)
            {
                result.AddError($"'--models' needs names with commas between them out of {string.Join(", ", ImageModelKind.All)}; got '{unknown}'.");
                return null;
            }

            return [.. ImageModelKind.All.Where(kind => names.Contains(kind.Name))];
        },
    };

    private readonly Option<string[]> _from = new("--from")
    {
        HelpName = "RUN…",
        AllowMultipleArgumentsPerToken = true,
        Description = "Compare these finished runs instead of training any.",
    };

    private readonly Option<string?> _out = CommandOptions.Path(
        "--out", "DIR", "Gets the runs, compare.json, compare.md and report.html; what is finished in it is used again. Default: runs/compare.");

    private readonly DataSelection _data = new();
    private readonly CommandLineDevice _device = new();
    private readonly Terminal _terminal;
    private readonly CancellationToken _cancellation;

    private CompareCommand(Terminal terminal, CancellationToken cancellation) => (_terminal, _cancellation) = (terminal, cancellation);

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var compare = new CompareCommand(terminal, cancellation);
        var command = new Command(
            "compare", "Trains or loads models of images at one budget over several seeds and writes one table of them. Ctrl-C stops it after a checkpoint; the same command goes on.");
        foreach (Option option in (Option[])[compare._preset, compare._seeds, compare._models, compare._from, compare._out, .. compare._data.All, .. compare._device.All])
        {
            command.Add(option);
        }

        command.SetAction(compare.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        string[] runs = parse.GetValue(_from) ?? [];
        foreach (Option trained in (Option[])[_preset, _seeds, _models])
        {
            if (runs.Length > 0 && parse.GetResult(trained) is { Implicit: false })
            {
                throw new CommandLineException($"'{trained.Name}' is about runs to train and '{_from.Name}' names runs that are there; give one of them.");
            }
        }

        TerminalObserver observer = TerminalObserver.For(_terminal);
        string folder = parse.GetValue(_out) ?? Path.Combine("runs", "compare");
        var options = new ComparisonOptions(
            parse.GetValue(_preset) ?? new RunConfig().Preset, parse.GetValue(_seeds) ?? UsualSeeds, parse.GetValue(_models) is { Length: > 0 } models ? models : ImageModelKind.All, runs, _data.Of(parse));
        ComputeDevice device = _device.Open(parse, _terminal);
        using var backend = device.Backend;
        ComparisonResult result;
        try
        {
            result = observer.Watch(() => ModelComparison.Run(options, folder, device, observer, _cancellation), _cancellation);
            Print(result.Table, result.Marks);
        }
        catch (OperationCanceledException)
        {
            _terminal.Error.WriteLine($"qdiff: Interrupted; what was trained is kept in '{folder}'. Go on with the same command.");
            return ExitCode.Interrupted;
        }

        _terminal.Out.WriteLine($"table:  {Path.Combine(folder, "compare.md")}");
        _terminal.Out.WriteLine($"report: {Path.Combine(folder, RunReport.FileName)}");
        if (result.Missing.Count > 0)
        {
            _terminal.Error.WriteLine($"qdiff: {result.Missing.Count} of the comparison's parts failed and are missing from the table ({result.Missing[0].TrimEnd('.')}); the same command tries them again.");
            return ExitCode.Failed;
        }

        return ExitCode.Done;
    }

    private void Print(ComparisonTable table, IReadOnlyList<ComparisonMark> marks)
    {
        var models = new Table { Border = TableBorder.Simple };
        models.AddColumns([.. new[] { "model", "FID", "recall", "parameters" }.Select(name => new TableColumn(name).NoWrap())]);
        foreach (ComparisonRow row in table.Rows.Where(row => !row.IsOtherDraw))
        {
            models.AddRow(
                Markup.Escape(row.Name), row.Of("fid")!.Text("0.00"), row.Of("recall")?.Text("0.000") ?? "", row.Of("parameters")?.Mean.ToString("#,0", CultureInfo.InvariantCulture) ?? "");
        }

        _terminal.OutConsole().Write(models);
        foreach (ComparisonMark mark in marks)
        {
            _terminal.Out.WriteLine($"{mark.Verdict}: {mark.Claim} ({mark.Figures})");
        }
    }
}
