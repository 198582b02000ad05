using System.CommandLine;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Engine.Benchmarks;
using QDiff.Models.Persistence;

namespace QDiff.Cli.Commands.Benchmarks;

/// <summary><c>qdiff bench gradient-variance</c>: how much parameter-shift gradients under shots vary.</summary>
internal sealed class GradientVarianceBench
{
    private readonly CommandLineDevice _device = new();
    private readonly Option<double?> _share = CommandOptions.Number(
        "--share", "Share of the gradients of the full report, for a faster and less exact one", 0.001, 1, "1");

    private readonly Option<string?> _picture = CommandOptions.Picture("--picture");
    private readonly Option<bool> _json = CommandOptions.Switch("--json", "Print one line of JSON for each result.");
    private readonly Terminal _terminal;

    private GradientVarianceBench(Terminal terminal) => _terminal = terminal;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var bench = new GradientVarianceBench(terminal);
        var command = new Command(
            "gradient-variance", "How much shift gradients under shots vary, with independent and with shared random numbers.");
        foreach (Option option in (Option[])[bench._share, bench._picture, .. bench._device.All, bench._json])
        {
            command.Add(option);
        }

        command.SetAction(bench.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        bool json = parse.GetValue(_json);
        var results = new List<GradientVarianceResult>();
        if (!json)
        {
            _terminal.Out.WriteLine(GradientVarianceReport.Head);
        }

        foreach (GradientVarianceResult result in GradientVarianceBenchmark.Run(parse.GetValue(_device.Threads), parse.GetValue(_share) ?? 1))
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
}
