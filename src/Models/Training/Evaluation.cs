using System.Diagnostics;
using QDiff.Models.Data;
using QDiff.Models.Diffusion;
using QDiff.Models.Generators;
using QDiff.Models.Hybrid;
using QDiff.Models.Latents;
using QDiff.Models.Metrics;
using static TorchSharp.torch;

namespace QDiff.Models.Training;

/// <summary>Scores models of one run through the same decoder, the same draws and the same metric.</summary>
internal sealed class Evaluation : IDisposable
{
    private const int FewSteps = 10;
    private const int SomeSteps = 50;
    private const int GridPerClass = 10;
    private const int MixtureRows = 20_000;

    private readonly RunConfig _config;
    private readonly DrawSettings _draw;
    private readonly SphericalAutoencoder? _autoencoder;
    private readonly ImageDataset _test;
    private readonly ComputeDevice _device;
    private readonly ITrainingObserver _observer;
    private readonly CancellationToken _cancellation;
    private readonly SampleScorer _scorer;
    private readonly byte[] _classes;
    private int _done;
    private int _total;

    public Evaluation(
        RunConfig config, DrawSettings draw, byte? label, SphericalAutoencoder? autoencoder, ImageDataset train, ImageDataset test, ComputeDevice device,
        ITrainingObserver observer, CancellationToken cancellation)
    {
        (train, test) = label is { } only ? (train.OfClass(only), test.OfClass(only)) : (train, test);
        _config = config;
        _draw = draw with { Seed = SeedSequence.Derive(config.Seed, "evaluation") };
        _autoencoder = autoencoder;
        _test = test;
        _device = device;
        _observer = observer;
        _cancellation = cancellation;
        _scorer = SampleScorer.Create(train, test, device.Tensors);
        _classes = label is { } asked ? [.. Enumerable.Repeat(asked, config.Samples)] : LatentDiffusionModel.UniformClasses(config.Samples);
    }

    /// <summary>The first generated images of every class, [100, 28, 28], and their classes; empty before <see cref="Run"/>.</summary>
    public (float[] Images, byte[] Classes) Grid { get; private set; } = ([], []);

    public void Dispose() => _scorer.Dispose();

    /// <summary>Scores all; the first is the model itself.</summary>
    /// <param name="models">The model and its controls.</param>
    /// <param name="latents">Encoded training images, for the mixtures; null where there are none.</param>
    /// <param name="autoencoderSeconds">Seconds that training the autoencoder took.</param>
    public RunMetrics Run(IReadOnlyList<ScoredModel> models, Tensor? latents, double autoencoderSeconds)
    {
        var clock = Stopwatch.StartNew();
        ScoredModel model = models[0];
        bool isHybrid = model.Model.Kind == ImageModelKind.Hybrid;
        DrawSettings few = _draw with { Steps = Math.Min(FewSteps, _config.DiffusionSteps) };
        DrawSettings? warm = isHybrid && _draw.Sampler.IsRandom ? _draw with { Temperature = 1 } : null;
        DrawSettings[] others = isHybrid || !model.Model.Kind.HasDiffusion || model.TrainingSeconds is null ? [] : Others(few, model.Model.Kind);
        _total = 1 + models.Count + others.Length + (latents is null ? 0 : 2) + (_config.Controls ? 1 : 0) + (isHybrid ? 1 : 0) + (warm is null ? 0 : 1);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        double? reconstruction = _autoencoder is null ? null : Told(() => Reconstruction(_autoencoder));
        double floor = Told(() => _scorer.Floor);
        double? mixture = latents is null ? null : Told(() => Mixture(latents, 10));
        double? largeMixture = latents is not null && _config.Controls ? Told(() => Mixture(latents, 100)) : null;

        GenerationMetrics main = Told(() => Score(model.Model, _draw, true));
        GenerationMetrics? one = warm is null ? null : Told(() => Score(model.Model, warm, false));
        GenerationMetrics? ten = isHybrid ? Told(() => Score(model.Model, few, false)) : null;
        GenerationMetrics[] draws = [.. others.Select(other => Told(() => Score(model.Model, other, false)))];
        main = main with { Seconds = Math.Round(autoencoderSeconds + (model.TrainingSeconds ?? 0) + clock.Elapsed.TotalSeconds, 1) };
        var variants = new Dictionary<string, VariantScores>();
        foreach (ScoredModel scored in models)
        {
            GenerationMetrics own = scored == model ? main : Told(() => Score(scored.Model, _draw, false));
            variants[scored.Name] = new VariantScores
            {
                Fid = own.Fid, FidInfinity = own.FidInfinity, Precision = own.Precision, Recall = own.Recall, Density = own.Density, Coverage = own.Coverage,
                ConfidentShare = own.ConfidentShare, ConditionalAccuracy = own.ConditionalAccuracy, NearestTraining = own.NearestTraining, Loss = scored.Loss,
                Parameters = scored.Model.ParameterCount, TrainingSeconds = scored.TrainingSeconds is { } seconds ? Math.Round(seconds, 1) : null,
            };
        }

        return new RunMetrics
        {
            Data = _test.Name,
            Kind = model.Model.Kind,
            Parameters = model.Model.ParameterCount,
            Model = main with { FidReconstruction = reconstruction, FidFloor = floor },
            TemperatureOne = one,
            TenSteps = ten,
            Draws = draws,
            Gmm10 = mixture,
            Gmm100 = largeMixture,
            TrainingSeconds = Math.Round(autoencoderSeconds + (model.TrainingSeconds ?? 0), 1),
            Circuit = isHybrid ? variants : new Dictionary<string, VariantScores>(),
        };
    }

