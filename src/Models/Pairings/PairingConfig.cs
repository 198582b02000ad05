using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using QDiff.Models.Diffusion;
using QDiff.Models.Persistence;
using QDiff.Models.Training;

namespace QDiff.Models.Pairings;

/// <summary>Everything needed to repeat a run of a pairing: what its <c>config.json</c> holds. What a model has no use for is null and left out.</summary>
public sealed record PairingConfig
{
    /// <summary>The greatest <see cref="Ancillas"/>.</summary>
    public const int MostAncillas = 4;

    private const int FormatVersion = 1;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Version of this file's format.</summary>
    public int Format { get; init; } = FormatVersion;

    /// <summary>Which pairing.</summary>
    public required PairingModel Model { get; init; }

    /// <summary>Preset that the numbers below come from.</summary>
    public string Preset { get; init; } = "standard";

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Source revision of the program that started the run.</summary>
    public string Commit { get; init; } = "";

    /// <summary>Device the run was started on.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>What the points are drawn from.</summary>
    public PlaneTarget? Target { get; init; }

    /// <summary>What the states are drawn from.</summary>
    public StateEnsemble? Ensemble { get; init; }

    /// <summary>What diffuses the states.</summary>
    public NoiseChannel? Channel { get; init; }

    /// <summary>Qubits of the denoiser's circuit.</summary>
    public int? Qubits { get; init; }

    /// <summary>Layers of the denoiser's circuit.</summary>
    public int? Layers { get; init; }

    /// <summary>Ancillas that the denoiser's circuits measure.</summary>
    public int? Ancillas { get; init; }

    /// <summary>T, steps of the forward process.</summary>
    public required int DiffusionSteps { get; init; }

    /// <summary>Training steps of the denoiser.</summary>
    public required int DenoiserSteps { get; init; }

    /// <summary>Samples per training step.</summary>
    public required int Batch { get; init; }

    /// <summary>Peak learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Decay of the moving average of the weights.</summary>
    public double AverageDecay { get; init; } = 0.999;

    /// <summary>Generated samples that are scored.</summary>
    public required int Samples { get; init; }

