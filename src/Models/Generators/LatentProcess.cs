using QDiff.Models.Diffusion;
using QDiff.Models.Training;

namespace QDiff.Models.Generators;

/// <summary>The forward process of a run's latents.</summary>
internal static class LatentProcess
{
    // Coordinates of a unit vector in R³ have mean square 1/3.
    private static readonly double s_scale = Math.Sqrt(3);

    /// <summary>Depolarizing noise on Bloch spheres for the hybrid model, Gaussian noise on their coordinates for <c>ddpm</c>.</summary>
    public static IDiffusion Of(RunConfig config) => config.Kind == ImageModelKind.Ddpm
        ? new GaussianDiffusion(
            [3 * config.Qubits], new GaussianSchedule(config.DiffusionSteps), s_scale, SphericalDiffusion.Normalise, SphericalDiffusion.IntoBall)
        : new SphericalDiffusion(config.Qubits, new DepolarizingSchedule(config.DiffusionSteps));
}
