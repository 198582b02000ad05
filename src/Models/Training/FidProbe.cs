using QDiff.Models.Generators;
using QDiff.Models.Metrics;
using static TorchSharp.torch;

namespace QDiff.Models.Training;

/// <summary>Measures FID at a few places of a stage's training, with few images so that it costs little. Changes nothing that is trained.</summary>
internal sealed class FidProbe : IDisposable
{
    /// <summary>Images that are drawn.</summary>
    public const int Samples = 1_000;

    /// <summary>Reverse steps, or all that the model has if they are fewer.</summary>
    public const int Steps = 10;

    private readonly int _points;
    private readonly IImageModel _model;
    private readonly DrawSettings _draw;
    private readonly SampleScorer _scorer;

    /// <summary>Prepares for a model; measures nothing yet.</summary>
    /// <param name="config">The run: how often, and how it is drawn from.</param>
    /// <param name="model">The model whose averaged weights are being trained.</param>
    /// <param name="scorer">Scores against the test images; taken over.</param>
    public FidProbe(RunConfig config, IImageModel model, SampleScorer scorer)
    {
        _points = config.FidPoints ?? RunConfig.UsualFidPoints;
        _model = model;
        _draw = DrawSettings.Of(config) with { Steps = Math.Min(Steps, config.DiffusionSteps), Seed = SeedSequence.Derive(config.Seed, "probe") };
        _scorer = scorer;
    }

    /// <summary>Whether the training of this kind is watched: a mixture's is over in one step.</summary>
    public static bool Watches(ImageModelKind kind) => kind != ImageModelKind.Gmm;

    /// <summary>Whether a place lies at this step; the last lies at the end.</summary>
    public bool IsDue(long step, long totalSteps) =>
        Enumerable.Range(1, _points).Any(k => step == Math.Max(1, (long)Math.Round((double)totalSteps * k / _points)));

    /// <summary>The FID now.</summary>
    public double Measure()
    {
        using Tensor images = _model.Generate(LatentDiffusionModel.UniformClasses(Samples), _draw);
        return _scorer.Fid(images);
    }

    /// <inheritdoc/>
    public void Dispose() => _scorer.Dispose();
}
