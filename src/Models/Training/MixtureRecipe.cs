using QDiff.Models.Generators;
using QDiff.Models.Latents;
using QDiff.Models.Metrics;
using QDiff.Models.Persistence;

namespace QDiff.Models.Training;

/// <summary><c>gmm</c>: a Gaussian mixture on the latents.</summary>
internal sealed class MixtureRecipe : ModelRecipe
{
    private const string Stage = "mixture";

    public override IReadOnlyList<ScoredModel> Train(ModelContext context)
    {
        RunConfig config = context.Config;
        using var stage = new MixtureStage(config, Stage, context.Latents!, config.Components, latents => GaussianMixture.Fit(
            latents, config.Components, SeedSequence.Derive(config.Seed, "mixture"), cancellation: context.Cancellation));
        context.Execute(stage);
        return [new ScoredModel(stage.Name, new MixtureModel(context.Autoencoder!, stage.Model.Mixture(), context.Device), stage.Loss, stage.Seconds)];
    }

    public override IImageModel Load(
        RunFolder run, RunConfig config, RunConfig asked, SphericalAutoencoder? autoencoder, ComputeDevice device, Action<string> warn)
    {
        var parameters = new MixtureParameters(config.Components, 3 * config.Qubits);
        TrainingStage.LoadModule(run, Stage, config.Fingerprint, "model.", parameters, warn);
        return new MixtureModel(autoencoder!, parameters.Mixture(), device);
    }
}
