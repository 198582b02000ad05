using QDiff.Models.Generators;
using QDiff.Models.Latents;
using QDiff.Models.Persistence;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Training;

/// <summary><c>wgan-latent</c> and <c>wgan</c>: a Wasserstein GAN with gradient penalty on the latents or on the pixels.</summary>
internal sealed class GanRecipe : ModelRecipe
{
    public override IReadOnlyList<ScoredModel> Train(ModelContext context)
    {
        using Tensor? images = context.Latents is null ? context.Train.Images(context.Device.Tensors) : null;
        using var stage = new GanStage(context.Config, context.Latents ?? images!, context.Train.Labels);
        stage.Average.eval();
        var model = new GanModel(context.Config.Kind, stage.Average, context.Autoencoder, context.Device);
        using FidProbe probe = context.Watch(model);
        stage.Probe = probe;
        context.Execute(stage);
        return [new ScoredModel(stage.Name, model, stage.Loss, stage.Seconds)];
    }

    public override IImageModel Load(
        RunFolder run, RunConfig config, RunConfig asked, SphericalAutoencoder? autoencoder, ComputeDevice device, Action<string> warn)
    {
        GanGenerator generator = new GanGenerator(config).to(device.Tensors);
        long step = TrainingStage.LoadModule(run, GanStage.StageName, config.Fingerprint, "average.", generator, warn);
        WarnIfUnfinished(run, step, config.DenoiserSteps, warn);
        generator.eval();
        return new GanModel(config.Kind, generator, autoencoder, device);
    }
}
