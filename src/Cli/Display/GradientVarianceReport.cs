using QDiff.Cli.Commands.Benchmarks;
using QDiff.Engine.Benchmarks;
using QDiff.Models.Images;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Display;

/// <summary>Writes what <see cref="GradientVarianceBenchmark"/> measured: rows for programs, a table in Markdown, or a picture.</summary>
internal static class GradientVarianceReport
{
    /// <summary>The table's first two lines.</summary>
    public const string Head =
        "| circuit | shots | independent | antithetic | sorted | antithetic/independent | sorted/independent |\n|---|---|---|---|---|---|---|";

    /// <summary>One line of the table.</summary>
    public static string Line(GradientVarianceResult r) => Invariant(
        $"| {r.Circuit} | {r.Shots:#,0} | {r.Independent:0.00e0} | {r.Antithetic:0.00e0} | {r.Sorted:0.00e0} | {r.Antithetic / r.Independent:0.00} | {r.Sorted / r.Independent:0.00} |");

    /// <summary>One result under the names that --json and --csv write.</summary>
    public static BenchRow Row(GradientVarianceResult r) => new()
    {
        ["circuit"] = r.Circuit,
        ["parameters"] = r.Parameters,
        ["shots"] = r.Shots,
        ["repetitions"] = r.Repetitions,
        ["variance_independent"] = r.Independent,
        ["variance_antithetic"] = r.Antithetic,
        ["variance_sorted"] = r.Sorted,
    };

    /// <summary>The picture, as SVG.</summary>
    public static string Picture(IReadOnlyList<GradientVarianceResult> results)
    {
        var plot = new LinePlot("Variance of parameter-shift gradients under shots", "shots per run");
        return plot.Draw(
        [
            .. results.GroupBy(r => r.Circuit).Select(group => new LinePlot.Panel(group.Key, "variance, mean over parameters",
            [
                Curve("independent shots", group, r => r.Independent),
                Curve("antithetic, order of basis states", group, r => r.Antithetic),
                Curve("antithetic, sorted by loss", group, r => r.Sorted),
            ])),
        ]).Standalone();
    }

    private static LinePlot.Line Curve(string label, IEnumerable<GradientVarianceResult> results, Func<GradientVarianceResult, double> variance) =>
        new(label, [.. results.Select(r => ((double)r.Shots, variance(r)))]);
}
