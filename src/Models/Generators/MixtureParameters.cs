using QDiff.Models.Metrics;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace QDiff.Models.Generators;

/// <summary>A Gaussian mixture's numbers as the buffers of a module, so that a run saves and loads it like any other model.</summary>
internal sealed class MixtureParameters : Module<Tensor, Tensor>
{
    private readonly Tensor weights;
    private readonly Tensor means;
    private readonly Tensor covariances;

    public MixtureParameters(int components, int dimension)
        : base(nameof(MixtureParameters))
    {
        weights = zeros(components, dtype: ScalarType.Float64);
        means = zeros(components, dimension, dtype: ScalarType.Float64);
        covariances = zeros(components, dimension, dimension, dtype: ScalarType.Float64);
        register_buffer(nameof(weights), weights);
        register_buffer(nameof(means), means);
        register_buffer(nameof(covariances), covariances);
    }

    /// <summary>Takes over a fitted mixture.</summary>
    public void Set(GaussianMixture mixture)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        weights.copy_(tensor(mixture.Components.Select(c => c.Weight).ToArray()));
        means.copy_(tensor(mixture.Components.SelectMany(c => c.Mean).ToArray(), means.shape));
        covariances.copy_(tensor(mixture.Components.SelectMany(c => c.Covariance).ToArray(), covariances.shape));
    }

    /// <summary>The mixture.</summary>
    public GaussianMixture Mixture()
    {
        int d = (int)means.shape[1];
        double[] weight = weights.data<double>().ToArray(), mean = means.data<double>().ToArray(), covariance = covariances.data<double>().ToArray();
        return new GaussianMixture([.. Enumerable.Range(0, weight.Length).Select(k => new MixtureComponent(
            weight[k], mean[(k * d)..((k + 1) * d)], covariance[(k * d * d)..((k + 1) * d * d)]))]);
    }

    /// <summary>The log-likelihood of rows, nats per row.</summary>
    public override Tensor forward(Tensor rows) => tensor(Mixture().LogLikelihood(rows));
}
