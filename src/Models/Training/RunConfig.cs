using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using QDiff.Models.Diffusion;
using QDiff.Models.Generators;
using QDiff.Models.Hybrid;
using QDiff.Models.Pairings;
using QDiff.Models.Quantum;

namespace QDiff.Models.Training;

/// <summary>Everything needed to repeat a run: what <c>config.json</c> holds.</summary>
public sealed record RunConfig
{
    /// <summary>Trajectories under noise where nothing else is said.</summary>
    public const int UsualTrajectories = 4;

    /// <summary>Places of the denoiser's training at which FID is measured where nothing else is said.</summary>
    public const int UsualFidPoints = 5;

    /// <summary>τ of the hybrid model where nothing is said: best against training images (docs/experiments.md).</summary>
    internal const double UsualTemperature = 1.6;

    private const int UsualComponents = 100;
    private const int UsualReuploadRadius = 2;
    private const int CalibrationShots = 10_000;
    private const int FormatVersion = 2;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Version of this file's format.</summary>
    public int Format { get; init; } = FormatVersion;

    /// <summary>Name of the model.</summary>
    public string Model { get; init; } = ImageModelKind.Hybrid.Name;

    /// <summary>Preset that the numbers below come from.</summary>
    public string Preset { get; init; } = "standard";

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Name of the data set.</summary>
    public string Data { get; init; } = "";

    /// <summary>SHA-256 of the data.</summary>
    public string DataSha256 { get; init; } = "";

    /// <summary>Source revision of the program that started the run.</summary>
    public string Commit { get; init; } = "";

    /// <summary>Device the run was started on.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Training images that are used, from the first on; all there are if that is fewer.</summary>
    public int TrainImages { get; init; } = 60_000;

    /// <summary>n, number of qubits and of Bloch vectors in the latent.</summary>
    public int Qubits { get; init; } = 10;

    /// <summary>Circuit layers.</summary>
    public int Layers { get; init; } = 15;

    /// <summary>T, steps of the forward process.</summary>
    public int DiffusionSteps { get; init; } = 50;

    /// <summary>What the hybrid's forward process is made of. Left out of the file where it is depolarizing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public NoiseChannel Channel { get; init; } = NoiseChannel.Depolarizing;

    /// <summary>Which CNOTs stand between layers.</summary>
    public Entangler Entangler { get; init; } = Entangler.Chain;

    /// <summary>How many places away the qubits are whose Bloch vectors a qubit's angles re-upload; null for all qubits, and then left out of the file, as it is of models whose size it does not set.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ReuploadRadius { get; init; }

    /// <summary>What the circuit measures.</summary>
    public MeasuredFeatures Features { get; init; } = MeasuredFeatures.Paulis;

    /// <summary>Passes of the autoencoder over the training images.</summary>
    public int AutoencoderEpochs { get; init; } = 9;

    /// <summary>Images per autoencoder step.</summary>
    public int AutoencoderBatch { get; init; } = 128;

    /// <summary>Training steps of every denoiser.</summary>
    public int DenoiserSteps { get; init; } = 30_000;

    /// <summary>Samples per denoiser step.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>Peak learning rate of the denoiser.</summary>
    public double LearningRate { get; init; } = 6e-3;

    /// <summary>Decay of the moving average of the denoiser's weights.</summary>
    public double AverageDecay { get; init; } = 0.999;

    /// <summary>Steps that sampling takes.</summary>
    public int SamplingSteps { get; init; } = 50;

    /// <summary>τ, the inverse temperature of sampling, fixed before training.</summary>
    public double Temperature { get; init; } = UsualTemperature;

    /// <summary>Generated images that are scored.</summary>
    public int Samples { get; init; } = 10_000;

    /// <summary>Whether the controls are trained and scored too.</summary>
    public bool Controls { get; init; }

    /// <summary>How the diffusion is run backwards (<see cref="Sampler"/>). Left out of the file where it is ancestral, so that older runs keep their fingerprint.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonPropertyName("sampler")]
    public string? SamplerName { get; init; }

    /// <summary>Share of the training samples whose class the denoiser is not told, as classifier-free guidance needs; 0, and then left out of the file, for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double LabelDropout { get; init; }

