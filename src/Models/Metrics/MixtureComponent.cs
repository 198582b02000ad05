namespace QDiff.Models.Metrics;

/// <summary>One normal distribution of a <see cref="GaussianMixture"/>.</summary>
/// <param name="Weight">Its share, in (0, 1].</param>
/// <param name="Mean">[d].</param>
/// <param name="Covariance">[d, d] in row-major order, symmetric positive definite.</param>
public sealed record MixtureComponent(double Weight, double[] Mean, double[] Covariance);
