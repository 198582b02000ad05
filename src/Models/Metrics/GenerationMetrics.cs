using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace QDiff.Models.Metrics;

/// <summary>
/// What is known about one set of generated pictures; in <c>metrics.json</c> under the same names in lower case with underscores.
/// <see cref="SampleScorer"/> fills in what it measures, the caller adds how the pictures came about.
/// </summary>
public sealed record GenerationMetrics
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Fréchet distance to the test set in the features of the <see cref="FeatureNet"/>.</summary>
    public required double Fid { get; init; }

    /// <summary>The same for 10,000 real training pictures.</summary>
    public required double FidFloor { get; init; }

    /// <summary>The same for the test set passed through encoder and decoder; null where there is no autoencoder.</summary>
    public double? FidReconstruction { get; init; }

    /// <summary><see cref="Fid"/> extrapolated to infinitely many samples (<see cref="FidExtrapolation"/>).</summary>
    public required double FidInfinity { get; init; }

    /// <summary>Share of pictures to which the classifier gives a probability of at least 0.9 for one class. Noise scores high too: read it with FID.</summary>
    public required double ConfidentShare { get; init; }

    /// <summary>Share of pictures that the classifier puts into each of the ten classes.</summary>
    public required IReadOnlyList<double> ClassHistogram { get; init; }

    /// <summary>Share of pictures that the classifier puts into the class they were asked for; null where none was.</summary>
    public double? ConditionalAccuracy { get; init; }

    /// <inheritdoc cref="ManifoldScores.Precision"/>
    public required double Precision { get; init; }

    /// <inheritdoc cref="ManifoldScores.Recall"/>
    public required double Recall { get; init; }

    /// <inheritdoc cref="ManifoldScores.Density"/>
    public required double Density { get; init; }

    /// <inheritdoc cref="ManifoldScores.Coverage"/>
    public required double Coverage { get; init; }

    /// <summary>Median distance in pixels' units from 1,000 generated pictures to the nearest training picture.</summary>
    public required double NearestTraining { get; init; }

    /// <summary>The same for 1,000 test pictures: a generator that copies comes out well below.</summary>
    public required double NearestTrainingHeldOut { get; init; }

    /// <summary>The number of pictures.</summary>
    public required long Samples { get; init; }

    /// <summary>The seed of the run.</summary>
    public ulong Seed { get; init; }

    /// <summary>Wall-clock seconds of the run, training and sampling.</summary>
    public double Seconds { get; init; }

    /// <summary>The inverse temperature τ of sampling.</summary>
    public double Temperature { get; init; }

    /// <summary>The number of reverse steps.</summary>
    public int Steps { get; init; }

    /// <summary>How the diffusion was run backwards; null, and then left out, for ancestral sampling or no diffusion.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Sampler { get; init; }

    /// <summary>w of classifier-free guidance; null, and then left out, for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Guidance { get; init; }

    /// <summary>The object of metrics.json, to which a caller may add; numbers that are not finite become text.</summary>
    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, Options)!.AsObject();

    /// <summary>Reads what <see cref="ToJson"/> wrote; further keys are passed over.</summary>
    /// <exception cref="JsonException">A key is missing or of another kind.</exception>
    public static GenerationMetrics FromJson(JsonObject json) => json.Deserialize<GenerationMetrics>(Options) ?? throw new JsonException("The object is null.");
}
