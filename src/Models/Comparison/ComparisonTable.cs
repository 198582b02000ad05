using System.Globalization;
using System.Text.Json.Nodes;
using QDiff.Models.Generators;
using QDiff.Models.Hybrid;
using QDiff.Models.Images;
using QDiff.Models.Quantum;
using QDiff.Models.Training;

namespace QDiff.Models.Comparison;

/// <summary>All models of a comparison, one row each, with their numbers over the seeds.</summary>
public sealed class ComparisonTable
{
    /// <summary>Name of the row of the hybrid model.</summary>
    public const string Hybrid = "hybrid: circuit trained";

    /// <summary>Name of the row with the frozen circuit.</summary>
    public const string Frozen = "hybrid: circuit frozen";

    /// <summary>Name of the row without circuit.</summary>
    public const string Removed = "hybrid: circuit removed";

    /// <summary>Name of the row without CNOTs.</summary>
    public const string NoEntangler = "hybrid: no CNOTs";

    /// <summary>Name of the row with a classical network in the circuit's place.</summary>
    public const string Network = "hybrid: network of the same size instead";

    /// <summary>Name of the row of the hybrid model in ten steps.</summary>
    public const string TenSteps = "hybrid: ancestral, 10 steps";

    /// <summary>Name of the row of the classical latent diffusion model.</summary>
    public const string Ddpm = "ddpm";

    /// <summary>The hybrid's controls and their rows.</summary>
    internal static IReadOnlyList<(DenoiserVariant Variant, string Row)> Variants { get; } =
    [
        (DenoiserVariant.Frozen, Frozen), (DenoiserVariant.Removed, Removed), (DenoiserVariant.NoEntangler, NoEntangler), (DenoiserVariant.Mlp, Network),
    ];

    /// <summary>What is scored of every set of images.</summary>
    internal static IReadOnlyList<string> Scores { get; } =
        ["fid", "fid_infinity", "precision", "recall", "density", "coverage", "conditional_accuracy", "nearest_training"];

    private readonly List<ComparisonRow> _rows;

    internal ComparisonTable(IEnumerable<ComparisonRow> rows) => _rows = [.. rows];

    /// <summary>The columns: key, heading, format.</summary>
    public static IReadOnlyList<(string Key, string Heading, string Format)> Columns { get; } =
    [
        ("fid", "FID", "0.00"), ("fid_infinity", "FID∞", "0.00"), ("precision", "precision", "0.000"), ("recall", "recall", "0.000"), ("density", "density", "0.000"),
        ("coverage", "coverage", "0.000"), ("conditional_accuracy", "right class", "0.0 %"), ("classifier_accuracy", "classifier accuracy", "0.0 %"),
        ("nearest_training", "nearest training image", "0.00"), ("parameters", "parameters", "#,0"), ("qubits", "qubits", "0"), ("depth", "circuit depth", "0"),
        ("steps", "steps", "0"), ("executions", "circuit runs per image", "#,0"), ("training_seconds", "training, s", "#,0"), ("seconds_per_thousand", "s per 1,000 images", "0.0"),
    ];

    /// <summary>The rows.</summary>
    public IReadOnlyList<ComparisonRow> Rows => _rows;

    /// <summary>The row of that name, or null.</summary>
    public ComparisonRow? Find(string name) => _rows.Find(row => row.Name == name);

    /// <summary>Makes the table of some runs.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="real">For every seed, the accuracy of a classifier that saw real images.</param>
    internal static ComparisonTable Of(IReadOnlyList<ComparedRun> runs, IReadOnlyDictionary<ulong, double> real)
    {
        var table = new ComparisonTable([]);
        ComparedRun[] latent = [.. runs.Where(run => run.Config.Kind.HasLatents)];
        table.Add("real training images (floor)", runs, run =>
            [("fid", run.Record.Number("fid_floor")), ("classifier_accuracy", real[run.Config.Seed]), ("nearest_training", run.Record.Number("nearest_training_held_out"))]);
        table.Add("reconstruction", latent, run => [("fid", run.Record.Number("fid_reconstruction"))]);
        var rows = runs.Select(run => (Run: run, Distinction: Distinction(run, runs)))
            .SelectMany(run => run.Run.Draws.Select(draw => (run.Run, draw.Draw, draw.Scores, Row: draw.Draw.Row + run.Distinction))).GroupBy(draw => draw.Row).ToList();
        foreach (var row in rows.Where(row => !row.First().Draw.IsOther))
        {
            table.Add(row.Key, [.. row], draw => Values(draw.Run, draw.Draw, draw.Scores), draw => draw.Run.Config.Seed);
        }

        foreach (int components in (int[])[10, 100])
        {
            if (!runs.Any(run => run.Config.Kind == ImageModelKind.Gmm && run.Config.Components == components))
            {
                table.Add($"{components} Gaussians on the latents", latent, run => [("fid", run.Record.Number($"gmm{components}"))]);
            }
        }

        foreach (var row in rows.Where(row => row.First().Draw.IsOther))
        {
            table.Add(row.Key, [.. row], draw => Values(draw.Run, draw.Draw, draw.Scores), draw => draw.Run.Config.Seed, true);
        }

        return table;
    }

