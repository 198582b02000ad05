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
    public const string TenSteps = "hybrid: ten steps";

    /// <summary>Name of the row of the classical latent diffusion model.</summary>
    public const string Ddpm = "ddpm";

    private static readonly (DenoiserVariant Variant, string Row)[] s_variants =
    [
        (DenoiserVariant.Frozen, Frozen), (DenoiserVariant.Removed, Removed), (DenoiserVariant.NoEntangler, NoEntangler), (DenoiserVariant.Mlp, Network),
    ];

    private static readonly string[] s_scores =
        ["fid", "fid_infinity", "precision", "recall", "density", "coverage", "conditional_accuracy", "nearest_training", "steps"];

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
    internal static ComparisonTable Of(IReadOnlyList<ComparedRun> runs)
    {
        var table = new ComparisonTable([]);
        ComparedRun[] latent = [.. runs.Where(run => run.Config.Kind.HasLatents)];
        table.Add("real training images (floor)", runs, run => [("fid", run.Record.Number("fid_floor")), ("nearest_training", run.Record.Number("nearest_training_held_out"))]);
        table.Add("reconstruction", latent, run => [("fid", run.Record.Number("fid_reconstruction"))]);
        ComparedRun[] hybrids = [.. runs.Where(run => run.Config.Kind == ImageModelKind.Hybrid)];
        table.Add(Hybrid, hybrids, run => [.. Own(run), .. CircuitOf(run.Config, run.Config.Entangler, run.Config.SamplingSteps)]);
        table.Add(TenSteps, hybrids, run => [.. Scores(run, "ten_steps"), .. CircuitOf(run.Config, run.Config.Entangler, (int)(run.Record.Number("ten_steps", "steps") ?? 0))]);
        foreach ((DenoiserVariant variant, string row) in s_variants)
        {
            string key = VariantNames.Of(variant);
            table.Add(row, hybrids, run =>
            [
                .. new[] { "fid", "recall", "coverage", "parameters", "training_seconds" }.Select(column => (column, run.Record.Number("circuit", key, column))),
                .. run.Record.Number("circuit", key, "fid") is null || variant is DenoiserVariant.Removed or DenoiserVariant.Mlp ? []
                    : CircuitOf(run.Config, variant == DenoiserVariant.NoEntangler ? Entangler.None : run.Config.Entangler, run.Config.SamplingSteps),
            ]);
        }

        table.Add("10 Gaussians on the latents", latent, run => [("fid", run.Record.Number("gmm10"))]);
        table.Add("100 Gaussians on the latents", latent, run => [("fid", run.Record.Number("gmm100"))]);
        foreach (IGrouping<ImageModelKind, ComparedRun> kind in runs.Where(run => run.Config.Kind != ImageModelKind.Hybrid).GroupBy(run => run.Config.Kind))
        {
            table.Add(kind.Key.Name, [.. kind], Own);
            int draws = kind.Min(run => (run.Record.Metrics!["draws"] as JsonArray)?.Count ?? 0);
            for (int i = 0; i < draws; i++)
            {
                JsonObject Draw(ComparedRun run) => run.Record.Metrics!["draws"]![i]!.AsObject();
                JsonObject first = Draw(kind.First());
                table.Add(
                    $"{kind.Key}: {first["sampler"]?.ToString() ?? "ancestral"}, {first["steps"]} steps", [.. kind],
                    run => [.. s_scores.Select(column => (column, Draw(run)[column] is JsonValue value && value.TryGetValue(out double number) ? number : (double?)null))]);
            }
        }

        return table;
    }

    private static IEnumerable<(string Column, double? Value)> Own(ComparedRun run) =>
    [
        .. Scores(run), ("classifier_accuracy", run.ClassifierAccuracy), ("parameters", run.Record.Number("parameters") ?? run.Record.Number("circuit", VariantNames.Of(DenoiserVariant.Trained), "parameters")),
        ("training_seconds", run.Record.Number("training_seconds")), ("seconds_per_thousand", run.SecondsPerThousand),
    ];

    private static IEnumerable<(string Column, double? Value)> Scores(ComparedRun run, params string[] place) => s_scores
        .Where(column => column != "steps" || run.Config.Kind.HasDiffusion).Select(column => (column, run.Record.Number([.. place, column])));

    private static IEnumerable<(string Column, double? Value)> CircuitOf(RunConfig config, Entangler entangler, int steps) =>
    [
        ("qubits", config.Qubits), ("depth", CircuitFigure.Depth(new ReuploadingAnsatz(config.Qubits, config.Layers, entangler).Circuit)),
        ("executions", steps * Math.Max(1, config.Trajectories)),
    ];

    private void Add(string name, IReadOnlyList<ComparedRun> runs, Func<ComparedRun, IEnumerable<(string Column, double? Value)>> values)
    {
        var columns = new Dictionary<string, IReadOnlyDictionary<ulong, double>>();
        var found = runs.SelectMany(run => values(run).Where(value => value.Value is { } number && double.IsFinite(number)).Select(value => (value.Column, run.Config.Seed, Value: value.Value!.Value)));
        foreach (var column in found.GroupBy(value => value.Column))
        {
            columns[column.Key] = column.DistinctBy(value => value.Seed).ToDictionary(value => value.Seed, value => value.Value);
        }

        if (columns.ContainsKey("fid"))
        {
            _rows.Add(new ComparisonRow(name, columns));
        }
    }

    /// <summary>The cell of a row and a column.</summary>
    internal static string Cell(ComparisonRow row, (string Key, string Heading, string Format) column) =>
        row.Of(column.Key) is not { } spread ? ""
        : column.Format == "0" || column.Key == "parameters" ? spread.Mean.ToString(column.Format, CultureInfo.InvariantCulture) : spread.Text(column.Format);
}