    /// <summary>SHA-256 of the settings that training depends on.</summary>
    [JsonIgnore]
    public string Fingerprint => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes((this with { Commit = "", Device = "", Samples = 0 }).ToJson())));

    /// <summary>The settings of a preset.</summary>
    /// <exception cref="UserErrorException">There is no such preset.</exception>
    public static PairingConfig FromPreset(PairingModel model, string preset)
    {
        int size = Array.IndexOf([.. RunConfig.Presets], preset);
        if (size < 0)
        {
            throw new UserErrorException($"There is no preset '{preset}'; the presets are {string.Join(", ", RunConfig.Presets)}.");
        }

        return model switch
        {
            PairingModel.Cqgdm => new PairingConfig
            {
                Model = model, Preset = preset, Target = PlaneTarget.Line, Qubits = 4, Layers = size == 0 ? 6 : 8, DiffusionSteps = 200,
                DenoiserSteps = ((int[])[4_000, 20_000, 100_000])[size], Batch = 256, LearningRate = 5e-3, Samples = 40_000,
            },
            PairingModel.Qcgdm => new PairingConfig
            {
                Model = model, Preset = preset, Ensemble = StateEnsemble.Cap, Channel = NoiseChannel.Depolarizing, DiffusionSteps = 30,
                DenoiserSteps = ((int[])[12_000, 20_000, 100_000])[size], Batch = 256, LearningRate = 2e-3, Samples = 1_000,
            },
            PairingModel.Qqgdm => new PairingConfig
            {
                Model = model, Preset = preset, Ensemble = StateEnsemble.Cap, Channel = NoiseChannel.Depolarizing, DiffusionSteps = size == 0 ? 6 : 10,
                Layers = 4, Ancillas = 2, DenoiserSteps = ((int[])[6_000, 20_000, 100_000])[size], Batch = size == 0 ? 64 : 128, LearningRate = 5e-2, AverageDecay = 0.98,
                Samples = 1_000,
            },
            _ => throw new ArgumentOutOfRangeException(nameof(model), model, "Unknown pairing."),
        };
    }

    /// <summary>How files and options write a value: <c>bit-flip</c>.</summary>
    public static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>Whether a folder holds a run of one of the pairings; a folder without a run holds none.</summary>
    /// <exception cref="UserErrorException">Its config.json is damaged.</exception>
    public static bool IsIn(string folder)
    {
        if (!File.Exists(Path.Combine(folder, RunFolder.ConfigName)))
        {
            return false;
        }

        using RunFolder run = RunFolder.Open(folder);
        return JsonNode.Parse(run.ReadConfig()) is JsonObject json && json["model"] is JsonValue value && value.TryGetValue(out string? name)
            && Enum.GetNames<PairingModel>().Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="UserErrorException">It is not one, or a value is out of range.</exception>
    public static PairingConfig Parse(string json, string path)
    {
        PairingConfig config;
        try
        {
            config = JsonSerializer.Deserialize<PairingConfig>(json, s_json) ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw new UserErrorException($"'{path}' is not the configuration of a run of this program: {e.Message}", e);
        }

        return config.Format == FormatVersion
            ? config.Validated()
            : throw new UserErrorException($"'{path}' describes a run in format {config.Format}; this program reads format {FormatVersion}; use the program that wrote it, or train the run again.");
    }

    /// <summary>This configuration as the text of a <c>config.json</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>Returns this configuration if every number is in its range and all that its model needs is there.</summary>
    /// <exception cref="UserErrorException">One is not; the message says which, what it was and what is allowed.</exception>
    public PairingConfig Validated()
    {
        Check("--diffusion-steps", DiffusionSteps, 2, 1000);
        Check("--denoiser-steps", DenoiserSteps);
        Check("--batch", Batch);
        Check("--learning-rate", LearningRate);
        Check("average_decay", AverageDecay);
        Check("--samples", Samples, 100, RunConfig.RangeOf("--samples").High);
        Need("target", Target is not null, Model == PairingModel.Cqgdm);
        Need("ensemble", Ensemble is not null, Model != PairingModel.Cqgdm);
        Need("channel", Channel is not null, Model != PairingModel.Cqgdm);
        Need("qubits", Qubits is not null, Model == PairingModel.Cqgdm);
        Need("layers", Layers is not null, Model != PairingModel.Qcgdm);
        if (Model == PairingModel.Qcgdm && new StateData(Ensemble!.Value).QubitCount > 1)
        {
            throw new UserErrorException($"The ensemble '{NameOf(Ensemble.Value)}' has more than one qubit and qcgdm denoises Bloch vectors of one; choose another --ensemble, or --model qqgdm.");
        }

        Need("ancillas", Ancillas is not null, Model == PairingModel.Qqgdm);
        Check("--ancillas", Ancillas ?? 1, 1, MostAncillas);
        CheckIfThere("--qubits", Qubits);
        CheckIfThere("--layers", Layers);
        return this;
    }

    private static void CheckIfThere(string name, int? value)
    {
        if (value is { } number)
        {
            Check(name, number);
        }
    }

    private static void Check(string name, double value) => Check(name, value, RunConfig.RangeOf(name).Low, RunConfig.RangeOf(name).High);

    private static void Check(string name, double value, double low, double high)
    {
        if (!(value >= low && value <= high))
        {
            throw new UserErrorException(FormattableString.Invariant($"{name} must be between {low} and {high}; got {value}."));
        }
    }

    private void Need(string entry, bool isThere, bool isNeeded)
    {
        if (isThere != isNeeded)
        {
            throw new UserErrorException(
                $"The configuration of a run of model '{Model.ToString().ToLowerInvariant()}' {(isNeeded ? "needs" : "has no")} '{entry}'; restore config.json.");
        }
    }
}
