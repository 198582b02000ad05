using QDiff.Models.Latents;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace QDiff.Models.Training;

/// <summary>Trains the variational autoencoder by its evidence lower bound, as <see cref="AutoencoderStage"/> trains the spherical one.</summary>
internal sealed class VaeStage : TrainingStage
{
    public const string StageName = "vae";

    private readonly RunConfig _config;
    private readonly Tensor _images;
    private readonly Adam _optimizer;
    private readonly CosineDecay _schedule;
    private readonly EpochOrder _order;

    public VaeStage(RunConfig config, Tensor images)
    {
        _config = config;
        _images = images;
        _order = new EpochOrder((int)images.shape[0], config.AutoencoderBatch, config.Seed, "autoencoder order");
        TotalSteps = (long)_order.StepsPerEpoch * config.AutoencoderEpochs;
        random.manual_seed((long)SeedSequence.Derive(config.Seed, "autoencoder"));
        Model = new VariationalAutoencoder(3 * config.Qubits).to(images.device);
        _optimizer = optim.Adam(Model.parameters(), lr: AutoencoderStage.LearningRate);
        _schedule = new CosineDecay(AutoencoderStage.LearningRate, TotalSteps);
    }

    public VariationalAutoencoder Model { get; }

    public override string Name => StageName;

    public override long TotalSteps { get; }

    public override int SamplesPerStep => _config.AutoencoderBatch;

    public override void Dispose() => _optimizer.Dispose();

    protected override string Fingerprint => _config.Fingerprint;

    protected override Tensor Step(long step)
    {
        using var scope = NewDisposeScope();
        long[] rows = [.. _order.Rows(step)];
        random.manual_seed((long)SeedSequence.Derive(_config.Seed, "autoencoder noise", step));
        Tensor images = _images.index_select(0, tensor(rows, device: _images.device));
        Tensor loss = Model.Loss(images, randn(rows.Length, Model.Width).to(images.device));
        SetLearningRate(_optimizer, _schedule.At(step));
        _optimizer.zero_grad();
        loss.backward();
        _optimizer.step();
        return loss.detach().MoveToOuterDisposeScope();
    }

    protected override StageState State() => new([("model.", Model)], _optimizer);
}
