using QDiff.Models.Generators;
using QDiff.Models.Latents;
using QDiff.Models.Persistence;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Training;

/// <summary><c>unet</c>: Gaussian diffusion of pixels with a small convolutional network.</summary>
internal sealed class UNetRecipe : ModelRecipe
{
    public override IReadOnlyList<ScoredModel> Train(ModelContext context)
    {
        using Tensor images = context.Train.Images(context.Device.Tensors);
        using var stage = new UNetStage(context.Config, images, context.Train.Labels);
        stage.Average.eval();
        var model = new UNetModel(stage.Average, context.Config.DiffusionSteps, context.Device);
        using FidProbe probe = context.Watch(model);
        stage.Probe = probe;
        context.Execute(stage);
        return [new ScoredModel(stage.Name, model, stage.Loss, stage.Seconds)];
    }

    public override IImageModel Load(
        RunFolder run, RunConfig config, RunConfig asked, SphericalAutoencoder? autoencoder, ComputeDevice device, Action<string> warn)
    {
        UNet network = new UNet().to(device.Tensors);
        long step = TrainingStage.LoadModule(run, UNetStage.StageName, config.Fingerprint, "average.", network, warn);
        WarnIfUnfinished(run, step, config.DenoiserSteps, warn);
        network.eval();
        return new UNetModel(network, config.DiffusionSteps, device);
    }
}