    /// <summary>Gaussians of the mixture of <c>gmm</c>; 0, and then left out of the file, for other models.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Components { get; init; }

    /// <summary>How the circuit's gradients are obtained. Left out of the file where it is adjoint, so that older runs keep their fingerprint.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public GradientMethod Gradient { get; init; } = GradientMethod.Adjoint;

    /// <summary>Shots in every measurement basis while the circuit trains; 0 for exact expectation values, and then left out of the file.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Shots { get; init; }

    /// <summary>The noise that the circuit runs under, in training and afterwards; null for none, and then left out of the file.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NoiseSettings? Noise { get; init; }

    /// <summary>What is done against the noise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Mitigation Mitigate { get; init; } = Mitigation.None;

    /// <summary>Trajectories that every value measured under noise is the mean of; 0, and then left out of the file, without noise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Trajectories { get; init; }

    /// <summary>Which kind of model it is.</summary>
    [JsonIgnore]
    public ImageModelKind Kind => ImageModelKind.Find(Model) ?? throw new UserErrorException($"'{Model}' is no model of images; they are {string.Join(", ", ImageModelKind.All)}.");

    /// <summary>How the diffusion is run backwards.</summary>
    [JsonIgnore]
    public Sampler Sampler => SamplerName is null ? Sampler.Ancestral : Sampler.Named(SamplerName);

    /// <summary>Places of the denoiser's training at which FID is measured, 0 for none; null for <see cref="UsualFidPoints"/>, and then left out of the file.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? FidPoints { get; init; }

    /// <summary>How the denoiser's circuit is run.</summary>
    /// <exception cref="UserErrorException">The noise cannot be used.</exception>
    [JsonIgnore]
    public CircuitExecution CircuitExecution => new(
        Gradient, Shots,
        Noise is null ? null : new CircuitNoise(Noise.Parse(), Mitigate, Trajectories, CalibrationShots, SeedSequence.Derive(Seed, "calibration")));

    /// <summary><see cref="ReuploadRadius"/> where it leaves a qubit out; null for all qubits, however that is written.</summary>
    [JsonIgnore]
    public int? LimitingReuploadRadius => ReuploadRadius < Qubits - 1 ? ReuploadRadius : null;

    /// <summary>Sizes of the denoiser's circuit.</summary>
    [JsonIgnore]
    public DenoiserShape DenoiserShape => new(Qubits, Layers, Entangler, Features, LimitingReuploadRadius ?? Qubits);

    /// <summary>Names of the presets, from small to large.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["quick", "standard", "full"];

    /// <summary>The settings of a preset.</summary>
    /// <param name="preset">Its name.</param>
    /// <param name="kind">The model.</param>
    /// <exception cref="UserErrorException">There is no such preset.</exception>
    public static RunConfig FromPreset(string preset, ImageModelKind kind)
    {
        RunConfig hybrid = FromPreset(preset);
        RunConfig other = hybrid with { Model = kind.Name, Controls = false };
        RunConfig withoutBudget = other with { ReuploadRadius = null };
        return kind.Name switch
        {
            "hybrid" => hybrid,
            "ddpm" => other with { DiffusionSteps = 1000, SamplingSteps = 1000, Temperature = 1 },
            "gmm" => withoutBudget with { Components = UsualComponents },
            // The whole training is the autoencoder's: twice its passes take about the time of the hybrid's two stages.
            "vae" => withoutBudget with { AutoencoderEpochs = 2 * hybrid.AutoencoderEpochs },
            "wgan-latent" => other with { LearningRate = 1e-3 },
            "wgan" => withoutBudget with { DenoiserSteps = hybrid.DenoiserSteps / 5, Batch = 64, LearningRate = 5e-4 },
            "unet" => withoutBudget with
            {
                DiffusionSteps = 1000, DenoiserSteps = preset == "quick" ? 600 : hybrid.DenoiserSteps / 8, Batch = 64, LearningRate = 1e-3,
                SamplingSteps = 20, SamplerName = Sampler.DpmSolver.Name, Temperature = 1,
            },
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown model of images."),
        };
    }

