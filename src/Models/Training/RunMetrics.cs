using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using QDiff.Models.Generators;
using QDiff.Models.Metrics;

namespace QDiff.Models.Training;

/// <summary>How one denoiser scored, the model itself or a control, beside the others.</summary>
public sealed record VariantScores
{
    /// <summary>FID at the run's own steps and temperature.</summary>
    public required double Fid { get; init; }

    /// <inheritdoc cref="GenerationMetrics.FidInfinity"/>
    public required double FidInfinity { get; init; }

    /// <inheritdoc cref="GenerationMetrics.Precision"/>
    public required double Precision { get; init; }

    /// <inheritdoc cref="GenerationMetrics.Recall"/>
    public required double Recall { get; init; }

    /// <inheritdoc cref="GenerationMetrics.Density"/>
    public required double Density { get; init; }

    /// <inheritdoc cref="GenerationMetrics.Coverage"/>
    public required double Coverage { get; init; }

    /// <inheritdoc cref="GenerationMetrics.ConditionalAccuracy"/>
    public required double? ConditionalAccuracy { get; init; }

    /// <inheritdoc cref="GenerationMetrics.NearestTraining"/>
    public required double NearestTraining { get; init; }

    /// <inheritdoc cref="GenerationMetrics.ConfidentShare"/>
    public required double ConfidentShare { get; init; }

    /// <summary>Loss of the last training steps, averaged; null where a run is only evaluated.</summary>
    public double? Loss { get; init; }

    /// <summary>Parameters of the denoiser.</summary>
    public required long Parameters { get; init; }

    /// <summary>Seconds that its training took; null where a run is only evaluated.</summary>
    public double? TrainingSeconds { get; init; }
}

/// <summary>The scores of a run: what <c>metrics.json</c> holds, the model's own at the top level.</summary>
public sealed record RunMetrics
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Name of the data set.</summary>
    public required string Data { get; init; }

    /// <summary>The model at the run's own steps and temperature.</summary>
    public required GenerationMetrics Model { get; init; }

    /// <summary>Which kind of model it is.</summary>
    public required ImageModelKind Kind { get; init; }

    /// <inheritdoc cref="IImageModel.ParameterCount"/>
    public required long Parameters { get; init; }

    /// <summary>The hybrid at τ = 1; null for other models, and where nothing is drawn on the way.</summary>
    public GenerationMetrics? TemperatureOne { get; init; }

    /// <summary>The hybrid in ten steps (or in all, if it has fewer) at the run's own τ; null for other models.</summary>
    public GenerationMetrics? TenSteps { get; init; }

    /// <summary>Other diffusion models drawn with every sampler in few steps; empty where a run is only evaluated.</summary>
    public IReadOnlyList<GenerationMetrics> Draws { get; init; } = [];

    /// <summary>FID of a mixture of ten Gaussians on the same latents, through the same decoder; null where there are no latents.</summary>
    public double? Gmm10 { get; init; }

    /// <summary>FID of a mixture of a hundred Gaussians; null without controls.</summary>
    public double? Gmm100 { get; init; }

    /// <summary>Seconds of <see cref="GenerationMetrics.Seconds"/> for training the autoencoder and the denoiser.</summary>
    public required double TrainingSeconds { get; init; }

    /// <summary>The trained circuit and, with controls, what stands beside it, by name.</summary>
    public required IReadOnlyDictionary<string, VariantScores> Circuit { get; init; }

    /// <summary>This record as the text of a <c>metrics.json</c>.</summary>
    public string ToJson()
    {
        JsonObject json = Model.ToJson();
        json["training_seconds"] = TrainingSeconds;
        json["data"] = Data;
        json["model"] = Kind.Name;
        json["parameters"] = Parameters;
        json["temperature_one"] = TemperatureOne?.ToJson();
        json["ten_steps"] = TenSteps?.ToJson();
        json["draws"] = new JsonArray([.. Draws.Select(draw => draw.ToJson())]);
        json["gmm10"] = Gmm10;
        json["gmm100"] = Gmm100;
        json["circuit"] = JsonSerializer.SerializeToNode(Circuit, s_json);
        return json.ToJsonString(s_json);
    }
}
