using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Metrics;

/// <summary>
/// The squared Fréchet (2-Wasserstein) distance between two normal distributions,
/// |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁^½ Σ₂ Σ₁^½)^½), which is FID when they are fitted to image features.
/// </summary>
/// <remarks>
/// The trace of the root is the sum of the roots of the eigenvalues of the symmetric matrix Σ₁^½ Σ₂ Σ₁^½, so no general matrix
/// square root is needed and no imaginary part arises; eigenvalues that rounding makes negative count as 0.
/// Sources: Dowson and Landau 1982; Heusel et al. 2017 (docs/references.md: Heusel2017).
/// </remarks>
public static class FrechetDistance
{
    /// <summary>The distance, at least 0.</summary>
    /// <param name="a">The one distribution.</param>
    /// <param name="b">The other, of the same dimension.</param>
    /// <param name="device">Where to compute; null for the CPU.</param>
    /// <exception cref="ArgumentException">The dimensions differ.</exception>
    public static double Between(FeatureStatistics a, FeatureStatistics b, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Dimension != b.Dimension)
        {
            throw new ArgumentException($"Features of {a.Dimension} and of {b.Dimension} numbers cannot be compared; use the same network for both.");
        }
        double means = a.Mean.Zip(b.Mean).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second));
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor first = Matrix(a, device);
        Tensor second = Matrix(b, device);
        (Tensor values, Tensor vectors) = linalg.eigh(first);
        Tensor root = (vectors * values.clamp_min(0).sqrt()).mm(vectors.t());
        Tensor product = root.mm(second).mm(root);
        (Tensor squares, _) = linalg.eigh(0.5 * (product + product.t()));
        double cross = squares.clamp_min(0).sqrt().sum().item<double>();
        return Math.Max(0, means + Trace(a) + Trace(b) - (2 * cross));
    }

    private static Tensor Matrix(FeatureStatistics s, Device? device)
        => tensor(s.Covariance.ToArray(), [s.Dimension, s.Dimension], device: device);

    private static double Trace(FeatureStatistics s)
    {
        double trace = 0;
        for (int i = 0; i < s.Dimension; i++)
        {
            trace += s.Covariance[(i * s.Dimension) + i];
        }
        return trace;
    }
}
