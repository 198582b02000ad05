using QDiff.Models.Generators;
using QDiff.Models.Latents;
using QDiff.Models.Persistence;

namespace QDiff.Models.Training;

/// <summary>How one kind of model is trained and loaded, once the latents are there if it needs them.</summary>
internal abstract class ModelRecipe
{
    /// <summary>The recipe of a kind.</summary>
    public static ModelRecipe Of(ImageModelKind kind) => kind.Name switch
    {
        "hybrid" or "ddpm" => new LatentDiffusionRecipe(),
        "gmm" => new MixtureRecipe(),
        "vae" => new VaeRecipe(),
        "wgan-latent" or "wgan" => new GanRecipe(),
        "unet" => new UNetRecipe(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown model of images."),
    };

    /// <summary>Trains the model and, where they are asked for, its controls; the model comes first.</summary>
    public abstract IReadOnlyList<ScoredModel> Train(ModelContext context);

    /// <summary>Loads the model from its checkpoints.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="config">The run's own configuration.</param>
    /// <param name="asked">The same with what is to be drawn, and under which noise.</param>
    /// <param name="autoencoder">The loaded autoencoder of the latents; null where the model has none.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="warn">Told of damaged checkpoints that were skipped, and of a training that is not finished.</param>
    public abstract IImageModel Load(
        RunFolder run, RunConfig config, RunConfig asked, SphericalAutoencoder? autoencoder, ComputeDevice device, Action<string> warn);

    /// <summary>Says that a stage is not finished.</summary>
    protected static void WarnIfUnfinished(RunFolder run, long step, long totalSteps, Action<string> warn)
    {
        if (step < totalSteps)
        {
            warn($"This run is at step {step} of {totalSteps}; samples get better when it is finished with 'qdiff train --resume --out {run.Root}'.");
        }
    }
}
