using System.Diagnostics;
using QDiff.Models.Data;
using QDiff.Models.Diffusion;
using QDiff.Models.Hybrid;
using QDiff.Models.Latents;
using QDiff.Models.Metrics;
using static TorchSharp.torch;

namespace QDiff.Models.Training;

/// <summary>A denoiser to score.</summary>
/// <param name="Variant">Which one it is.</param>
/// <param name="Denoiser">The network, averaged weights.</param>
/// <param name="Loss">Loss at the end of its training, where it was trained just now.</param>
/// <param name="TrainingSeconds">Seconds that its training took, likewise.</param>
internal sealed record ScoredDenoiser(DenoiserVariant Variant, Denoiser Denoiser, double? Loss, double? TrainingSeconds);

/// <summary>Scores denoisers of one run through the same decoder, the same draws and the same metric.</summary>
internal sealed class Evaluation : IDisposable
{
    private const int FewSteps = 10;
    private const int GridPerClass = 10;
    private const int MixtureRows = 20_000;

    private readonly RunConfig _config;
    private readonly SphericalAutoencoder _autoencoder;
    private readonly ImageDataset _test;
    private readonly ComputeDevice _device;
    private readonly ITrainingObserver _observer;
    private readonly CancellationToken _cancellation;
    private readonly SampleScorer _scorer;
    private readonly byte[] _classes;
    private readonly ulong _seed;
    private int _done;
    private int _total;

    public Evaluation(
        RunConfig config, SphericalAutoencoder autoencoder, ImageDataset train, ImageDataset test, ComputeDevice device,
        ITrainingObserver observer, CancellationToken cancellation)
    {
        _config = config;
        _autoencoder = autoencoder;
        _test = test;
        _device = device;
        _observer = observer;
        _cancellation = cancellation;
        _scorer = SampleScorer.Create(train, test, device.Tensors);
        _classes = HybridModel.UniformClasses(config.Samples);
        _seed = SeedSequence.Derive(config.Seed, "evaluation");
    }

    /// <summary>The first generated images of every class, [100, 28, 28], and their classes; empty before <see cref="Run"/>.</summary>
    public (float[] Images, byte[] Classes) Grid { get; private set; } = ([], []);

    public void Dispose() => _scorer.Dispose();

    /// <summary>Scores all; the first is the model itself.</summary>
    /// <param name="denoisers">The model and its controls.</param>
    /// <param name="latents">Encoded training images, for the mixtures.</param>
    /// <param name="autoencoderSeconds">Seconds that training the autoencoder took.</param>
    public RunMetrics Run(IReadOnlyList<ScoredDenoiser> denoisers, Tensor latents, double autoencoderSeconds)
    {
        var clock = Stopwatch.StartNew();
        _total = 5 + denoisers.Count + (_config.Controls ? 1 : 0);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor test = _test.Images(_device.Tensors);
        double reconstruction = Told(() => _scorer.Fid(HybridModel.Decode(_autoencoder, HybridModel.Encode(_autoencoder, test))));
        double floor = Told(() => _scorer.Floor);
        double mixture = Told(() => Mixture(latents, 10));
        double? largeMixture = _config.Controls ? Told(() => Mixture(latents, 100)) : null;

        var circuit = new Dictionary<string, VariantScores>();
        GenerationMetrics? main = null;
        GenerationMetrics? one = null;
        GenerationMetrics? few = null;
        foreach (ScoredDenoiser scored in denoisers)
        {
            bool isModel = main is null;
            GenerationMetrics own = Told(() => Score(scored.Denoiser, _config.SamplingSteps, _config.Temperature, isModel));
            circuit[VariantNames.Of(scored.Variant)] = new VariantScores
            {
                Fid = own.Fid, Recall = own.Recall, Coverage = own.Coverage, ConfidentShare = own.ConfidentShare, Loss = scored.Loss,
                Parameters = scored.Denoiser.ParameterCount, TrainingSeconds = scored.TrainingSeconds is { } seconds ? Math.Round(seconds, 1) : null,
            };
            if (!isModel)
            {
                continue;
            }

            one = Told(() => Score(scored.Denoiser, _config.SamplingSteps, 1, false));
            int fewSteps = Math.Min(FewSteps, _config.DiffusionSteps);
            few = Told(() => Score(scored.Denoiser, fewSteps, _config.Temperature, false));
            double training = autoencoderSeconds + (scored.TrainingSeconds ?? 0);
            main = own with { Seconds = Math.Round(training + clock.Elapsed.TotalSeconds, 1) };
        }

        return new RunMetrics
        {
            Data = _test.Name,
            Model = main! with { FidReconstruction = reconstruction, FidFloor = floor },
            TemperatureOne = one!,
            TenSteps = few!,
            Gmm10 = mixture,
            Gmm100 = largeMixture,
            TrainingSeconds = Math.Round(autoencoderSeconds + (denoisers[0].TrainingSeconds ?? 0), 1),
            Circuit = circuit,
        };
    }

    private GenerationMetrics Score(Denoiser denoiser, int steps, double temperature, bool keepGrid)
    {
        using var scope = NewDisposeScope();
        var model = new HybridModel(_autoencoder, denoiser, _config, _device);
        Tensor images = model.Generate(_classes, steps, temperature, _seed, _cancellation);
        if (keepGrid)
        {
            int count = Math.Min(GridPerClass * Conditioning.Classes, _classes.Length);
            Grid = (images.narrow(0, 0, count).cpu().contiguous().data<float>().ToArray(), _classes[..count]);
        }

        return _scorer.Score(images, _classes) with { Seed = _config.Seed, Temperature = temperature, Steps = steps };
    }

    private double Mixture(Tensor latents, int components)
    {
        using var scope = NewDisposeScope();
        Tensor rows = latents.narrow(0, 0, Math.Min(MixtureRows * (components / 10), latents.shape[0]));
        GaussianMixture mixture = GaussianMixture.Fit(rows, components, SeedSequence.Derive(_config.Seed, "mixture"), cancellation: _cancellation);
        Tensor states = SphericalDiffusion.Normalise(mixture.Sample(_config.Samples, _seed, _device.Tensors));
        return _scorer.Fid(HybridModel.Decode(_autoencoder, states));
    }

    private T Told<T>(Func<T> work)
    {
        _cancellation.ThrowIfCancellationRequested();
        T result = work();
        _observer.Progress(new TrainingProgress("evaluation", ++_done, _total, double.NaN, double.NaN, TimeSpan.Zero));
        return result;
    }
}
