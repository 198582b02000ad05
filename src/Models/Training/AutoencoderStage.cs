using QDiff.Models.Diffusion;
using QDiff.Models.Generators;
using QDiff.Models.Latents;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace QDiff.Models.Training;

/// <summary>
/// Trains the autoencoder by binary cross-entropy, with noise of standard deviation 0.15 on the normalised Bloch vectors.
/// </summary>
internal sealed class AutoencoderStage : TrainingStage
{
    /// <summary>Name of the stage.</summary>
    public const string StageName = "autoencoder";

    private const double LatentNoise = 0.15;
    public const double LearningRate = 2e-3;

    private readonly RunConfig _config;
    private readonly Tensor _images;
    private readonly Adam _optimizer;
    private readonly CosineDecay _schedule;
    private readonly EpochOrder _order;

    public AutoencoderStage(RunConfig config, Tensor images)
    {
        _config = config;
        _images = images;
        _order = new EpochOrder((int)images.shape[0], config.AutoencoderBatch, config.Seed, "autoencoder order");
        TotalSteps = (long)_order.StepsPerEpoch * config.AutoencoderEpochs;
        random.manual_seed((long)SeedSequence.Derive(config.Seed, "autoencoder"));
        // First weights and noise are drawn on the CPU: the same on every device.
        Model = new SphericalAutoencoder(config.Qubits).to(images.device);
        _optimizer = optim.Adam(Model.parameters(), lr: LearningRate);
        _schedule = new CosineDecay(LearningRate, TotalSteps);
    }

    public SphericalAutoencoder Model { get; }

    /// <summary>The training images' latents, [N, 3n]; ends the stage's use of the images, which are freed.</summary>
    public Tensor Encoded()
    {
        Tensor latents = LatentDiffusionModel.Encode(Model, _images);
        _images.Dispose();
        return latents;
    }

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
        Tensor vectors = Model.Encode(images);
        Tensor moved = SphericalDiffusion.Normalise(vectors + (randn(vectors.shape).to(vectors.device) * LatentNoise));
        Tensor loss = functional.binary_cross_entropy_with_logits(Model.DecodeLogits(moved), images);
        SetLearningRate(_optimizer, _schedule.At(step));
        _optimizer.zero_grad();
        loss.backward();
        _optimizer.step();
        return loss.detach().MoveToOuterDisposeScope();
    }

    protected override StageState State() => new StageState([("model.", Model)], _optimizer);
}
