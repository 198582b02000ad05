using QDiff.Models.Diffusion;
using QDiff.Models.Training;

namespace QDiff.Models.Generators;

/// <summary>How images are drawn from a trained model. A model without a diffusion has no use for any of it but the seed.</summary>
/// <param name="Steps">Reverse steps, 1 to T.</param>
/// <param name="Temperature">τ, the inverse temperature of ancestral steps.</param>
/// <param name="Seed">Seed of the draw; the i-th image's random numbers depend on it and i alone.</param>
/// <param name="Guidance">
/// w of classifier-free guidance (Ho and Salimans 2022, docs/references.md: HoSalimans2022): x̂_0 is replaced by (1 + w)·x̂_0(class) − w·x̂_0(no class).
/// </param>
public sealed record DrawSettings(int Steps, double Temperature, ulong Seed, double Guidance = 0)
{
    /// <summary>How the diffusion is run backwards.</summary>
    public Sampler Sampler { get; init; } = Sampler.Ancestral;

    /// <summary>What a run's configuration says.</summary>
    public static DrawSettings Of(RunConfig config)
        => new(config.SamplingSteps, config.Temperature, config.Seed) { Sampler = config.Sampler };

    /// <summary>Returns these settings if the run can be drawn in this way.</summary>
    /// <param name="config">The run's configuration.</param>
    /// <exception cref="UserErrorException">It cannot; the message says which setting does not go, and what to do.</exception>
    public DrawSettings Validated(RunConfig config)
    {
        if (Steps < 1 || Steps > config.DiffusionSteps)
        {
            throw new UserErrorException(
                FormattableString.Invariant($"'--steps' must be 1 to {config.DiffusionSteps} for this run, whose noise process has that many steps; got {Steps}."));
        }

        config.CheckFlow(Sampler);
        RunConfig.Check("--temperature", Temperature);
        RunConfig.Check("--guidance", Guidance);
        return Guidance == 0 || config.LabelDropout > 0
            ? this
            : throw new UserErrorException(
                "'--guidance' needs a model that can also draw without a class, and this one was trained without label dropout; train one with --label-dropout 0.1.");
    }
}
