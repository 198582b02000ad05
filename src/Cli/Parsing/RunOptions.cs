using System.CommandLine;
using System.Globalization;
using QDiff.Models;
using QDiff.Models.Diffusion;
using QDiff.Models.Generators;
using QDiff.Models.Hybrid;
using QDiff.Models.Persistence;
using QDiff.Models.Quantum;
using QDiff.Models.Training;

namespace QDiff.Cli.Parsing;

/// <summary>The options of <c>train</c> that make up a run's configuration: the preset, and what departs from it.</summary>
internal sealed class RunOptions
{
    /// <summary>The option that every model understands.</summary>
    public const string Seed = "--seed";

    /// <summary>The option that names the forward process's channel.</summary>
    public const string ChannelName = "--channel";

    private const string Steps = "--steps";

    private readonly Option<string?> _preset = CommandOptions.Word(
        "--preset", "How large and how long: quick (two minutes or less on two cores), standard (about three minutes) or full (made for a GPU); shorter for cqgdm, qcgdm and qqgdm, whose sizes docs/*.md give. Default: standard.",
        [.. RunConfig.Presets]);

    private readonly Option<bool> _controls = CommandOptions.Switch(
        "--controls", "Train the controls too (circuit frozen, removed, without CNOTs, a classical network instead) and print them beside the model; takes several times as long.");

    private readonly NoiseOptions _noise = new();

    private readonly RunOption[] _entries;

    public RunOptions() => _entries =
    [
        RunOption.Of(
            CommandOptions.Seed(Seed, "Seed of everything random: the same seed gives the same run."),
            c => c.Seed, (c, v) => c with { Seed = v }, v => v.ToString(CultureInfo.InvariantCulture)),
        Whole("--train-images", "Training images that are used, from the first on", c => c.TrainImages, (c, v) => c with { TrainImages = v }),
        Whole("--qubits", "Qubits of the circuit, and Bloch vectors of the latent", c => c.Qubits, (c, v) => c with { Qubits = v }),
        Whole("--layers", "Layers of the circuit", c => c.Layers, (c, v) => c with { Layers = v }),
        Whole("--diffusion-steps", "Steps of the noise process", c => c.DiffusionSteps, (c, v) => c with { DiffusionSteps = v }),
        RunOption.Of(Channel, c => c.Channel, (c, v) => c with { Channel = v }, CommandOptions.NameOf),
        RunOption.Of(
            CommandOptions.Choice<Entangler>(
                "--entangler", "CNOTs between layers: a chain, a staircase (as in matrix product states), or none."),
            c => c.Entangler, (c, v) => c with { Entangler = v }, CommandOptions.NameOf),
        RunOption.Of(
            CommandOptions.Whole(
                "--reupload-radius", "A qubit's angles depend on the noisy Bloch vectors of the qubits at most so many places away (0: its own alone; qubits - 1 or more: all); ddpm and wgan-latent have as many parameters as that circuit", (int)RunConfig.RangeOf("--reupload-radius").Low, (int)RunConfig.RangeOf("--reupload-radius").High),
            c => c.LimitingReuploadRadius ?? (int)RunConfig.RangeOf("--reupload-radius").High, (c, v) => c with { ReuploadRadius = v }, v => v.ToString(CultureInfo.InvariantCulture)),
        RunOption.Of(
            CommandOptions.Choice<MeasuredFeatures>(
                "--features", "What the circuit measures: Pauli operators on every qubit and pair of neighbours, or the 2^n Born probabilities."),
            c => c.Features, (c, v) => c with { Features = v }, CommandOptions.NameOf),
        Whole(Steps, "Reverse steps when images are drawn, at most --diffusion-steps", c => c.SamplingSteps, (c, v) => c with { SamplingSteps = v }),
        SamplerEntry(),
        Number("--label-dropout", "Share of the training images whose class the denoiser is not told, which --guidance needs afterwards", c => c.LabelDropout, (c, v) => c with { LabelDropout = v }),
        Number("--temperature", "Inverse temperature of the draw (higher: cleaner and less varied)", c => c.Temperature, (c, v) => c with { Temperature = v }),
        Whole("--samples", "Images that are drawn and scored", c => c.Samples, (c, v) => c with { Samples = v }),
        Whole("--autoencoder-epochs", "Passes of the autoencoder over the images", c => c.AutoencoderEpochs, (c, v) => c with { AutoencoderEpochs = v }),
        RunOption.Of(
            CommandOptions.Whole(
                "--components", "Gaussians of the mixture of gmm", (int)RunConfig.RangeOf("--components").Low, (int)RunConfig.RangeOf("--components").High),
            c => c.Components, (c, v) => c with { Components = v }, v => v == 0 ? "100" : v.ToString(CultureInfo.InvariantCulture)),
        Whole("--denoiser-steps", "Training steps of the circuit, or of what stands in its place", c => c.DenoiserSteps, (c, v) => c with { DenoiserSteps = v }),
        Whole("--batch", "Images per training step of the circuit", c => c.Batch, (c, v) => c with { Batch = v }),
        RunOption.Of(
            CommandOptions.Choice<GradientMethod>(
                "--gradient", "How the circuit is differentiated: exactly by a backward sweep, by parameter shifts, by shifts whose shots share their random numbers, or by simultaneous perturbation."),
            c => c.Gradient, (c, v) => c with { Gradient = v }, CommandOptions.NameOf),
        RunOption.Of(
            CommandOptions.Whole(
                "--shots", "Shots in every measurement basis while the circuit trains (not with adjoint)", (int)RunConfig.RangeOf("--shots").Low, (int)RunConfig.RangeOf("--shots").High),
            c => c.Shots, (c, v) => c with { Shots = v }, v => v == 0 ? "exact expectation values" : v.ToString(CultureInfo.InvariantCulture)),
        RunOption.Of(
            CommandOptions.Whole(
                "--fid-points", "Places of the training at which FID is measured with few images, for the report", (int)RunConfig.RangeOf("--fid-points").Low, (int)RunConfig.RangeOf("--fid-points").High),
            c => c.FidPoints ?? RunConfig.UsualFidPoints, (c, v) => c with { FidPoints = v }, v => v.ToString(CultureInfo.InvariantCulture)),
        Number("--learning-rate", "Peak learning rate of the circuit", c => c.LearningRate, (c, v) => c with { LearningRate = v }),
    ];

