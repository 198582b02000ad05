using System.CommandLine;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Engine.Benchmarks;
using QDiff.Models.Persistence;

namespace QDiff.Cli.Commands.Benchmarks;

/// <summary><c>qdiff bench gradient-variance</c>: how much parameter-shift gradients under shots vary.</summary>
internal sealed class GradientVarianceBench
{
    private readonly BenchOptions _shared = new();
    private readonly Option<double?> _share = CommandOptions.Number(
        "--share", "Share of the gradients of the full report, for a faster and less exact one", 0.001, 1, "1");

    private readonly Option<string?> _picture = CommandOptions.Picture("--picture");
    private readonly Terminal _terminal;

    private GradientVarianceBench(Terminal terminal) => _terminal = terminal;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var bench = new GradientVarianceBench(terminal);
        var command = new Command(
            "gradient-variance", "How much shift gradients under shots vary, with independent and with shared random numbers.");
        foreach (Option option in (Option[])[bench._share, bench._picture, .. bench._shared.WithoutPlan])
        {
            command.Add(option);
        }

        command.SetAction(bench.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        string? picture = parse.GetValue(_picture);
        if (picture is not null)
        {
            AtomicFile.RequireWritable(picture);
        }

        var results = new List<GradientVarianceResult>();
        _shared.WriteEach(_terminal, parse, Measure(), GradientVarianceReport.Head);
        if (picture is not null)
        {
            AtomicFile.WriteText(picture, GradientVarianceReport.Picture(results));
        }

        return ExitCode.Done;

        IEnumerable<(BenchRow, string)> Measure()
        {
            foreach (GradientVarianceResult result in GradientVarianceBenchmark.Run(_shared.Threads(parse), parse.GetValue(_share) ?? 1))
            {
                results.Add(result);
                yield return (GradientVarianceReport.Row(result), GradientVarianceReport.Line(result));
            }
        }
    }
}
