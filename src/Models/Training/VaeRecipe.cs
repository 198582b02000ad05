using QDiff.Models.Generators;
using QDiff.Models.Latents;
using QDiff.Models.Persistence;
using TorchSharp;

namespace QDiff.Models.Training;

/// <summary><c>vae</c>: a variational autoencoder and its prior.</summary>
internal sealed class VaeRecipe : ModelRecipe
{
    public override IReadOnlyList<ScoredModel> Train(ModelContext context)
    {
        using var stage = new VaeStage(context.Config, context.Train.Images(context.Device.Tensors));
        var model = new VaeModel(stage.Model, context.Device);
        using FidProbe probe = context.Watch(model);
        stage.Probe = probe;
        context.Execute(stage);
        stage.Model.eval();
        return [new ScoredModel(stage.Name, model, stage.Loss, stage.Seconds)];
    }

    public override IImageModel Load(
        RunFolder run, RunConfig config, RunConfig asked, SphericalAutoencoder? autoencoder, ComputeDevice device, Action<string> warn)
    {
        VariationalAutoencoder vae = new VariationalAutoencoder(3 * config.Qubits).to(device.Tensors);
        TrainingStage.LoadModule(run, VaeStage.StageName, config.Fingerprint, "model.", vae, warn);
        vae.eval();
        return new VaeModel(vae, device);
    }
}
