using QDiff.Engine.Backends;
using QDiff.Models.Diffusion;
using QDiff.Models.Generators;
using QDiff.Models.Hybrid;
using QDiff.Models.Quantum;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace QDiff.Models.Training;

/// <summary>
/// Trains a denoiser, or one of its controls, to predict r_0 from r_t: squared error weighted by clip(κ̄_t, 1, 30), Adam with cosine
/// decay, and a moving average of the weights. All variants see the same batches, steps t and noise.
/// </summary>
internal sealed class DenoiserStage : TrainingStage
{
    private const double LowestWeight = 1;
    private const double HighestWeight = 30;

    private readonly RunConfig _config;
    private readonly Tensor _latents;
    private readonly ReadOnlyMemory<byte> _labels;
    private readonly Denoiser _model;
    private readonly Adam _optimizer;
    private readonly ExponentialMovingAverage _average;
    private readonly IDiffusion _diffusion;
    private readonly Conditioning _conditioning;
    private readonly CosineDecay _schedule;
    private readonly EpochOrder _order;

    public DenoiserStage(RunConfig config, DenoiserVariant variant, Tensor latents, ReadOnlyMemory<byte> labels, IBackend backend)
    {
        _config = config;
        _latents = latents;
        _labels = labels;
        Name = VariantNames.Of(variant);
        _order = new EpochOrder(labels.Length, config.Batch, config.Seed, "denoiser order");
        _diffusion = LatentProcess.Of(config);
        _conditioning = new Conditioning(_diffusion);
        random.manual_seed((long)SeedSequence.Derive(config.Seed, "denoiser"));
        _model = new Denoiser(config.DenoiserShape, variant, backend, config.CircuitExecution).to(latents.device);
        Average = new Denoiser(config.DenoiserShape, variant, backend, config.CircuitExecution).to(latents.device);
        _average = new ExponentialMovingAverage(_model, Average, config.AverageDecay);
        _optimizer = optim.Adam(_model.parameters().Where(p => p.requires_grad), lr: config.LearningRate);
        _schedule = new CosineDecay(config.LearningRate, config.DenoiserSteps);
    }

    /// <summary>The denoiser with averaged weights: the one that samples.</summary>
    public Denoiser Average { get; }

    public override string Name { get; }

    public override long TotalSteps => _config.DenoiserSteps;

    public override int SamplesPerStep => _config.Batch;

    public override void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
    }

    protected override string Fingerprint => _config.Fingerprint;

    protected override Tensor Step(long step)
    {
        using var scope = NewDisposeScope();
        int batch = _config.Batch;
        Device device = _latents.device;
        int[] rows = _order.Rows(step);
        var draw = new Random((int)(SeedSequence.Derive(_config.Seed, "denoiser steps", step) & int.MaxValue));
        var indices = new long[batch];
        var timesteps = new int[batch];
        var classes = new byte[batch];
        var weights = new float[batch];
        for (int b = 0; b < batch; b++)
        {
            indices[b] = rows[b];
            classes[b] = _labels.Span[rows[b]];
            timesteps[b] = draw.Next(1, _config.DiffusionSteps + 1);
            weights[b] = (float)Math.Clamp(_diffusion.Precision(timesteps[b]), LowestWeight, HighestWeight);
        }

        LabelDropout.Apply(classes, _config, step);
        Tensor clean = _latents.index_select(0, tensor(indices, device: device));
        Tensor noisy = _diffusion.Diffuse(clean, timesteps, SeedSequence.Derive(_config.Seed, "denoiser noise"), (ulong)step);
        _model.SetRandomness(new CircuitRandomness(SeedSequence.Derive(_config.Seed, "circuit", step), 0));
        Tensor predicted = _model.call(noisy, _conditioning.Shrink(timesteps, device), _conditioning.Rows(timesteps, classes, device));
        Tensor loss = ((predicted - clean).square().mean([1]) * tensor(weights, device: device)).mean();
        SetLearningRate(_optimizer, _schedule.At(step));
        _optimizer.zero_grad();
        loss.backward();
        _model.ThrowIfBackwardFailed();
        _optimizer.step();
        _average.Update(step);
        return loss.detach().MoveToOuterDisposeScope();
    }

    protected override StageState State() => new StageState([("model.", _model), ("average.", Average)], _optimizer);
}
