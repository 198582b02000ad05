using QDiff.Models.Data;
using QDiff.Models.Generators;
using QDiff.Models.Latents;
using QDiff.Models.Metrics;
using QDiff.Models.Persistence;
using static TorchSharp.torch;

namespace QDiff.Models.Training;

/// <summary>A trained model to score.</summary>
/// <param name="Name">What it is called in files and tables.</param>
/// <param name="Model">The model, averaged weights where there are any.</param>
/// <param name="Loss">Loss at the end of its training, where it was trained just now.</param>
/// <param name="TrainingSeconds">Seconds that its training took, likewise.</param>
internal sealed record ScoredModel(string Name, IImageModel Model, double? Loss, double? TrainingSeconds);

/// <summary>What the stages of one kind of model are trained from, and where they write.</summary>
/// <param name="Run">The run folder.</param>
/// <param name="Config">Its configuration.</param>
/// <param name="Train">The training images.</param>
/// <param name="Test">The test images, for scores on the way.</param>
/// <param name="Autoencoder">The trained autoencoder of the latents; null where the model has none.</param>
/// <param name="Latents">The training images encoded, [N, 3n]; null likewise.</param>
/// <param name="Device">Where to run.</param>
/// <param name="Observer">Told of progress.</param>
/// <param name="Cancellation">Stops after the step under way.</param>
internal sealed record ModelContext(
    RunFolder Run, RunConfig Config, ImageDataset Train, ImageDataset Test, SphericalAutoencoder? Autoencoder, Tensor? Latents, ComputeDevice Device,
    ITrainingObserver Observer, CancellationToken Cancellation)
{
    /// <summary>Steps of the run before the next stage.</summary>
    public long Offset { get; set; }

    /// <summary>Measures FID on the way of a stage's training.</summary>
    /// <param name="model">The model whose weights it trains.</param>
    public FidProbe Watch(IImageModel model) => new(Config, model, SampleScorer.Create(Train, Test, Device.Tensors));

    /// <summary>Trains a stage from its last checkpoint to its end.</summary>
    public void Execute(TrainingStage stage)
    {
        stage.Run(Run, Offset, Observer, Cancellation);
        Offset += stage.TotalSteps;
    }
}
