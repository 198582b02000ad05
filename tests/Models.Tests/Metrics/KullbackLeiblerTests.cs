using QDiff.Engine.Randomness;
using QDiff.Models.Metrics;

namespace QDiff.Models.Tests.Metrics;

public class KullbackLeiblerTests
{
    [Fact]
    public void BothEstimators_OfShiftedGaussians_ComeNearTheExactValue()
    {
        // D(N(0, 1) ‖ N(μ, 1)) = |μ|²/2.
        float[] p = Gaussian(1, 8000, 0), q = Gaussian(2, 8000, 1);
        Assert.InRange(KullbackLeibler.Histogram(p, q, 0.25), 0.42, 0.58);
        Assert.InRange(KullbackLeibler.NearestNeighbours(p, q, 5), 0.42, 0.58);
    }

    [Fact]
    public void BothEstimators_OfTwoDrawsOfOneDistribution_AreNearZero()
    {
        float[] p = Gaussian(1, 8000, 0), q = Gaussian(2, 8000, 0);
        Assert.InRange(KullbackLeibler.Histogram(p, q, 0.5), 0, 0.05);
        Assert.InRange(KullbackLeibler.NearestNeighbours(p, q, 5), -0.05, 0.05);
    }

    [Fact]
    public void NearestNeighbours_WithTooFewPoints_IsRefused() =>
        Assert.Contains("got 5 and 9", Assert.Throws<ArgumentException>(() => KullbackLeibler.NearestNeighbours(new float[10], new float[18], 5)).Message, StringComparison.Ordinal);

    private static float[] Gaussian(ulong seed, int count, float shift)
    {
        var points = new float[2 * count];
        for (int i = 0; i < count; i++)
        {
            (double x, double y) = new CounterRandom(seed, i, 0).NormalPair(0);
            (points[2 * i], points[(2 * i) + 1]) = ((float)x + shift, (float)y);
        }

        return points;
    }
}
