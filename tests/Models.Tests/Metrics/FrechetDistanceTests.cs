using QDiff.Models.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Metrics;

public sealed class FrechetDistanceTests
{
    private const int Digits = 9;

    [Fact]
    public void Between_CommutingCovariances_IsTheSumOverTheAxes()
    {
        var a = new FeatureStatistics([1, 2, 3], [4, 0, 0, 0, 9, 0, 0, 0, 1], 10);
        var b = new FeatureStatistics([1, 0, 2], [1, 0, 0, 0, 16, 0, 0, 0, 0.25], 10);
        // |Δμ|² = 4 + 1; (2−1)² + (3−4)² + (1−0.5)².
        Assert.Equal(7.25, FrechetDistance.Between(a, b), Digits);
    }

    [Fact]
    public void Between_TwoByTwoCovariancesThatDoNotCommute_IsTheClosedForm()
    {
        var a = new FeatureStatistics([0, 0], [2, 0.7, 0.7, 1], 10);
        var b = new FeatureStatistics([3, 4], [1, -0.4, -0.4, 3], 10);
        // tr √M = √(tr M + 2 √det M) for the 2×2 matrix M = AB.
        double trace = (2 * 1) + (2 * 0.7 * -0.4) + (1 * 3);
        double determinant = ((2 * 1) - (0.7 * 0.7)) * ((1 * 3) - (0.4 * 0.4));
        double expected = 25 + 3 + 4 - (2 * Math.Sqrt(trace + (2 * Math.Sqrt(determinant))));
        Assert.Equal(expected, FrechetDistance.Between(a, b), Digits);
        Assert.Equal(expected, FrechetDistance.Between(b, a), Digits);
    }

    [Fact]
    public void Between_CovariancesOfRankOne_IsTheClosedForm()
    {
        double[] u = [1, 2, 2], v = [0, 3, -1];
        double dot = u.Zip(v, (x, y) => x * y).Sum();
        double expected = u.Sum(x => x * x) + v.Sum(x => x * x) - (2 * Math.Abs(dot));
        Assert.Equal(expected, FrechetDistance.Between(new([0, 0, 0], Outer(u), 10), new([0, 0, 0], Outer(v), 10)), 6);
    }

    [Fact]
    public void Between_ACloudAndItself_IsZero()
    {
        FeatureStatistics cloud = FeatureStatistics.Of(Clouds.Normal(500, 12, seed: 3));
        Assert.InRange(FrechetDistance.Between(cloud, cloud), 0, 1e-9);
    }

    [Fact]
    public void Between_DifferentDimensions_IsRefused()
        => Assert.Throws<ArgumentException>(() => FrechetDistance.Between(new([0], [1], 2), new([0, 0], [1, 0, 0, 1], 2)));

    [Fact]
    public void StatisticsOf_FarFromTheOrigin_AreThoseOfTwoPassesInDouble()
    {
        const int count = 5003, dimension = 7;
        using Tensor features = Clouds.Normal(count, dimension, seed: 1) + 50;
        float[] values = features.data<float>().ToArray();
        FeatureStatistics statistics = FeatureStatistics.Of(features);
        Assert.Equal((count, dimension), (statistics.Count, statistics.Dimension));
        double[] mean = [.. Enumerable.Range(0, dimension).Select(j => Enumerable.Range(0, count).Average(i => (double)values[(i * dimension) + j]))];
        for (int j = 0; j < dimension; j++)
        {
            Assert.Equal(mean[j], statistics.Mean[j], Digits);
            for (int k = 0; k < dimension; k++)
            {
                double covariance = Enumerable.Range(0, count)
                    .Sum(i => (values[(i * dimension) + j] - mean[j]) * (values[(i * dimension) + k] - mean[k])) / (count - 1);
                Assert.Equal(covariance, statistics.Covariance[(j * dimension) + k], Digits);
            }
        }
    }

    [Fact]
    public void StatisticsOf_OneRow_IsRefused()
        => Assert.Throws<ArgumentException>(() => FeatureStatistics.Of(Clouds.Normal(1, 3, seed: 1)));

    [Fact]
    public void Estimate_SameDistributionTwice_IsFarBelowTheDistanceOfTheSamples()
    {
        using Tensor a = Clouds.Normal(4000, 16, seed: 5), b = Clouds.Normal(4000, 16, seed: 6);
        double finite = FrechetDistance.Between(FeatureStatistics.Of(a), FeatureStatistics.Of(b));
        Assert.True(finite > 0.01, $"{finite}");
        Assert.InRange(FidExtrapolation.Estimate(a, b), -0.3 * finite, 0.3 * finite);
    }

    [Fact]
    public void Estimate_ShiftedDistribution_IsTheSquareOfTheShift()
    {
        using Tensor a = Clouds.Normal(4000, 16, seed: 5), b = Clouds.Normal(4000, 16, seed: 6) + 0.5;
        Assert.InRange(FidExtrapolation.Estimate(a, b), 4 - 0.2, 4 + 0.2);
    }

    [Fact]
    public void Estimate_ClassAfterClassInOppositeOrder_IsStillNearZero()
    {
        using Tensor left = Clouds.Normal(1500, 4, seed: 5) - 3, right = Clouds.Normal(1500, 4, seed: 6) + 3;
        using Tensor first = cat([left, right], 0), second = cat([right, left], 0);
        Assert.InRange(FidExtrapolation.Estimate(first, second), -0.2, 0.2);
    }

    [Fact]
    public void Estimate_TooFewRows_IsRefused()
        => Assert.Throws<ArgumentException>(() => FidExtrapolation.Estimate(Clouds.Normal(9, 3, seed: 1), Clouds.Normal(99, 3, seed: 2)));

    private static double[] Outer(double[] u) => [.. u.SelectMany(x => u.Select(y => x * y))];
}
