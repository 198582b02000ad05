using QDiff.Models.Generators;
using QDiff.Models.Metrics;
using static TorchSharp.torch;

namespace QDiff.Models.Training;

/// <summary>Fits a Gaussian mixture to rows: one step, whose loss is the negative log-likelihood in nats per row.</summary>
/// <param name="config">The run's configuration.</param>
/// <param name="name">Name of the stage.</param>
/// <param name="rows">[N, d].</param>
/// <param name="components">Gaussians of the mixture.</param>
/// <param name="fit">Fits them to the rows.</param>
internal sealed class MixtureStage(RunConfig config, string name, Tensor rows, int components, Func<Tensor, GaussianMixture> fit) : TrainingStage
{
    public MixtureParameters Model { get; } = new(components, (int)rows.shape[1]);

    public override string Name => name;

    public override long TotalSteps => 1;

    public override int SamplesPerStep => (int)rows.shape[0];

    protected override string Fingerprint => config.Fingerprint;

    public override void Dispose()
    {
    }

    protected override Tensor Step(long step)
    {
        GaussianMixture mixture = fit(rows);
        Model.Set(mixture);
        return tensor((float)-mixture.LogLikelihood(rows));
    }

    protected override StageState State() => new([("model.", Model)], null);
}
