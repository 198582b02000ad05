using QDiff.Models.Generators;
using QDiff.Models.Metrics;
using static TorchSharp.torch;

namespace QDiff.Models.Training;

/// <summary>Fits the Gaussian mixture of <c>gmm</c> to the latents: one step, whose loss is the negative log-likelihood in nats per latent.</summary>
internal sealed class MixtureStage(RunConfig config, Tensor latents, CancellationToken cancellation) : TrainingStage
{
    public const string StageName = "mixture";

    public MixtureParameters Model { get; } = new(config.Components, (int)latents.shape[1]);

    public override string Name => StageName;

    public override long TotalSteps => 1;

    public override int SamplesPerStep => (int)latents.shape[0];

    protected override string Fingerprint => config.Fingerprint;

    public override void Dispose()
    {
    }

    protected override Tensor Step(long step)
    {
        GaussianMixture mixture = GaussianMixture.Fit(latents, config.Components, SeedSequence.Derive(config.Seed, "mixture"), cancellation: cancellation);
        Model.Set(mixture);
        return tensor((float)-mixture.LogLikelihood(latents));
    }

    protected override StageState State() => new([("model.", Model)], null);
}
