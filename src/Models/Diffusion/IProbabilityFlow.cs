using static TorchSharp.torch;

namespace QDiff.Models.Diffusion;

/// <summary>A diffusion whose marginals also are those of a differential equation, which a <see cref="Sampler"/> may follow instead of drawing.</summary>
public interface IProbabilityFlow : IDiffusion
{
    /// <summary>λ_t, the clock of <see cref="Flow"/>; it rises as the noise falls. 1 ≤ t ≤ T.</summary>
    double FlowTime(int t);

    /// <summary>
    /// Moves rows from t to s along the probability flow, the differential equation whose solutions have the forward process's marginals: exactly, if x̂_0 stays
    /// <paramref name="predicted"/> on the way.
    /// </summary>
    /// <param name="noisy">The rows at t.</param>
    /// <param name="predicted">x̂_0 on the way.</param>
    /// <param name="s">The step to go to, 1 ≤ s &lt; t.</param>
    /// <param name="t">The step that <paramref name="noisy"/> is at.</param>
    Tensor Flow(Tensor noisy, Tensor predicted, int s, int t);
}
