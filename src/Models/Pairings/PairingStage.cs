using QDiff.Models.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace QDiff.Models.Pairings;

/// <summary>Trains one part of a pairing: Adam with cosine decay and a moving average of the weights.</summary>
internal sealed class PairingStage : TrainingStage
{
    private readonly PairingConfig _config;
    private readonly PairingPart _part;
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly Adam _optimizer;
    private readonly ExponentialMovingAverage _average;
    private readonly CosineDecay _schedule;

    public PairingStage(PairingConfig config, PairingPart part)
    {
        _config = config;
        _part = part;
        random.manual_seed((long)SeedSequence.Derive(config.Seed, part.Name));
        _model = part.Make();
        Average = part.Make();
        _average = new ExponentialMovingAverage(_model, Average, config.AverageDecay);
        Average.eval();
        _optimizer = optim.Adam(_model.parameters(), lr: config.LearningRate);
        _schedule = new CosineDecay(config.LearningRate, part.Steps);
    }

    /// <summary>The network with averaged weights: the one that samples.</summary>
    public nn.Module<Tensor, Tensor> Average { get; }

    public override string Name => _part.Name;

    public override long TotalSteps => _part.Steps;

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
        Tensor loss = _part.Loss(_model, step);
        SetLearningRate(_optimizer, _schedule.At(step));
        _optimizer.zero_grad();
        loss.backward();
        (_model as IQuantumDenoiser)?.ThrowIfBackwardFailed();
        _optimizer.step();
        _average.Update(step);
        return loss.detach().MoveToOuterDisposeScope();
    }

    protected override StageState State() => new StageState([("model.", _model), ("average.", Average)], _optimizer);
}