    /// <summary>The settings of a preset of the hybrid model.</summary>
    /// <exception cref="UserErrorException">There is no such preset.</exception>
    public static RunConfig FromPreset(string preset) => preset switch
    {
        "quick" => new RunConfig
        {
            Preset = preset, ReuploadRadius = UsualReuploadRadius, AutoencoderEpochs = 3, DenoiserSteps = 3_000, Samples = 5_000,
        },
        "standard" => new RunConfig { ReuploadRadius = UsualReuploadRadius },
        "full" => new RunConfig
        {
            Preset = preset, ReuploadRadius = UsualReuploadRadius, AutoencoderEpochs = 40, DenoiserSteps = 60_000, Batch = 512,
        },
        _ => throw new UserErrorException($"There is no preset '{preset}'; the presets are {string.Join(", ", Presets)}."),
    };

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="UserErrorException">It is not one, or a value is out of range.</exception>
    public static RunConfig Parse(string json, string path)
    {
        RunConfig config;
        try
        {
            if (JsonNode.Parse(json) is JsonObject entries && entries["model"] is JsonValue name && name.TryGetValue(out string? model) && ImageModelKind.Find(model) is null)
            {
                string[] pairings = [.. Enum.GetValues<PairingModel>().Select(PairingConfig.NameOf)];
                throw new UserErrorException(pairings.Contains(model)
                    ? $"'{path}' describes a run of model '{model}'; this is about runs of {string.Join(", ", ImageModelKind.All)}."
                    : $"'{path}' describes a run of model '{model}', which this program does not know; its models are {string.Join(", ", [.. ImageModelKind.All.Select(kind => kind.Name), .. pairings])}.");
            }

            config = JsonSerializer.Deserialize<RunConfig>(json, s_json) ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw new UserErrorException($"'{path}' is not the configuration of a run of this program: {e.Message}", e);
        }

        return config.Format == FormatVersion
            ? config.Validated()
            : throw new UserErrorException($"'{path}' describes a run in format {config.Format}; this program reads format {FormatVersion}; use the program that wrote it, or train the run again.");
    }

