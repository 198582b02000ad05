using QDiff.Engine.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Metrics;

/// <summary>
/// FID at infinitely many samples. With N samples on both sides FID is too high by about c/N, so distances of N against N, averaged
/// over disjoint parts of the samples, are extended to 1/N = 0 by a straight line. The rows are shuffled first, because samples come
/// class after class and MNIST's test set comes with its clean half in front.
/// </summary>
/// <remarks>Source: Chong and Forsyth 2020 (docs/references.md: Chong2020), here with both sides cut to N.</remarks>
public static class FidExtrapolation
{
    private const ulong Seed = 0; // Fixed, so that the same samples always get the same number.
    private const ulong ShufflePurpose = 0x6668;
    private static readonly int[] Parts = [1, 2, 3, 4, 5];

    /// <summary>The extrapolated distance; may come out slightly below 0 when the two clouds are alike.</summary>
    /// <param name="first">[N, d], in any order.</param>
    /// <param name="second">[M, d], in any order; as many rows are used of both.</param>
    /// <exception cref="ArgumentException">The tensors are not matrices of at least 10 rows and as many columns.</exception>
    public static double Estimate(Tensor first, Tensor second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.dim() != 2 || second.dim() != 2 || first.shape[1] != second.shape[1] || first.shape[0] < 2 * Parts[^1] || second.shape[0] < 2 * Parts[^1])
        {
            throw new ArgumentException(
                $"The extrapolation needs features [N, d] and [M, d] with N and M at least {2 * Parts[^1]}; got [{string.Join(", ", first.shape)}] and [{string.Join(", ", second.shape)}].");
        }
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor a = Shuffled(first, 0), b = Shuffled(second, 1);
        long count = Math.Min(first.shape[0], second.shape[0]);
        var points = Parts.Select(parts =>
        {
            long size = count / parts;
            double mean = Enumerable.Range(0, parts).Average(part => Distance(a, b, part * size, size));
            return (X: 1.0 / size, Y: mean);
        }).ToArray();
        double x = points.Average(p => p.X), y = points.Average(p => p.Y);
        double slope = points.Sum(p => (p.X - x) * (p.Y - y)) / points.Sum(p => (p.X - x) * (p.X - x));
        return y - (slope * x);
    }

    private static Tensor Shuffled(Tensor features, long side)
    {
        var random = new CounterRandom(Seed, side, ShufflePurpose);
        long[] order = [.. Enumerable.Range(0, (int)features.shape[0]).Select(i => (Key: random.Word(i), Row: (long)i)).Order().Select(pair => pair.Row)];
        return features.detach().index_select(0, tensor(order, device: features.device));
    }

    private static double Distance(Tensor first, Tensor second, long start, long size)
    {
        using var scope = NewDisposeScope();
        return FrechetDistance.Between(
            FeatureStatistics.Of(first.narrow(0, start, size)), FeatureStatistics.Of(second.narrow(0, start, size)), first.device);
    }
}
