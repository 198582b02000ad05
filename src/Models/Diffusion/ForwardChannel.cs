using QDiff.Engine.Noise;

namespace QDiff.Models.Diffusion;

/// <summary>The channel of one qubit that the first t steps of a forward process make up, for every <see cref="NoiseChannel"/>.</summary>
/// <remarks>
/// Coherences keep the factor α_t. Of one channel these maps are a semigroup in α: the steps from s to t are the same channel with α_t/α_s.
/// </remarks>
internal static class ForwardChannel
{
    // Radians by which the detuned qubit of the mixture precesses in T steps.
    private const double Precession = Math.PI;

    /// <summary>Makes the channel.</summary>
    /// <param name="channel">Which.</param>
    /// <param name="kept">α_t, in (0, 1].</param>
    /// <param name="share">t/T, how much of the coherent part has happened.</param>
    public static Channel Of(NoiseChannel channel, double kept, double share) => channel switch
    {
        NoiseChannel.Depolarizing or NoiseChannel.RandomUnitary => ChannelCatalog.Depolarizing.Create(1 - kept),
        NoiseChannel.BitFlip => ChannelCatalog.BitFlip.Create((1 - kept) / 2),
        NoiseChannel.PhaseFlip => ChannelCatalog.PhaseFlip.Create((1 - kept) / 2),
        NoiseChannel.AmplitudeDamping => ChannelCatalog.AmplitudeDamping.Create(1 - (kept * kept)),
        NoiseChannel.PhaseDamping => ChannelCatalog.PhaseDamping.Create(1 - (kept * kept)),
        NoiseChannel.Mixture => ChannelCatalog.ThermalRelaxation.Create(1, 1, -Math.Log(kept), 0)
            .Then(ChannelCatalog.OverRotation.Create(0, 0, 1, Precession * share)),
        _ => throw new ArgumentOutOfRangeException(nameof(channel), channel, "Unknown channel."),
    };
}