    /// <summary>SHA-256 of the settings that training depends on: neither of the revision and device nor of what is drawn and scored afterwards.</summary>
    [JsonIgnore]
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(TrainingSettings)));

    /// <summary>The settings of two runs that make them train differently, as a user reads them.</summary>
    /// <param name="other">Another run's.</param>
    /// <returns>For example <c>batch is 128 and not 64</c>, separated by commas; empty where the fingerprints are the same.</returns>
    public string DifferenceFrom(RunConfig other)
    {
        JsonObject mine = JsonNode.Parse(TrainingSettings)!.AsObject(), theirs = JsonNode.Parse(other.TrainingSettings)!.AsObject();
        static string Text(JsonNode? value) => value?.ToJsonString().Trim('"') ?? "not set";
        return string.Join(", ", mine.Select(entry => entry.Key).Union(theirs.Select(entry => entry.Key))
            .Where(key => !JsonNode.DeepEquals(mine[key], theirs[key])).Select(key => $"{key} is {Text(mine[key])} and not {Text(theirs[key])}"));
    }

    private string TrainingSettings
    {
        get
        {
            var defaults = new RunConfig();
            return (this with
            {
                Commit = "", Device = "", Controls = false, Samples = defaults.Samples, SamplingSteps = defaults.SamplingSteps, Temperature = defaults.Temperature,
                SamplerName = null, FidPoints = null, ReuploadRadius = LimitingReuploadRadius,
                Noise = Noise is null ? null : Noise with { File = "" },
            }).ToJson();
        }
    }

    /// <summary>This configuration as the text of a <c>config.json</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>Returns this configuration if every number is in its range.</summary>
    /// <exception cref="UserErrorException">One is not; the message says which, what it was and what is allowed.</exception>
    public RunConfig Validated()
    {
        Check("--train-images", TrainImages);
        Check("--qubits", Qubits);
        Check("--layers", Layers);
        Check("--reupload-radius", ReuploadRadius ?? 0);
        Check("--diffusion-steps", DiffusionSteps);
        Check("--autoencoder-epochs", AutoencoderEpochs);
        Check("autoencoder_batch", AutoencoderBatch);
        Check("--denoiser-steps", DenoiserSteps);
        Check("--batch", Batch, (1, Math.Min(RangeOf("--batch").High, TrainImages)));
        Check("--samples", Samples);
        Check("--learning-rate", LearningRate);
        Check("average_decay", AverageDecay);
        Check("--temperature", Temperature);
        Check("--steps", SamplingSteps, (RangeOf("--steps").Low, DiffusionSteps));
        Check("--fid-points", FidPoints ?? UsualFidPoints);
        if (Shots != 0)
        {
            Check("--shots", Shots);
        }

        if (LabelDropout != 0)
        {
            Check("--label-dropout", LabelDropout);
        }

        if (Kind == ImageModelKind.Gmm)
        {
            Check("--components", Components);
        }

        CheckFlow(Sampler);
        CheckExecution();
        return this;
    }

    /// <summary>The smallest and the largest value of a number, by the name of its option or, where it has none, of its entry.</summary>
    /// <param name="name">For example <c>--qubits</c> or <c>average_decay</c>.</param>
    public static (double Low, double High) RangeOf(string name) => name switch
    {
        "--train-images" => (1_000, 60_000),
        "--qubits" => (2, 16),
        "--layers" => (1, 1000),
        "--reupload-radius" => (0, 15),
        "--diffusion-steps" => (2, 10_000),
        "--steps" => (1, 10_000),
        "--autoencoder-epochs" => (1, 10_000),
        "autoencoder_batch" => (1, 60_000),
        "--denoiser-steps" => (1, 100_000_000),
        "--batch" => (1, 10_000),
        "--samples" => (1_000, 60_000),
        "--learning-rate" => (1e-8, 1),
        "average_decay" => (0, 0.999999),
        "--temperature" => (0.01, 100),
        "--components" => (1, 1000),
        "--label-dropout" => (0, 0.9),
        "--guidance" => (-1, 100),
        "--shots" => (1, 1 << 25),
        "--trajectories" => (1, 10_000),
        "--fid-points" => (0, 1_000),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No number of a run's configuration has this name."),
    };

    /// <summary>Refuses a sampler that follows a probability flow where the channel has none.</summary>
    /// <exception cref="UserErrorException">It has none.</exception>
    internal void CheckFlow(Sampler sampler)
    {
        if (!sampler.IsRandom && Channel != NoiseChannel.Depolarizing)
        {
            throw new UserErrorException(
                $"'--sampler {sampler.Name}' follows a probability flow, which is known for '--channel {PairingConfig.NameOf(NoiseChannel.Depolarizing)}' alone, not for {PairingConfig.NameOf(Channel)}; use '--sampler {Sampler.Ancestral.Name}'.");
        }
    }

    private void CheckExecution()
    {
        if (Gradient == GradientMethod.Adjoint && Shots > 0)
        {
            throw new UserErrorException($"--shots {Shots} does not go with --gradient adjoint, which a simulator does exactly; choose shift, antithetic or spsa.");
        }

        if (Gradient == GradientMethod.Antithetic && Shots == 0)
        {
            throw new UserErrorException("--gradient antithetic is about the random numbers of shots and needs --shots N; for exact expectation values choose shift.");
        }

        if (Noise is null && (Mitigate != Mitigation.None || Trajectories != 0))
        {
            throw new UserErrorException($"{(Mitigate != Mitigation.None ? "--mitigate" : "--trajectories")} is about noise and needs --noise FILE; add it, or leave the option out.");
        }

        if (Noise is not null)
        {
            Check("--trajectories", Trajectories);
            if (Gradient != GradientMethod.Adjoint)
            {
                throw new UserErrorException("--noise trains by adjoint differentiation through trajectories; leave out --gradient and --shots.");
            }
        }
    }

    /// <summary>Refuses a value that is outside <see cref="RangeOf"/>.</summary>
    internal static void Check(string name, double value) => Check(name, value, RangeOf(name));

    private static void Check(string name, double value, (double Low, double High) range)
    {
        if (!(value >= range.Low && value <= range.High))
        {
            throw new UserErrorException(FormattableString.Invariant($"{name} must be between {range.Low} and {range.High}; got {value}."));
        }
    }
}