    /// <summary>How else a diffusion model is drawn from: in ten steps with every sampler, and one of latents, where steps are cheap, in fifty too.</summary>
    private DrawSettings[] Others(DrawSettings few, ImageModelKind kind)
    {
        DrawSettings[] steps = kind.HasLatents ? [_draw with { Steps = Math.Min(SomeSteps, _config.DiffusionSteps) }, few] : [few];
        return [.. steps.SelectMany(draw => Sampler.All.Select(sampler => draw with { Sampler = sampler }))];
    }

    private double Reconstruction(SphericalAutoencoder autoencoder)
    {
        using var scope = NewDisposeScope();
        return _scorer.Fid(LatentDiffusionModel.Decode(autoencoder, LatentDiffusionModel.Encode(autoencoder, _test.Images(_device.Tensors))));
    }

    private GenerationMetrics Score(IImageModel model, DrawSettings draw, bool keepGrid)
    {
        using var scope = NewDisposeScope();
        Tensor images = model.Generate(_classes, draw, _cancellation);
        if (keepGrid)
        {
            int count = Math.Min(GridPerClass * Conditioning.Classes, _classes.Length);
            Grid = (images.narrow(0, 0, count).cpu().contiguous().data<float>().ToArray(), _classes[..count]);
        }

        GenerationMetrics scores = _scorer.Score(images, model.Kind.HasClasses ? _classes : []) with { Seed = _config.Seed };
        return !model.Kind.HasDiffusion ? scores : scores with
        {
            Temperature = draw.Temperature,
            Steps = draw.Steps,
            Sampler = draw.Sampler == Sampler.Ancestral ? null : draw.Sampler.Name,
            Guidance = draw.Guidance == 0 ? null : draw.Guidance,
        };
    }

    private double Mixture(Tensor latents, int components)
    {
        using var scope = NewDisposeScope();
        Tensor rows = latents.narrow(0, 0, Math.Min(MixtureRows * (components / 10), latents.shape[0]));
        GaussianMixture mixture = GaussianMixture.Fit(rows, components, SeedSequence.Derive(_config.Seed, "mixture"), cancellation: _cancellation);
        Tensor states = SphericalDiffusion.Normalise(mixture.Sample(_config.Samples, _draw.Seed, _device.Tensors));
        return _scorer.Fid(LatentDiffusionModel.Decode(_autoencoder!, states));
    }

    private T Told<T>(Func<T> work)
    {
        _cancellation.ThrowIfCancellationRequested();
        T result = work();
        _observer.Progress(new TrainingProgress("evaluation", ++_done, _total, double.NaN, double.NaN, TimeSpan.Zero));
        return result;
    }
}
