using QDiff.Engine.Benchmarks;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Display;

/// <summary>Writes what <see cref="GradientVarianceBenchmark"/> measured: a table in Markdown, lines of JSON, or a picture.</summary>
internal static class GradientVarianceReport
{
    /// <summary>The table's first two lines.</summary>
    public const string Head =
        "| circuit | shots | independent | antithetic | sorted | antithetic/independent | sorted/independent |\n|---|---|---|---|---|---|---|";

    /// <summary>One line of the table.</summary>
    public static string Row(GradientVarianceResult r) => Invariant(
        $"| {r.Circuit} | {r.Shots:#,0} | {r.Independent:0.00e0} | {r.Antithetic:0.00e0} | {r.Sorted:0.00e0} | {r.Antithetic / r.Independent:0.00} | {r.Sorted / r.Independent:0.00} |");

    /// <summary>One line of JSON.</summary>
    public static string Json(GradientVarianceResult r) => JsonLine.Of(new Dictionary<string, object>
    {
        ["circuit"] = r.Circuit, ["parameters"] = r.Parameters, ["shots"] = r.Shots, ["repetitions"] = r.Repetitions,
        ["variance_independent"] = r.Independent, ["variance_antithetic"] = r.Antithetic, ["variance_sorted"] = r.Sorted,
        ["version"] = QDiffCommand.Version,
    });

    /// <summary>The picture, as SVG.</summary>
    public static string Picture(IReadOnlyList<GradientVarianceResult> results)
    {
        var plot = new LogPlot("Variance of parameter-shift gradients under shots", "shots per run");
        return plot.Draw(
        [
            .. results.GroupBy(r => r.Circuit).Select(group => new LogPlot.Panel(group.Key, "variance, mean over parameters",
            [
                Line("independent shots", group, r => r.Independent),
                Line("antithetic, order of basis states", group, r => r.Antithetic),
                Line("antithetic, sorted by loss", group, r => r.Sorted),
            ])),
        ]);
    }

    private static LogPlot.Line Line(string label, IEnumerable<GradientVarianceResult> results, Func<GradientVarianceResult, double> variance) =>
        new(label, [.. results.Select(r => ((double)r.Shots, variance(r)))]);
}
