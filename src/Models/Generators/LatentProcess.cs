using QDiff.Models.Diffusion;
using QDiff.Models.Metrics;
using QDiff.Models.Training;

namespace QDiff.Models.Generators;

/// <summary>The forward process of a run's latents.</summary>
internal static class LatentProcess
{
    // Coordinates of a unit vector in R³ have mean square 1/3.
    private static readonly double s_scale = Math.Sqrt(3);

    /// <summary>A channel's noise on Bloch spheres for the hybrid model, Gaussian noise on their coordinates for <c>ddpm</c>.</summary>
    /// <param name="config">The run's configuration.</param>
    /// <param name="ends">What the channel keeps for ever, by class; null where it keeps nothing or nothing is drawn from the end.</param>
    public static IDiffusion Of(RunConfig config, GaussianMixture? ends = null) => config.Kind == ImageModelKind.Ddpm
        ? new GaussianDiffusion(
            [3 * config.Qubits], new GaussianSchedule(config.DiffusionSteps), s_scale, SphericalDiffusion.Normalise, SphericalDiffusion.IntoBall)
        : config.Channel == NoiseChannel.Depolarizing
            ? new SphericalDiffusion(config.Qubits, new DepolarizingSchedule(config.DiffusionSteps))
            : new ChannelDiffusion(config.Qubits, config.Channel, new DepolarizingSchedule(config.DiffusionSteps), ends);
}
