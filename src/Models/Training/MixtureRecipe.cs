using QDiff.Models.Generators;
using QDiff.Models.Latents;
using QDiff.Models.Persistence;

namespace QDiff.Models.Training;

/// <summary><c>gmm</c>: a Gaussian mixture on the latents.</summary>
internal sealed class MixtureRecipe : ModelRecipe
{
    public override IReadOnlyList<ScoredModel> Train(ModelContext context)
    {
        using var stage = new MixtureStage(context.Config, context.Latents!, context.Cancellation);
        context.Execute(stage);
        return [new ScoredModel(stage.Name, new MixtureModel(context.Autoencoder!, stage.Model.Mixture(), context.Device), stage.Loss, stage.Seconds)];
    }

    public override IImageModel Load(
        RunFolder run, RunConfig config, RunConfig asked, SphericalAutoencoder? autoencoder, ComputeDevice device, Action<string> warn)
    {
        var parameters = new MixtureParameters(config.Components, 3 * config.Qubits);
        TrainingStage.LoadModule(run, MixtureStage.StageName, config.Fingerprint, "model.", parameters, warn);
        return new MixtureModel(autoencoder!, parameters.Mixture(), device);
    }
}