    /// <summary>Tells runs of one model with different settings apart, by the folder of the first of them.</summary>
    private static string Distinction(ComparedRun run, IReadOnlyList<ComparedRun> all)
    {
        ComparedRun[] alike = [.. all.Where(other => other.Row == run.Row)];
        return alike.Select(Settings).Distinct().Count() == 1 ? "" : $" ({Path.GetFileName(Path.TrimEndingDirectorySeparator(alike.First(other => Settings(other) == Settings(run)).Folder))})";

        static string Settings(ComparedRun run) => (run.Config with { Seed = 0, Commit = "", Device = "", Controls = false, FidPoints = null }).ToJson();
    }

    private static IEnumerable<(string Column, double? Value)> Values(ComparedRun run, RunDraw draw, JsonObject scores)
    {
        double? Of(string column) => scores[column] is JsonValue value && value.TryGetValue(out double number) ? number : null;
        string variant = VariantNames.Of(draw.Variant ?? DenoiserVariant.Trained);
        double? seconds = run.Record.Number("training_seconds");
        foreach (string column in (string[])[.. Scores, "classifier_accuracy", "seconds_per_thousand"])
        {
            yield return (column, Of(column));
        }

        yield return ("parameters", draw.Variant is null && run.Record.Number("parameters") is { } own ? own : run.Record.Number("circuit", variant, "parameters"));
        // A control has a denoiser of its own and the run's autoencoder.
        yield return ("training_seconds", draw.Variant is null ? seconds : seconds - run.Record.Number("circuit", "trained", "training_seconds") + run.Record.Number("circuit", variant, "training_seconds"));
        if (run.Config.Kind.HasDiffusion)
        {
            yield return ("steps", draw.Settings.Steps);
        }

        if (run.Config.Kind == ImageModelKind.Hybrid && draw.Variant is not (DenoiserVariant.Removed or DenoiserVariant.Mlp))
        {
            Entangler entangler = draw.Variant == DenoiserVariant.NoEntangler ? Entangler.None : run.Config.Entangler;
            yield return ("qubits", run.Config.Qubits);
            yield return ("depth", CircuitFigure.Depth(new ReuploadingAnsatz(run.Config.Qubits, run.Config.Layers, entangler).Circuit));
            yield return ("executions", draw.Settings.Steps * Math.Max(1, run.Config.Trajectories));
        }
    }

    private void Add(string name, IReadOnlyList<ComparedRun> runs, Func<ComparedRun, IEnumerable<(string Column, double? Value)>> values) => Add(name, runs, values, run => run.Config.Seed);

    private void Add<T>(string name, IReadOnlyList<T> items, Func<T, IEnumerable<(string Column, double? Value)>> values, Func<T, ulong> seed, bool isOtherDraw = false)
    {
        var columns = new Dictionary<string, IReadOnlyDictionary<ulong, double>>();
        var found = items.SelectMany(item => values(item).Where(value => value.Value is { } number && double.IsFinite(number)).Select(value => (value.Column, Seed: seed(item), Value: value.Value!.Value)));
        foreach (var column in found.GroupBy(value => value.Column))
        {
            columns[column.Key] = column.DistinctBy(value => value.Seed).ToDictionary(value => value.Seed, value => value.Value);
        }

        if (columns.ContainsKey("fid"))
        {
            _rows.Add(new ComparisonRow(name, columns) { IsOtherDraw = isOtherDraw });
        }
    }

    /// <summary>The cell of a row and a column.</summary>
    internal static string Cell(ComparisonRow row, (string Key, string Heading, string Format) column) =>
        row.Of(column.Key) is not { } spread ? "-"
        : column.Format == "0" || column.Key == "parameters" ? spread.Mean.ToString(column.Format, CultureInfo.InvariantCulture) : spread.Text(column.Format);
}
