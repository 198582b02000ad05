using QDiff.Models.Diffusion;
using QDiff.Models.Generators;
using QDiff.Models.Hybrid;
using QDiff.Models.Latents;
using QDiff.Models.Metrics;
using QDiff.Models.Persistence;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Training;

/// <summary>
/// The hybrid model and its controls, and <c>ddpm</c>: the same stage with a network of as many parameters and Gaussian noise. Where the channel keeps a part of
/// the latents for ever, a stage before them fits a Gaussian to that part of every class.
/// </summary>
internal sealed class LatentDiffusionRecipe : ModelRecipe
{
    private const string EndsStage = "ends";

    public override IReadOnlyList<ScoredModel> Train(ModelContext context)
    {
        RunConfig config = context.Config;
        IDiffusion diffusion = LatentProcess.Of(config);
        if (diffusion is ChannelDiffusion { ForgetsAll: false } channel)
        {
            using Tensor ends = channel.Mean(context.Latents!, [channel.Steps]);
            using var stage = new MixtureStage(
                config, EndsStage, ends, Conditioning.Classes, rows => GaussianMixture.OfClasses(rows, context.Train.Labels, Conditioning.Classes));
            context.Execute(stage);
            diffusion = LatentProcess.Of(config, stage.Model.Mixture());
        }

        var trained = new List<ScoredModel>();
        foreach (DenoiserVariant variant in (DenoiserVariant[])[Main(config), .. config.Controls ? VariantNames.Controls : []])
        {
            using var stage = new DenoiserStage(config, variant, context.Latents!, context.Train.Labels, context.Device.Backend);
            var model = new LatentDiffusionModel(context.Autoencoder!, stage.Average, diffusion, config.Kind, context.Device);
            using FidProbe? probe = trained.Count == 0 ? context.Watch(model) : null;
            stage.Probe = probe;
            context.Execute(stage);
            trained.Add(new ScoredModel(stage.Name, model, stage.Loss, stage.Seconds));
        }

        return trained;
    }

    public override IImageModel Load(
        RunFolder run, RunConfig config, RunConfig asked, SphericalAutoencoder? autoencoder, ComputeDevice device, Action<string> warn)
        => LoadDiffusion(run, config, asked, autoencoder!, device, warn);

    /// <summary>The same as what it is, or one of its controls; null for the model itself.</summary>
    /// <inheritdoc cref="Load"/>
    public static LatentDiffusionModel LoadDiffusion(
        RunFolder run, RunConfig config, RunConfig asked, SphericalAutoencoder autoencoder, ComputeDevice device, Action<string> warn, DenoiserVariant? control = null)
    {
        DenoiserVariant variant = control ?? Main(config);
        Denoiser denoiser = new Denoiser(config.DenoiserShape, variant, device.Backend, asked.CircuitExecution).to(device.Tensors);
        long step = TrainingStage.LoadModule(run, VariantNames.Of(variant), config.Fingerprint, "average.", denoiser, warn);
        WarnIfUnfinished(run, step, config.DenoiserSteps, warn);
        denoiser.eval();
        return new LatentDiffusionModel(autoencoder, denoiser, LoadProcess(run, config, warn), asked.Kind, device);
    }

    /// <summary>The forward process of a run, with what its reverse starts from.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="warn">Told of damaged checkpoints that were skipped.</param>
    public static IDiffusion LoadProcess(RunFolder run, RunConfig config, Action<string> warn)
    {
        IDiffusion diffusion = LatentProcess.Of(config);
        if (diffusion is not ChannelDiffusion { ForgetsAll: false })
        {
            return diffusion;
        }

        var ends = new MixtureParameters(Conditioning.Classes, 3 * config.Qubits);
        TrainingStage.LoadModule(run, EndsStage, config.Fingerprint, "model.", ends, warn);
        return LatentProcess.Of(config, ends.Mixture());
    }

    /// <summary>What draws: the circuit, or the network in its place.</summary>
    public static DenoiserVariant Main(RunConfig config) => config.Kind == ImageModelKind.Hybrid ? DenoiserVariant.Trained : DenoiserVariant.Mlp;
}
