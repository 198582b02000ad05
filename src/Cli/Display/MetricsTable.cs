using QDiff.Models.Metrics;
using QDiff.Models.Training;
using Spectre.Console;
using static QDiff.Cli.Display.Sentence;

namespace QDiff.Cli.Display;

/// <summary>Prints the scores of a run.</summary>
internal static class MetricsTable
{
    private const string Trained = "trained";

    /// <summary>Prints the scores, the shares of the classes, the other settings, and the controls where there are any.</summary>
    public static void Write(Terminal terminal, RunMetrics metrics)
    {
        IAnsiConsole console = terminal.OutConsole();
        console.Write(Scores(metrics));
        console.Write(Settings(metrics));
        console.Write(Histogram(metrics));
        if (metrics.Circuit.Count > 1)
        {
            console.Write(Controls(metrics));
        }
    }

    private static Table Scores(RunMetrics run)
    {
        GenerationMetrics m = run.Model;
        Table table = Make(Invariant($"{run.Data}, {m.Samples:#,0} images, seed {m.Seed}"), "value", "meaning");
        table.AddRow("FID", Number(m.Fid), "distance to the test images in a classifier's features; lower is better");
        table.AddRow("FID floor", Number(m.FidFloor), "training images against test images");
        if (m.FidReconstruction is { } reconstruction)
        {
            table.AddRow("FID reconstruction", Number(reconstruction), "test images through the autoencoder alone");
            table.AddRow("ratio", Number(m.Fid / reconstruction), "FID over FID reconstruction");
        }

        table.AddRow("FID∞", Number(m.FidInfinity), "FID extrapolated to infinitely many images");
        table.AddRow("confident share", Share(m.ConfidentShare), "images the classifier is sure of (0.9 or more)");
        if (m.ConditionalAccuracy is { } accuracy)
        {
            table.AddRow("right class", Share(accuracy), "images recognised as the class they were asked for");
        }

        table.AddRow("precision, recall", $"{Fraction(m.Precision)}, {Fraction(m.Recall)}", "how real, how varied (nearest neighbours)");
        table.AddRow("density, coverage", $"{Fraction(m.Density)}, {Fraction(m.Coverage)}", "the same, robust to outliers");
        if (run.Circuit.Count == 0)
        {
            table.AddRow("parameters", Invariant($"{run.Parameters:#,0}"), $"of {run.Kind}, without the shared decoder");
        }

        table.AddRow("time", Duration(TimeSpan.FromSeconds(m.Seconds)), $"of which training {Duration(TimeSpan.FromSeconds(run.TrainingSeconds))}");
        return table;
    }

    private static Table Settings(RunMetrics run)
    {
        Table table = Make("drawn with", "FID", "recall", "coverage", "confident");
        GenerationMetrics?[] draws = [run.Model, run.TemperatureOne, run.TenSteps, .. run.Draws];
        foreach (GenerationMetrics m in draws.OfType<GenerationMetrics>())
        {
            table.AddRow(How(m), Number(m.Fid), Fraction(m.Recall), Fraction(m.Coverage), Share(m.ConfidentShare));
        }

        if (run.Gmm10 is { } ten)
        {
            table.AddRow("10 Gaussians on the latents, no diffusion", Number(ten), "", "", "");
        }

        if (run.Gmm100 is { } hundred)
        {
            table.AddRow("100 Gaussians on the latents, no diffusion", Number(hundred), "", "", "");
        }

        return table;
    }

    private static string How(GenerationMetrics m)
    {
        string guided = m.Guidance is { } weight ? Invariant($", guidance {weight}") : "";
        return m.Steps == 0 ? "no diffusion"
            : m.Sampler is { } sampler ? Invariant($"{m.Steps} steps, {sampler}{guided}")
            : Invariant($"{m.Steps} steps, τ = {m.Temperature}{guided}");
    }

    private static Table Histogram(RunMetrics run)
    {
        Table table = Make("class", [.. Enumerable.Range(0, run.Model.ClassHistogram.Count).Select(c => Invariant($"{c}"))]);
        table.AddRow(["share", .. run.Model.ClassHistogram.Select(Share)]);
        return table;
    }

    private static Table Controls(RunMetrics m)
    {
        Table table = Make("circuit", "FID", "recall", "coverage", "confident", "loss", "parameters", "training");
        foreach ((string name, VariantScores s) in m.Circuit.OrderByDescending(variant => variant.Key == Trained))
        {
            table.AddRow(
                name, Number(s.Fid), Fraction(s.Recall), Fraction(s.Coverage), Share(s.ConfidentShare), s.Loss is { } loss ? Invariant($"{loss:0.0000}") : "",
                Invariant($"{s.Parameters:#,0}"), s.TrainingSeconds is { } seconds ? Duration(TimeSpan.FromSeconds(seconds)) : "");
        }

        return table;
    }

    private static Table Make(string first, params string[] others)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(new TableColumn(Markup.Escape(first)).NoWrap());
        foreach (string column in others)
        {
            var made = new TableColumn(Markup.Escape(column));
            table.AddColumn(column == "meaning" ? made : made.NoWrap().RightAligned());
        }

        return table;
    }

    private static string Number(double value) => Invariant($"{value:0.00}");

    private static string Fraction(double value) => Invariant($"{value:0.000}");

    private static string Share(double value) => Invariant($"{100 * value:0.0} %");
}