    /// <summary>The channel whose noise the forward process is made of: that of the hybrid, of qcgdm and of qqgdm.</summary>
    public Option<NoiseChannel?> Channel { get; } = CommandOptions.Choice<NoiseChannel>(
        ChannelName, "The channel of the noise that hybrid, qcgdm and qqgdm learn to undo; mixture is relaxation with a coherent precession.");

    /// <summary>Every option, in the order of the help page.</summary>
    public IEnumerable<Option> All => [_preset, .. _entries.Select(e => e.Option), .. _noise.All, _controls];

    /// <summary>Whether the controls are asked for.</summary>
    public bool Controls(ParseResult parse) => parse.GetValue(_controls);

    /// <summary>The configuration of a new run.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="kind">The model.</param>
    /// <exception cref="CommandLineException">The values do not go together, or an option is of another model.</exception>
    public RunConfig New(ParseResult parse, ImageModelKind kind)
    {
        RefuseOthers(parse, kind);
        RunConfig config = RunConfig.FromPreset(parse.GetValue(_preset) ?? new RunConfig().Preset, kind);
        config = _entries.Aggregate(config, (c, entry) => entry.Apply(c, parse));
        config = _noise.Apply(parse, config);
        if (!Given(parse).Contains(Steps))
        {
            config = config with { SamplingSteps = Math.Min(config.SamplingSteps, config.DiffusionSteps) };
        }

        try
        {
            return (config with { Controls = config.Controls || Controls(parse) }).Validated();
        }
        catch (UserErrorException e)
        {
            throw new CommandLineException(e.Message);
        }
    }

    /// <summary>Refuses options that a model has no use for.</summary>
    /// <exception cref="CommandLineException">One was typed.</exception>
    public void RefuseOthers(ParseResult parse, ImageModelKind kind)
    {
        bool isHybrid = kind == ImageModelKind.Hybrid, isGmm = kind == ImageModelKind.Gmm, isVae = kind == ImageModelKind.Vae;
        string[] idle =
        [
            .. isHybrid ? [] : (string[])[ChannelName, "--entangler", "--features", "--gradient", "--shots", .. _noise.All.Select(option => option.Name), _controls.Name],
            .. isGmm ? [] : (string[])["--components"],
            .. kind.HasDiffusion ? [] : (string[])["--diffusion-steps", Steps, DrawOptions.SamplerName, "--temperature", "--label-dropout"],
            .. kind.HasLatents || isVae ? [] : (string[])["--qubits", "--autoencoder-epochs"],
            .. kind.HasLatents && !isGmm ? [] : (string[])["--layers", "--reupload-radius"],
            .. isGmm ? (string[])["--fid-points"] : [],
            .. isGmm || isVae ? (string[])["--denoiser-steps", "--batch", "--learning-rate"] : [],
        ];
        PairingOptions.RefuseOthers(parse, $"'--model {kind}'", parse.CommandResult.Command.Options.Select(option => option.Name).Except(idle));
    }

