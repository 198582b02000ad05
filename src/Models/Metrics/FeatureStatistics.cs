using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Metrics;

/// <summary>Mean and covariance of a cloud of feature vectors, in double precision.</summary>
public sealed class FeatureStatistics
{
    private const int BlockRows = 2000;

    /// <summary>Takes over the numbers.</summary>
    /// <param name="mean">[d].</param>
    /// <param name="covariance">[d, d] in row-major order, symmetric.</param>
    /// <param name="count">How many vectors they come from.</param>
    /// <exception cref="ArgumentException">The sizes do not agree.</exception>
    public FeatureStatistics(double[] mean, double[] covariance, long count)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(covariance);
        if (covariance.LongLength != (long)mean.Length * mean.Length)
        {
            throw new ArgumentException($"A mean of {mean.Length} numbers needs a covariance of {mean.Length * mean.Length}; got {covariance.Length}.", nameof(covariance));
        }
        Mean = mean;
        Covariance = covariance;
        Count = count;
    }

    /// <summary>[d].</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>[d, d] in row-major order.</summary>
    public IReadOnlyList<double> Covariance { get; }

    /// <summary>How many vectors they come from.</summary>
    public long Count { get; }

    /// <summary>The number of features, d.</summary>
    public int Dimension => Mean.Count;

    /// <summary>The mean μ = Σx/N and the unbiased covariance Σ(x−μ)(x−μ)ᵀ/(N−1) of the rows of a tensor.</summary>
    /// <param name="features">[N, d] with N ≥ 2, on any device; the sums are taken there, in double.</param>
    /// <exception cref="ArgumentException">The tensor is not a matrix of at least two rows.</exception>
    public static FeatureStatistics Of(Tensor features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.dim() != 2 || features.shape[0] < 2)
        {
            throw new ArgumentException($"Statistics need features of shape [N, d] with N at least 2; got [{string.Join(", ", features.shape)}].", nameof(features));
        }
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        (long count, long dimension) = (features.shape[0], features.shape[1]);
        Tensor mean = features.mean([0], type: ScalarType.Float64);
        Tensor scatter = zeros(dimension, dimension, dtype: ScalarType.Float64, device: features.device);
        for (long start = 0; start < count; start += BlockRows)
        {
            using var blockScope = NewDisposeScope();
            Tensor block = features.narrow(0, start, Math.Min(BlockRows, count - start)).to(ScalarType.Float64) - mean;
            scatter.add_(block.t().mm(block));
        }
        return new FeatureStatistics(
            mean.cpu().data<double>().ToArray(), (scatter / (double)(count - 1)).cpu().contiguous().data<double>().ToArray(), count);
    }
}
