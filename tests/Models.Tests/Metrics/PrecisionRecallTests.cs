using QDiff.Models.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Metrics;

public sealed class PrecisionRecallTests
{
    private const int Digits = 6;

    [Fact]
    public void Score_PointsOnALine_IsWhatCountingGives()
    {
        // Radii with k = 1: real 1, 1, 9; generated 4.5, 4.5, 25.
        using var reference = new PrecisionRecall(Line(0, 1, 10), neighbours: 1, densityNeighbours: 1);
        ManifoldScores scores = reference.Score(Line(0.5f, 5, 30));
        Assert.Equal(2 / 3.0, scores.Precision, Digits);
        Assert.Equal(1, scores.Recall, Digits);
        Assert.Equal(1, scores.Density, Digits);
        Assert.Equal(1, scores.Coverage, Digits);
    }

    [Fact]
    public void Score_OneOfTwoClusters_HasFullPrecisionAndHalfTheRecallAndCoverage()
    {
        using Tensor left = Clouds.Normal(100, 4, seed: 1), right = Clouds.Normal(100, 4, seed: 2) + 100;
        using var reference = new PrecisionRecall(cat([left, right], 0));
        ManifoldScores same = reference.Score(left);
        Assert.Equal(1, same.Precision, Digits);
        Assert.Equal(0.5, same.Recall, Digits);
        Assert.Equal(0.5, same.Coverage, Digits);
    }

    [Fact]
    public void Score_OnePictureManyTimes_HasAlmostNoRecallAndCoverage()
    {
        using Tensor real = Clouds.Normal(500, 4, seed: 1);
        using var reference = new PrecisionRecall(real);
        ManifoldScores scores = reference.Score(real.narrow(0, 7, 1).expand(500, 4).contiguous());
        Assert.Equal(1, scores.Precision, Digits);
        Assert.True(scores.Recall <= 0.01, $"{scores}");
        Assert.True(scores.Coverage <= 0.05, $"{scores}");
    }

    [Fact]
    public void Score_FarAway_IsZero()
    {
        using var reference = new PrecisionRecall(Clouds.Normal(50, 3, seed: 1));
        Assert.Equal(new ManifoldScores(0, 0, 0, 0), reference.Score(Clouds.Normal(60, 3, seed: 2) + 1000));
    }

    [Fact]
    public void Score_SeveralBlocks_IsWhatBruteForceGives()
    {
        const int reals = 1103, fakes = 1211, dimension = 3;
        using Tensor real = Clouds.Normal(reals, dimension, seed: 1), fake = (Clouds.Normal(fakes, dimension, seed: 2) * 1.2) + 0.3;
        using var reference = new PrecisionRecall(real);
        ManifoldScores scores = reference.Score(fake);
        float[][] r = Rows(real), f = Rows(fake);
        double[] near = Radii(r, 3), wide = Radii(r, 5), ofFakes = Radii(f, 3);
        double precision = f.Count(x => r.Where((y, i) => Distance(x, y) <= near[i]).Any()) / (double)fakes;
        double recall = r.Count(y => f.Where((x, j) => Distance(x, y) <= ofFakes[j]).Any()) / (double)reals;
        double density = f.Sum(x => r.Where((y, i) => Distance(x, y) <= wide[i]).Count()) / (5.0 * fakes);
        double coverage = r.Where((y, i) => f.Any(x => Distance(x, y) <= wide[i])).Count() / (double)reals;
        const double slack = 0.002; // Rounding in float32 may move a point over an edge.
        Assert.InRange(scores.Precision, precision - slack, precision + slack);
        Assert.InRange(scores.Recall, recall - slack, recall + slack);
        Assert.InRange(scores.Density, density - slack, density + slack);
        Assert.InRange(scores.Coverage, coverage - slack, coverage + slack);
        Assert.InRange(recall, 0.5, 0.99);
    }

    [Fact]
    public void Score_WrongInput_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new PrecisionRecall(Clouds.Normal(5, 3, seed: 1)));
        using var reference = new PrecisionRecall(Clouds.Normal(6, 3, seed: 1));
        Assert.Throws<ArgumentException>(() => reference.Score(Clouds.Normal(3, 3, seed: 1)));
        Assert.Throws<ArgumentException>(() => reference.Score(Clouds.Normal(30, 4, seed: 1)));
    }

    private static Tensor Line(params float[] points) => tensor(points, [points.Length, 1]);

    private static float[][] Rows(Tensor matrix) => [.. matrix.contiguous().data<float>().ToArray().Chunk((int)matrix.shape[1])];

    private static double[] Radii(float[][] cloud, int k) => [.. cloud.Select(x => cloud.Select(y => Distance(x, y)).Order().ElementAt(k))];

    private static double Distance(float[] a, float[] b) => a.Zip(b, (x, y) => ((double)x - y) * ((double)x - y)).Sum();
}
