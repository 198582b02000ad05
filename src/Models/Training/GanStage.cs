using QDiff.Models.Diffusion;
using QDiff.Models.Generators;
using QDiff.Models.Hybrid;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace QDiff.Models.Training;

/// <summary>
/// Trains a conditional Wasserstein GAN with gradient penalty (Gulrajani et al. 2017, docs/references.md: Gulrajani2017): the critic in every step, by
/// D(fake) − D(real) + 10·(|∇ₓD(x̃)| − 1)² with x̃ evenly between a real and a fake sample; the generator in every fifth, by −D(fake).
/// </summary>
internal sealed class GanStage : TrainingStage
{
    public const string StageName = "gan";

    private const double Penalty = 10;
    private const int CriticSteps = 5;
    private const double Beta1 = 0, Beta2 = 0.9; // Of Adam, as in the source.

    private readonly RunConfig _config;
    private readonly Tensor _data;
    private readonly byte[] _labels;
    private readonly GanGenerator _generator;
    private readonly Critic _critic;
    private readonly Adam _optimizer;
    private readonly Adam _criticOptimizer;
    private readonly ExponentialMovingAverage _average;
    private readonly CosineDecay _schedule;
    private readonly EpochOrder _order;
    private readonly ulong _noiseSeed;

    /// <param name="config">Sizes and budget.</param>
    /// <param name="data">Latents [N, 3n] or images [N, 1, 28, 28].</param>
    /// <param name="labels">[N].</param>
    public GanStage(RunConfig config, Tensor data, byte[] labels)
    {
        _config = config;
        _data = data;
        _labels = labels;
        _order = new EpochOrder(labels.Length, config.Batch, config.Seed, "denoiser order");
        _noiseSeed = SeedSequence.Derive(config.Seed, "gan noise");
        random.manual_seed((long)SeedSequence.Derive(config.Seed, "gan"));
        _generator = new GanGenerator(config).to(data.device);
        Average = new GanGenerator(config).to(data.device);
        _critic = (config.Kind.HasLatents
            ? (Critic)new LatentCritic(3 * config.Qubits, Conditioning.Classes, GanGenerator.LatentWidth(config))
            : new ImageCritic(Conditioning.Classes)).to(data.device);
        _average = new ExponentialMovingAverage(_generator, Average, config.AverageDecay);
        _optimizer = optim.Adam(_generator.parameters(), lr: config.LearningRate, beta1: Beta1, beta2: Beta2);
        _criticOptimizer = optim.Adam(_critic.parameters(), lr: config.LearningRate, beta1: Beta1, beta2: Beta2);
        _schedule = new CosineDecay(config.LearningRate, config.DenoiserSteps);
    }

    /// <summary>The generator with averaged weights: the one that draws.</summary>
    public GanGenerator Average { get; }

    public override string Name => StageName;

    public override long TotalSteps => _config.DenoiserSteps;

    public override int SamplesPerStep => _config.Batch;

    protected override string Fingerprint => _config.Fingerprint;

    public override void Dispose()
    {
        _optimizer.Dispose();
        _criticOptimizer.Dispose();
        _generator.Dispose();
        _critic.Dispose();
    }

    protected override Tensor Step(long step)
    {
        using var scope = NewDisposeScope();
        int[] rows = _order.Rows(step);
        Device device = _data.device;
        Tensor classes = GanModel.OneHot([.. rows.Select(row => _labels[row])], device);
        Tensor real = _data.index_select(0, tensor(rows.Select(row => (long)row).ToArray(), device: device));
        Tensor inputs = cat([GaussianNoise.Draw(rows.Length, [_generator.Noise], _noiseSeed, 2 * (ulong)step, 0, device), classes], 1);
        SetLearningRate(_optimizer, _schedule.At(step));
        SetLearningRate(_criticOptimizer, _schedule.At(step));

        Tensor loss = CriticLoss(real, Fake(inputs), classes, step);
        _criticOptimizer.zero_grad();
        loss.backward();
        _criticOptimizer.step();
        if ((step + 1) % CriticSteps == 0)
        {
            Tensor value = -_critic.call(_generator.call(inputs), classes).mean();
            _optimizer.zero_grad();
            value.backward();
            _optimizer.step();
            _average.Update(step / CriticSteps);
        }

        return loss.detach().MoveToOuterDisposeScope();
    }

    protected override StageState State()
        => new([("model.", _generator), ("average.", Average), ("critic.", _critic)], _optimizer, _criticOptimizer);

    private Tensor Fake(Tensor inputs)
    {
        using var frozen = no_grad();
        return _generator.call(inputs);
    }

    private Tensor CriticLoss(Tensor real, Tensor fake, Tensor classes, long step)
    {
        int batch = (int)real.shape[0];
        var draw = new Random((int)(SeedSequence.Derive(_config.Seed, "gan places", step) & int.MaxValue));
        float[] places = [.. Enumerable.Range(0, batch).Select(_ => draw.NextSingle())];
        Tensor place = tensor(places, [batch, .. Enumerable.Repeat(1L, (int)real.dim() - 1)], device: real.device);
        Tensor slopes = _critic.InputGradient((real * place) + (fake * (1 - place)), classes).reshape(batch, -1);
        Tensor length = (slopes.square().sum(1) + 1e-12).sqrt();
        return _critic.call(fake, classes).mean() - _critic.call(real, classes).mean() + ((length - 1).square().mean() * Penalty);
    }
}
