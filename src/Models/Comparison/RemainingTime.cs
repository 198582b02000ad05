using System.Diagnostics;
using QDiff.Models.Generators;
using QDiff.Models.Hybrid;
using QDiff.Models.Training;

namespace QDiff.Models.Comparison;

/// <summary>
/// How long a comparison takes: at first from what its parts took on two processor cores, then corrected by how long the parts took that are done here.
/// </summary>
/// <param name="parts">Seconds of every part on two cores, in the order in which they are done; 0 for what is done already.</param>
internal sealed class RemainingTime(IReadOnlyList<double> parts)
{
    // Seconds on two cores of a server, measured with nothing else running: images and samples are counted as often as they are seen.
    private const double AutoencoderImage = 1.05e-4;
    private const double CircuitSample = 2.0e-5;
    private const double FrozenShare = 0.33;
    private const double NetworkSample = 1.5e-6;
    private const double LatentGanSample = 7e-6;
    private const double GanSample = 2.5e-4;
    private const double UNetSample = 1.6e-3;
    private const double MixtureFit = 10;
    private const double CircuitStep = 8e-6;
    private const double NetworkStep = 7e-7;
    private const double UNetStep = 5e-4;
    private const double DecodedImage = 3e-5;
    private const double ScoredImage = 4e-4;
    private const double Classifier = 4.5;

    // Before this many seconds of work the correction would be all chance.
    private const double Enough = 20;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _done;

    /// <summary>Parts in all.</summary>
    public int Parts => parts.Count;

    /// <summary>Parts that are done.</summary>
    public int PartsDone => _done;

    /// <summary>Estimated time until the last part is done.</summary>
    public TimeSpan Left
    {
        get
        {
            double expected = parts.Take(_done).Sum();
            return TimeSpan.FromSeconds(parts.Skip(_done).Sum() * (expected < Enough ? 1 : _clock.Elapsed.TotalSeconds / expected));
        }
    }

    /// <summary>One part more is done.</summary>
    public void Done() => _done++;

    /// <summary>Seconds to train a run and to score it as <c>train</c> does.</summary>
    /// <param name="config">The run.</param>
    /// <param name="trainsAutoencoder">Whether no other run has trained its autoencoder.</param>
    public static double OfTraining(RunConfig config, bool trainsAutoencoder)
    {
        ImageModelKind kind = config.Kind;
        double passes = (double)config.AutoencoderEpochs * config.TrainImages, samples = (double)config.DenoiserSteps * config.Batch;
        double circuit = samples * CircuitSample * CircuitSize(config), network = samples * NetworkSample;
        double model = kind.Name switch
        {
            "hybrid" => circuit + (config.Controls ? ((1 + FrozenShare) * circuit) + (2 * network) : 0),
            "ddpm" => network,
            "gmm" => MixtureFit,
            "vae" => passes * AutoencoderImage,
            "wgan-latent" => samples * LatentGanSample,
            "wgan" => samples * GanSample,
            _ => samples * UNetSample,
        };
        // Its own draw, those in other steps and at another temperature, the controls.
        int draws = kind == ImageModelKind.Hybrid ? config.Controls ? 7 : 3 : !kind.HasDiffusion ? 1 : kind.HasLatents ? 7 : 4;
        return model + (kind.HasLatents && trainsAutoencoder ? passes * AutoencoderImage : 0) + (kind.HasLatents ? MixtureFit : 0)
            + (draws * config.Samples * ScoredImage) + OfDrawing(config, config.SamplingSteps) + ((draws - 1) * OfDrawing(config, Math.Min(kind.HasLatents ? 50 : 10, config.DiffusionSteps)));
    }

    /// <summary>Seconds to draw from a run and to measure what the images are worth.</summary>
    /// <param name="config">The run.</param>
    /// <param name="steps">Reverse steps.</param>
    /// <param name="isScored">Whether the run has scored the same images already.</param>
    public static double OfMeasuring(RunConfig config, int steps, bool isScored) =>
        OfDrawing(config, steps) + (isScored ? 0 : config.Samples * ScoredImage) + (Classifier * Math.Min(1, config.Samples / 10_000.0));

    private static double OfDrawing(RunConfig config, int steps) => config.Samples * (DecodedImage + (config.Kind.HasDiffusion
        ? steps * (config.Kind == ImageModelKind.Hybrid ? CircuitStep * CircuitSize(config) : config.Kind.HasLatents ? NetworkStep : UNetStep)
        : 0));

    /// <summary>Work of a circuit in units of that of 10 qubits and 15 layers.</summary>
    private static double CircuitSize(RunConfig config) => config.Qubits * config.Layers * Math.Pow(2, config.Qubits) / (10 * 15 * 1024.0);
}