    /// <summary>Refuses a class that a model without classes is asked for.</summary>
    /// <exception cref="CommandLineException">It is.</exception>
    public static void RefuseClass(ParseResult parse, Option<int?> option, RunConfig run)
    {
        if (!run.Kind.HasClasses && parse.GetValue(option) is not null)
        {
            throw new CommandLineException($"'{option.Name}' does not apply to a run of {run.Kind}, which knows no classes; leave it out.");
        }
    }

    /// <summary>The command that repeats a run: its preset, seed and data, and what departs from the preset.</summary>
    public string Command(RunConfig run)
    {
        RunConfig preset = RunConfig.FromPreset(run.Preset, run.Kind);
        IEnumerable<string> departures = _entries.Where(entry => entry.Option.Name == Seed || entry.Show(run) != entry.Show(preset)).Select(entry => $"{entry.Option.Name} {entry.Show(run)}");
        return string.Join(' ', (string[])
        [
            "qdiff train", .. run.Kind == ImageModelKind.Hybrid ? [] : new[] { $"--model {run.Kind}" }, $"--preset {run.Preset}", $"--data {run.Data}", .. departures, .. _noise.Command(run),
            .. run.Controls && !preset.Controls ? [_controls.Name] : Array.Empty<string>(),
        ]);
    }

    /// <summary>The configuration of a run that is there.</summary>
    /// <exception cref="UserErrorException">There is no run in the folder, or its config.json is damaged.</exception>
    public static RunConfig Of(string folder)
    {
        using RunFolder run = RunFolder.Open(folder);
        return RunConfig.Parse(run.ReadConfig(), run.ConfigPath);
    }

    /// <summary>Checks that what was typed agrees with the configuration of a run that is to go on.</summary>
    /// <exception cref="CommandLineException">It does not; the message names both values.</exception>
    public void RefuseContradictions(ParseResult parse, RunConfig run, string folder)
    {
        if (parse.GetValue(_preset) is { } preset && preset != run.Preset)
        {
            throw Contradiction(_preset.Name, preset, run.Preset, folder);
        }

        _noise.RefuseContradictions(parse, run, folder);
        foreach (RunOption entry in _entries.Where(e => e.IsGiven(parse)))
        {
            entry.RefuseContradiction(parse, run, folder);
        }
    }

    /// <summary>The names of the options that were typed.</summary>
    public IEnumerable<string> Given(ParseResult parse) => All.Where(o => parse.GetResult(o) is { Implicit: false }).Select(o => o.Name);

    /// <summary>What to say when an option of a resumed run departs from the run.</summary>
    public static CommandLineException Contradiction(string option, string asked, string present, string folder) => new(
        $"'{option} {asked}' contradicts the run in '{folder}', which has {present}; leave the option out to go on, or start a new run without --resume.");

    private static RunOption SamplerEntry()
    {
        Option<string?> option = CommandOptions.Word(
            DrawOptions.SamplerName, $"{DrawOptions.SamplerMeaning} Default: {Sampler.Ancestral.Name}.", [.. Sampler.All.Select(sampler => sampler.Name)]);
        return new RunOption(
            option,
            parse => parse.GetValue(option) is not null,
            (config, parse) => parse.GetValue(option) is { } name ? config with { SamplerName = name == Sampler.Ancestral.Name ? null : name } : config,
            config => config.Sampler.Name);
    }

    private static RunOption Whole(string name, string what, Func<RunConfig, int> get, Func<RunConfig, int, RunConfig> set)
    {
        (double low, double high) = RunConfig.RangeOf(name);
        return RunOption.Of(CommandOptions.Whole(name, what, (int)low, (int)high), get, set, v => v.ToString(CultureInfo.InvariantCulture));
    }

    private static RunOption Number(string name, string what, Func<RunConfig, double> get, Func<RunConfig, double, RunConfig> set)
    {
        (double low, double high) = RunConfig.RangeOf(name);
        return RunOption.Of(CommandOptions.Number(name, what, low, high), get, set, v => v.ToString("R", CultureInfo.InvariantCulture));
    }
}
