using QDiff.Models.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Metrics;

public sealed class GaussianMixtureTests
{
    private static readonly GaussianMixture Known = new(
    [
        new(0.3, [2, 0, -1], [1, 0.5, 0, 0.5, 2, 0.3, 0, 0.3, 0.5]),
        new(0.7, [-2, 1, 1], [0.5, -0.2, 0.1, -0.2, 0.4, 0, 0.1, 0, 1.5]),
    ]);

    [Fact]
    public void LogLikelihood_OneCorrelatedNormal_IsItsDensity()
    {
        var normal = new GaussianMixture([new(1, [1, 2], [2, 0.6, 0.6, 1])]);
        // Σ⁻¹ = [1, −0.6; −0.6, 2]/det with det = 1.64; at x − μ = (1, −1) the square is (1 + 1.2 + 2)/1.64.
        double expected = -Math.Log(2 * Math.PI) - (0.5 * Math.Log(1.64)) - (0.5 * 4.2 / 1.64);
        using Tensor at = tensor([2f, 1f], [1, 2]);
        Assert.Equal(expected, normal.LogLikelihood(at), 9);
    }

    [Fact]
    public void LogLikelihood_TwoComponents_IsTheLogarithmOfTheSum()
    {
        var mixture = new GaussianMixture([new(0.25, [0], [1]), new(0.75, [3], [4])]);
        using Tensor at = tensor([1f, -2f], [2, 1]);
        static double Density(double x)
            => (0.25 * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)) + (0.75 * Math.Exp(-(x - 3) * (x - 3) / 8) / Math.Sqrt(8 * Math.PI));
        Assert.Equal((Math.Log(Density(1)) + Math.Log(Density(-2))) / 2, mixture.LogLikelihood(at), 9);
    }

    [Fact]
    public void Fit_SamplesOfAKnownMixture_RecoversIt()
    {
        using Tensor data = Known.Sample(20_000, seed: 4);
        GaussianMixture fitted = GaussianMixture.Fit(data, 2, seed: 1);
        MixtureComponent[] components = [.. fitted.Components.OrderBy(c => c.Weight)];
        for (int c = 0; c < 2; c++)
        {
            Assert.InRange(components[c].Weight, Known.Components[c].Weight - 0.02, Known.Components[c].Weight + 0.02);
            for (int i = 0; i < 3; i++)
            {
                Assert.InRange(components[c].Mean[i] - Known.Components[c].Mean[i], -0.1, 0.1);
            }
            for (int i = 0; i < 9; i++)
            {
                Assert.InRange(components[c].Covariance[i] - Known.Components[c].Covariance[i], -0.15, 0.15);
            }
        }
        Assert.InRange(fitted.LogLikelihood(data) - Known.LogLikelihood(data), 0, 0.005);
    }

    [Fact]
    public void OfClasses_SamplesOfKnownComponents_RecoversThemAndDrawsFromTheOneAskedFor()
    {
        byte[] labels = [.. Enumerable.Range(0, 20_000).Select(i => (byte)(i % 10 < 3 ? 0 : 1))];
        using Tensor data = Known.Sample(labels, 4, 0);
        GaussianMixture fitted = GaussianMixture.OfClasses(data, labels, 2);
        foreach ((MixtureComponent own, MixtureComponent known) in fitted.Components.Zip(Known.Components))
        {
            Assert.Equal(known.Weight, own.Weight, 1e-9);
            Assert.All(own.Mean.Zip(known.Mean), pair => Assert.Equal(pair.Second, pair.First, 0.1));
            Assert.All(own.Covariance.Zip(known.Covariance), pair => Assert.Equal(pair.Second, pair.First, 0.15));
        }
        using Tensor tail = Known.Sample(labels.AsSpan(7, 5), 4, 7);
        Assert.Equal(data.narrow(0, 7, 5).data<float>().ToArray(), tail.data<float>().ToArray());
    }

    [Fact]
    public void OfClasses_AClassWithoutRows_IsRefusedByNumber()
    {
        using Tensor data = Known.Sample(4, seed: 1);
        Assert.Contains("class 1 has 1", Assert.Throws<UserErrorException>(() => GaussianMixture.OfClasses(data, [0, 0, 1, 0], 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_MoreComponents_IsMoreLikely()
    {
        using Tensor data = Known.Sample(5000, seed: 4);
        double one = GaussianMixture.Fit(data, 1, seed: 1).LogLikelihood(data);
        double two = GaussianMixture.Fit(data, 2, seed: 1).LogLikelihood(data);
        double twenty = GaussianMixture.Fit(data, 20, seed: 1).LogLikelihood(data);
        Assert.True(two > one + 0.1, $"{one} {two}");
        Assert.True(twenty > two, $"{two} {twenty}");
    }

    [Fact]
    public void Fit_OneComponent_IsTheMeanAndCovarianceOfTheData()
    {
        using Tensor data = Known.Sample(3000, seed: 9) + 100;
        FeatureStatistics statistics = FeatureStatistics.Of(data);
        MixtureComponent component = Assert.Single(GaussianMixture.Fit(data, 1, seed: 1).Components);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(statistics.Mean[i], component.Mean[i], 6);
            for (int j = 0; j < 3; j++)
            {
                Assert.InRange(component.Covariance[(i * 3) + j] - (statistics.Covariance[(i * 3) + j] * 2999 / 3000), -1e-5, 1e-5);
            }
        }
    }

    [Fact]
    public void Fit_SameSeed_IsTheSameMixture()
    {
        using Tensor data = Known.Sample(2000, seed: 4);
        GaussianMixture a = GaussianMixture.Fit(data, 5, seed: 3), b = GaussianMixture.Fit(data, 5, seed: 3);
        Assert.Equal(a.Components.SelectMany(c => c.Mean), b.Components.SelectMany(c => c.Mean));
    }

    [Fact]
    public void Fit_ConstantColumnAndDuplicates_StaysFinite()
    {
        using Tensor few = Clouds.Normal(10, 3, seed: 1);
        using Tensor data = cat([few.repeat(20, 1), zeros(200, 1)], 1);
        GaussianMixture fitted = GaussianMixture.Fit(data, 15, seed: 1);
        Assert.True(double.IsFinite(fitted.LogLikelihood(data)));
        Assert.Equal(1, fitted.Components.Sum(c => c.Weight), 9);
    }

    [Fact]
    public void Sample_ManyRows_HaveTheMomentsOfTheMixture()
    {
        const int count = 200_000;
        using Tensor drawn = Known.Sample(count, seed: 11);
        FeatureStatistics statistics = FeatureStatistics.Of(drawn);
        for (int i = 0; i < 3; i++)
        {
            double mean = Known.Components.Sum(c => c.Weight * c.Mean[i]);
            double variance = Known.Components.Sum(c => c.Weight * (c.Covariance[i * 4] + (c.Mean[i] * c.Mean[i]))) - (mean * mean);
            double sigma = Math.Sqrt(variance / count);
            Assert.InRange(statistics.Mean[i], mean - (5 * sigma), mean + (5 * sigma));
            Assert.InRange(statistics.Covariance[i * 4], 0.97 * variance, 1.03 * variance);
        }
    }

    [Fact]
    public void Sample_FewerRows_AreTheFirstOfMore()
    {
        using Tensor some = Known.Sample(10, seed: 2), more = Known.Sample(20, seed: 2), others = Known.Sample(10, seed: 3);
        Assert.Equal(some.data<float>().ToArray(), more.narrow(0, 0, 10).contiguous().data<float>().ToArray());
        Assert.NotEqual(some.data<float>().ToArray(), others.data<float>().ToArray());
    }

    [Fact]
    public void ParameterCount_ThirtyCoordinates_CountsWeightsMeansAndCovariances()
    {
        double[] identity = new double[900];
        for (int i = 0; i < 30; i++)
        {
            identity[i * 31] = 1;
        }
        var mixture = new GaussianMixture([.. Enumerable.Repeat(new MixtureComponent(0.1, new double[30], identity), 10)]);
        Assert.Equal(4959, mixture.ParameterCount);
    }

    [Fact]
    public void Constructor_WrongInput_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new GaussianMixture([new(0.5, [0], [1])]));
        Assert.Throws<ArgumentException>(() => new GaussianMixture([new(1, [0], [-1])]));
        Assert.Throws<ArgumentException>(() => new GaussianMixture([new(0.5, [0], [1]), new(0.5, [0, 0], [1, 0, 0, 1])]));
        Assert.Throws<ArgumentException>(() => GaussianMixture.Fit(Clouds.Normal(3, 2, seed: 1), 3, seed: 1));
        Assert.Throws<ArgumentException>(() => Known.LogLikelihood(Clouds.Normal(3, 2, seed: 1)));
    }
}
