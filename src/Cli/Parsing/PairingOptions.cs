using System.CommandLine;
using System.Text.Json.Nodes;
using QDiff.Models;
using QDiff.Models.Diffusion;
using QDiff.Models.Pairings;
using QDiff.Models.Persistence;
using QDiff.Models.Training;

namespace QDiff.Cli.Parsing;

/// <summary>The options of <c>train</c> for the three pairings of classical and quantum diffusion: their own, and those that they share with the hybrid model.</summary>
/// <param name="channel">The option that names the forward process's channel, which the hybrid model has too.</param>
internal sealed class PairingOptions(Option<NoiseChannel?> channel)
{
    private const string Preset = "--preset";

    private readonly Option<PlaneTarget?> _target = CommandOptions.Choice<PlaneTarget>(
        "--target", "What the points of cqgdm are drawn from. Default: line.");

    private readonly Option<StateEnsemble?> _ensemble = CommandOptions.Choice<StateEnsemble>(
        "--ensemble", "What the states of qcgdm and qqgdm are drawn from: of one qubit a circle, one state, a cap around it, two states or four; two-qubit cluster states; ground states of a four-qubit Ising chain (the last two with qqgdm). Default: cap.");

    private readonly Option<int?> _ancillas = CommandOptions.Whole(
        "--ancillas", "Ancillas of the circuits of qqgdm, measured after every reverse step", 1, PairingConfig.MostAncillas, "2");

    /// <summary>The models.</summary>
    public static IReadOnlyList<string> Models { get; } = [.. Enum.GetValues<PairingModel>().Select(CommandOptions.NameOf)];

    /// <summary>The options that only pairings have.</summary>
    public IEnumerable<Option> All => [_target, _ensemble, _ancillas];

    /// <summary>The configuration that the command line asks for.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="model">The pairing.</param>
    /// <exception cref="CommandLineException">An option is of another model, or the values do not go together.</exception>
    public PairingConfig New(ParseResult parse, string model)
    {
        PairingConfig preset = PairingConfig.FromPreset(
            Enum.Parse<PairingModel>(model, ignoreCase: true), parse.GetValue<string?>(Preset) ?? new RunConfig().Preset);
        try
        {
            return Entered(parse, preset).Validated();
        }
        catch (UserErrorException e)
        {
            throw new CommandLineException(e.Message);
        }
    }

    /// <summary>Checks that what was typed agrees with the configuration of a run that is to go on.</summary>
    /// <exception cref="CommandLineException">It does not; the message names both values.</exception>
    public void RefuseContradictions(ParseResult parse, PairingConfig run, string folder)
    {
        if (parse.GetValue<string?>(Preset) is { } preset && preset != run.Preset)
        {
            throw RunOptions.Contradiction(Preset, preset, run.Preset, folder);
        }

        JsonObject asked = JsonNode.Parse(Entered(parse, run).ToJson())!.AsObject(), present = JsonNode.Parse(run.ToJson())!.AsObject();
        foreach ((string key, JsonNode? value) in asked)
        {
            if (value?.ToJsonString() != present[key]?.ToJsonString())
            {
                throw RunOptions.Contradiction($"--{key.Replace('_', '-')}", $"{value}".Replace('_', '-'), $"{present[key]}".Replace('_', '-'), folder);
            }
        }
    }

    /// <summary>The configuration of a run that is there.</summary>
    /// <exception cref="UserErrorException">There is no run in the folder, or its config.json is damaged.</exception>
    public static PairingConfig Of(string folder)
    {
        using RunFolder run = RunFolder.Open(folder);
        return PairingConfig.Parse(run.ReadConfig(), run.ConfigPath);
    }

    /// <summary>The command that repeats a run: its model, preset and seed, and what departs from the preset.</summary>
    public static string Command(PairingConfig run)
    {
        JsonObject own = JsonNode.Parse(run.ToJson())!.AsObject();
        JsonObject preset = JsonNode.Parse(PairingConfig.FromPreset(run.Model, run.Preset).ToJson())!.AsObject();
        string[] fixedOnes = ["format", "model", "preset", "commit", "device", "average_decay"];
        IEnumerable<string> departures = own.Where(entry => !fixedOnes.Contains(entry.Key) && (entry.Key == "seed" || entry.Value?.ToJsonString() != preset[entry.Key]?.ToJsonString()))
            .Select(entry => $"--{entry.Key.Replace('_', '-')} {entry.Value!.ToString().Replace('_', '-')}");
        return string.Join(' ', (string[])["qdiff train", $"--model {CommandOptions.NameOf(run.Model)}", $"{Preset} {run.Preset}", .. departures]);
    }

    /// <summary>Refuses options that were typed and mean nothing here.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="what">To what they do not apply, such as <c>'--model cqgdm'</c>.</param>
    /// <param name="allowed">Names of the options that apply.</param>
    /// <exception cref="CommandLineException">One was typed.</exception>
    public static void RefuseOthers(ParseResult parse, string what, IEnumerable<string> allowed)
    {
        string[] names = [.. allowed, "--verbose"];
        if (parse.CommandResult.Command.Options.FirstOrDefault(o => parse.GetResult(o) is { Implicit: false } && !names.Contains(o.Name)) is { } option)
        {
            throw new CommandLineException($"'{option.Name}' does not apply to {what}; leave it out.");
        }
    }

    private PairingConfig Entered(ParseResult parse, PairingConfig config)
    {
        string[] own = config.Model switch
        {
            PairingModel.Cqgdm => ["--target", "--qubits", "--layers"],
            PairingModel.Qcgdm => ["--ensemble", RunOptions.ChannelName],
            _ => ["--ensemble", RunOptions.ChannelName, "--ancillas", "--layers"],
        };
        RefuseOthers(
            parse, $"'--model {CommandOptions.NameOf(config.Model)}'",
            ["--model", Preset, RunOptions.Seed, "--diffusion-steps", "--denoiser-steps", "--batch", "--learning-rate", "--samples", "--out", "--resume", "--device", "--threads", .. own]);
        return config with
        {
            Seed = parse.GetValue<ulong?>(RunOptions.Seed) ?? config.Seed,
            Target = parse.GetValue(_target) ?? config.Target,
            Ensemble = parse.GetValue(_ensemble) ?? config.Ensemble,
            Channel = parse.GetValue(channel) ?? config.Channel,
            Ancillas = parse.GetValue(_ancillas) ?? config.Ancillas,
            Qubits = parse.GetValue<int?>("--qubits") ?? config.Qubits,
            Layers = parse.GetValue<int?>("--layers") ?? config.Layers,
            DiffusionSteps = parse.GetValue<int?>("--diffusion-steps") ?? config.DiffusionSteps,
            DenoiserSteps = parse.GetValue<int?>("--denoiser-steps") ?? config.DenoiserSteps,
            Batch = parse.GetValue<int?>("--batch") ?? config.Batch,
            LearningRate = parse.GetValue<double?>("--learning-rate") ?? config.LearningRate,
            Samples = parse.GetValue<int?>("--samples") ?? config.Samples,
        };
    }
}
