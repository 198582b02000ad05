using QDiff.Models.Diffusion;
using QDiff.Models.Generators;
using QDiff.Models.Hybrid;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace QDiff.Models.Training;

/// <summary>Trains the pixel diffusion's network by the squared error of v, Adam with cosine decay, and a moving average of the weights.</summary>
internal sealed class UNetStage : TrainingStage
{
    public const string StageName = "unet";

    private readonly RunConfig _config;
    private readonly Tensor _images;
    private readonly byte[] _labels;
    private readonly UNet _model;
    private readonly Adam _optimizer;
    private readonly ExponentialMovingAverage _average;
    private readonly GaussianSchedule _noise;
    private readonly GaussianDiffusion _diffusion;
    private readonly Conditioning _conditioning;
    private readonly CosineDecay _schedule;
    private readonly EpochOrder _order;

    /// <param name="config">Sizes and budget.</param>
    /// <param name="images">[N, 1, 28, 28] in [0, 1].</param>
    /// <param name="labels">[N].</param>
    public UNetStage(RunConfig config, Tensor images, byte[] labels)
    {
        _config = config;
        _images = images;
        _labels = labels;
        _order = new EpochOrder(labels.Length, config.Batch, config.Seed, "denoiser order");
        _noise = GaussianSchedule.Cosine(config.DiffusionSteps);
        _diffusion = UNetModel.Process(_noise);
        _conditioning = new Conditioning(_diffusion);
        random.manual_seed((long)SeedSequence.Derive(config.Seed, "denoiser"));
        _model = new UNet().to(images.device);
        Average = new UNet().to(images.device);
        _average = new ExponentialMovingAverage(_model, Average, config.AverageDecay);
        _optimizer = optim.Adam(_model.parameters(), lr: config.LearningRate);
        _schedule = new CosineDecay(config.LearningRate, config.DenoiserSteps);
    }

    /// <summary>The network with averaged weights: the one that draws.</summary>
    public UNet Average { get; }

    public override string Name => StageName;

    public override long TotalSteps => _config.DenoiserSteps;

    public override int SamplesPerStep => _config.Batch;

    protected override string Fingerprint => _config.Fingerprint;

    public override void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
    }

    protected override Tensor Step(long step)
    {
        using var scope = NewDisposeScope();
        int[] rows = _order.Rows(step);
        Device device = _images.device;
        var draw = new Random((int)(SeedSequence.Derive(_config.Seed, "denoiser steps", step) & int.MaxValue));
        int[] timesteps = [.. rows.Select(_ => draw.Next(1, _config.DiffusionSteps + 1))];
        byte[] classes = [.. rows.Select(row => _labels[row])];
        LabelDropout.Apply(classes, _config, step);
        Tensor clean = (_images.index_select(0, tensor(rows.Select(row => (long)row).ToArray(), device: device)) * 2) - 1;
        Tensor noisy = _diffusion.Diffuse(clean, timesteps, SeedSequence.Derive(_config.Seed, "denoiser noise"), (ulong)step);
        Tensor signal = tensor(timesteps.Select(t => (float)_noise.Signal(t)).ToArray(), [rows.Length, 1, 1, 1], device: device);
        Tensor noise = tensor(timesteps.Select(t => (float)_noise.Noise(t)).ToArray(), [rows.Length, 1, 1, 1], device: device);
        // v = √ᾱ·ε − √(1 − ᾱ)·x_0 with ε = (x_t − √ᾱ·x_0)/√(1 − ᾱ).
        Tensor velocity = ((noisy * signal) - clean) / noise;
        Tensor loss = (_model.call(noisy, _conditioning.Rows(timesteps, classes, device)) - velocity).square().mean();
        SetLearningRate(_optimizer, _schedule.At(step));
        _optimizer.zero_grad();
        loss.backward();
        _optimizer.step();
        _average.Update(step);
        return loss.detach().MoveToOuterDisposeScope();
    }

    protected override StageState State() => new([("model.", _model), ("average.", Average)], _optimizer);
}
