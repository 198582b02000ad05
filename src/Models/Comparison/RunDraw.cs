using System.Globalization;
using System.Text.Json.Nodes;
using QDiff.Models.Diffusion;
using QDiff.Models.Generators;
using QDiff.Models.Hybrid;
using QDiff.Models.Reports;
using QDiff.Models.Training;

namespace QDiff.Models.Comparison;

/// <summary>One way to draw images from a run: its own, that of a control, or with another sampler, number of steps or temperature.</summary>
/// <param name="Row">The row of the table that it belongs to.</param>
/// <param name="Variant">The control that draws; null for the model itself.</param>
/// <param name="Settings">How.</param>
/// <param name="Known">Scores that the run has written down; null where it has none or not all.</param>
/// <param name="IsOther">Whether the same networks have a row of their own settings as well.</param>
/// <param name="IsDrawn">Whether the comparison draws too, for what the run has not measured; else the run's own scores are all there is.</param>
internal sealed record RunDraw(string Row, DenoiserVariant? Variant, DrawSettings Settings, JsonObject? Known, bool IsOther, bool IsDrawn)
{
    private static readonly int[] s_steps = [5, 10, 20, 50];
    private static readonly double[] s_temperatures = [1, RunConfig.UsualTemperature];

    /// <summary>The name under which what was measured is kept.</summary>
    public string Key(int samples) => string.Create(
        CultureInfo.InvariantCulture, $"{(Variant is { } variant ? VariantNames.Of(variant) : "own")}, {Settings.Sampler.Name}, {Settings.Steps} steps, temperature {Settings.Temperature}, {samples} images");

    /// <summary>Every way to draw from a finished run; its own comes first.</summary>
    public static IReadOnlyList<RunDraw> Of(RunConfig config, RunRecord record)
    {
        DrawSettings own = DrawSettings.Of(config) with { Seed = SeedSequence.Derive(config.Seed, "evaluation") };
        var draws = new List<RunDraw> { new(NameOf(config), null, own, record.Metrics, false, true) };
        foreach ((DenoiserVariant variant, string row) in ComparisonTable.Variants)
        {
            if (config.Kind == ImageModelKind.Hybrid && record.Metrics!["circuit"]?[VariantNames.Of(variant)] is JsonObject scores)
            {
                draws.Add(new RunDraw(row, variant, own, Whole(scores), false, true));
                if (WithoutTemperature(config, own) is { } plain)
                {
                    draws.Add(new RunDraw($"{row}, τ = {plain.Temperature}", variant, plain, null, true, true));
                }
            }
        }

        // Under noise, and on pixels, a draw costs minutes.
        bool isCheap = IsCheap(config);
        foreach (DrawSettings other in config.Kind.HasDiffusion ? Others(config, own) : [])
        {
            JsonObject? known = Find(record, other);
            if (isCheap || known is not null)
            {
                draws.Add(new RunDraw(NameOf(config.Kind, other, config.Temperature), null, other, known, true, isCheap));
            }
        }

        return draws;
    }

    /// <summary>The other ways that a comparison draws itself, none where that takes too long.</summary>
    public static IEnumerable<DrawSettings> Others(RunConfig config)
    {
        DrawSettings own = DrawSettings.Of(config);
        return config.Kind.HasDiffusion && IsCheap(config)
            ? [.. Others(config, own), .. config.Controls && WithoutTemperature(config, own) is { } plain ? Enumerable.Repeat(plain, ComparisonTable.Variants.Count) : []]
            : [];
    }

    /// <summary>The row of a diffusion model drawn from in another way.</summary>
    /// <param name="kind">The model.</param>
    /// <param name="draw">The way.</param>
    /// <param name="usual">The run's own τ, which is not mentioned.</param>
    public static string NameOf(ImageModelKind kind, DrawSettings draw, double usual) => string.Create(
        CultureInfo.InvariantCulture, $"{kind}: {draw.Sampler.Name}, {draw.Steps} steps{(draw.Temperature == usual ? "" : $", τ = {draw.Temperature}")}");

    /// <summary>What controls are drawn with besides: a temperature makes up for a part of a network's errors, and so hides what a control changes.</summary>
    private static DrawSettings? WithoutTemperature(RunConfig config, DrawSettings own) => IsCheap(config) && own.Sampler.IsRandom && own.Temperature != 1 ? own with { Temperature = 1 } : null;

    private static bool IsCheap(RunConfig config) => config.Kind.HasLatents && config.Noise is null;

    private static string NameOf(RunConfig config) =>
        config.Kind == ImageModelKind.Hybrid ? ComparisonTable.Hybrid
        : config.Kind == ImageModelKind.Gmm ? string.Create(CultureInfo.InvariantCulture, $"{config.Kind}: {config.Components} components")
        : config.Kind.Name;

    private static IEnumerable<DrawSettings> Others(RunConfig config, DrawSettings own)
    {
        foreach (int steps in s_steps.Where(steps => steps <= config.DiffusionSteps))
        {
            foreach (Sampler sampler in Sampler.All.Where(sampler => steps != own.Steps || sampler != own.Sampler))
            {
                yield return own with { Steps = steps, Sampler = sampler };
            }
        }

        // Each at the other's temperature: neither should owe its place to that alone.
        foreach (double temperature in s_temperatures.Where(temperature => temperature != own.Temperature && own.Sampler.IsRandom))
        {
            yield return own with { Temperature = temperature };
            if (own.Steps > s_steps[^1])
            {
                yield return own with { Temperature = temperature, Steps = s_steps[^1] };
            }
        }
    }

    private static JsonObject? Find(RunRecord record, DrawSettings draw)
    {
        JsonNode?[] scored = [record.Metrics!["ten_steps"], record.Metrics["temperature_one"], .. record.Metrics["draws"] as JsonArray ?? []];
        return Whole(scored.OfType<JsonObject>().FirstOrDefault(scores =>
            scores["steps"]!.GetValue<int>() == draw.Steps && (scores["sampler"]?.GetValue<string>() ?? Sampler.Ancestral.Name) == draw.Sampler.Name
            && (!draw.Sampler.IsRandom || scores["temperature"]!.GetValue<double>() == draw.Temperature)));
    }

    /// <summary>The scores, if none of the table's is lacking, as in runs of older programs.</summary>
    private static JsonObject? Whole(JsonObject? scores) => scores is not null && ComparisonTable.Scores.All(scores.ContainsKey) ? scores : null;
}
