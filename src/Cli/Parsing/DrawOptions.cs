using System.CommandLine;
using QDiff.Models;
using QDiff.Models.Diffusion;
using QDiff.Models.Generators;
using QDiff.Models.Training;

namespace QDiff.Cli.Parsing;

/// <summary>The options that say how images are drawn from a trained run; what is not given comes from the run.</summary>
internal sealed class DrawOptions
{
    private readonly Option<ulong?> _seed = CommandOptions.Seed("--seed", "Seed of the draw. Default: the run's.");
    private readonly Option<int?> _steps;
    private readonly Option<double?> _temperature;
    private readonly Option<double?> _guidance;
    private readonly Option<string?> _sampler = CommandOptions.Word(
        SamplerName, $"{SamplerMeaning} Default: the run's.", [.. Sampler.All.Select(sampler => sampler.Name)]);

    public DrawOptions()
    {
        (double low, double high) = RunConfig.RangeOf("--steps");
        _steps = CommandOptions.Whole("--steps", "Reverse steps (fewer are faster), at most the run's --diffusion-steps", (int)low, (int)high, "the run's");
        (low, high) = RunConfig.RangeOf("--temperature");
        _temperature = CommandOptions.Number(
            "--temperature", "Inverse temperature of ancestral steps (higher: cleaner and less varied)", low, high, "the run's");
        (low, high) = RunConfig.RangeOf("--guidance");
        _guidance = CommandOptions.Number(
            "--guidance", "Weight of classifier-free guidance towards the class, for a run trained with --label-dropout", low, high, "0, none");
    }

    /// <summary>Name of the option that chooses the sampler.</summary>
    public const string SamplerName = "--sampler";

    /// <summary>What that option says.</summary>
    public const string SamplerMeaning = "How the diffusion is run backwards: ancestral draws at every step; ddim and dpm++ (second order) follow the probability flow and draw the start alone.";

    /// <summary>--steps, --sampler, --temperature, --guidance and --seed.</summary>
    public IEnumerable<Option> All => [_steps, _sampler, _temperature, _guidance, _seed];

    /// <summary>What was typed, completed by the run's settings.</summary>
    /// <exception cref="CommandLineException">The run cannot be drawn from in this way.</exception>
    public DrawSettings Of(ParseResult parse, RunConfig run)
    {
        if (!run.Kind.HasDiffusion)
        {
            Option[] diffusions = [_steps, _sampler, _temperature, _guidance];
            PairingOptions.RefuseOthers(
                parse, $"a run of {run.Kind}, which has no diffusion", parse.CommandResult.Command.Options.Except(diffusions).Select(option => option.Name));
        }

        Sampler sampler = parse.GetValue(_sampler) is { } name ? Sampler.Named(name) : run.Sampler;
        if (!sampler.IsRandom && parse.GetValue(_temperature) is not null)
        {
            throw new CommandLineException($"'{_temperature.Name}' is about the draws of '{SamplerName} {Sampler.Ancestral.Name}', and {sampler.Name} draws nothing on the way; leave it out.");
        }

        try
        {
            return new DrawSettings(
                parse.GetValue(_steps) ?? run.SamplingSteps, parse.GetValue(_temperature) ?? run.Temperature, parse.GetValue(_seed) ?? run.Seed,
                parse.GetValue(_guidance) ?? 0) { Sampler = sampler }.Validated(run);
        }
        catch (UserErrorException e)
        {
            throw new CommandLineException(e.Message);
        }
    }
}
