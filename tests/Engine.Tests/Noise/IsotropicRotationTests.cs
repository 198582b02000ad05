using QDiff.Engine.Noise;
using QDiff.Engine.Randomness;

namespace QDiff.Engine.Tests.Noise;

public class IsotropicRotationTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.05)]
    [InlineData(1.0)]
    [InlineData(3.0)]
    [InlineData(25.0)]
    [InlineData(5000.0)]
    public void Sample_AnyVector_IsVonMisesFisherAboutIt(double kappa)
    {
        const int count = 60_000;
        const int bins = 16;
        const ulong seed = 4;
        (double X, double Y, double Z)[] directions = [(0, 0, 1), (1, 0, 0), (0.6, -0.48, 0.64)];
        foreach (var (x, y, z) in directions)
        {
            var cells = new int[bins];
            for (var sample = 0; sample < count; sample++)
            {
                var rotation = IsotropicRotation.Sample(kappa, new CounterRandom(seed, sample, 1), 6);
                var (rx, ry, rz) = rotation.Rotate(x, y, z);
                var oneMinusW = (Math.Pow(rx - x, 2) + Math.Pow(ry - y, 2) + Math.Pow(rz - z, 2)) / 2;
                var quantile = kappa == 0 ? oneMinusW / 2 : (1 - Math.Exp(-kappa * oneMinusW)) / (1 - Math.Exp(-2 * kappa));
                cells[Math.Clamp((int)(quantile * bins), 0, bins - 1)]++;
            }

            Sampling.AssertCounts(Enumerable.Repeat(1.0 / bins, bins).ToArray(), cells, count, $"κ {kappa}, about ({x}, {y}, {z}), seed {seed}");
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.7)]
    [InlineData(40.0)]
    public void Sample_MeanRotation_IsTheMeanLengthTimesTheIdentity(double kappa)
    {
        const int count = 60_000;
        const ulong seed = 12;
        var mean = new double[3, 3];
        var square = new double[3, 3];
        for (var sample = 0; sample < count; sample++)
        {
            var rotation = IsotropicRotation.Sample(kappa, new CounterRandom(seed, sample, 1), 0);
            Assert.Equal(1, Dot(rotation, rotation), Tolerances.Rotation);
            Accumulate(rotation, mean, square, count);
        }

        AssertMean(VonMisesFisher.MeanLength(kappa), mean, square, count, $"κ {kappa}, seed {seed}");
    }

    [Fact]
    public void SampleHalfTurn_MeanRotation_IsMinusOneThird()
    {
        const int count = 60_000;
        const ulong seed = 13;
        var mean = new double[3, 3];
        var square = new double[3, 3];
        for (var sample = 0; sample < count; sample++)
        {
            var rotation = IsotropicRotation.SampleHalfTurn(new CounterRandom(seed, sample, 1), 2);
            Assert.Equal(0, rotation.W);
            Assert.Equal(1, Dot(rotation, rotation), Tolerances.Rotation);
            Accumulate(rotation, mean, square, count);
        }

        AssertMean(-1.0 / 3, mean, square, count, $"half turn, seed {seed}");
    }

    [Fact]
    public void After_TwoRotations_RotatesByTheFirstThenTheSecond()
    {
        var first = IsotropicRotation.Sample(0.5, new CounterRandom(1, 2, 3), 0);
        var second = IsotropicRotation.Sample(0.5, new CounterRandom(1, 2, 4), 0);
        var (x, y, z) = first.Rotate(0.36, 0.48, -0.8);
        var (ex, ey, ez) = second.Rotate(x, y, z);
        var (ax, ay, az) = second.After(first).Rotate(0.36, 0.48, -0.8);
        Assert.Equal(ex, ax, Tolerances.Rotation);
        Assert.Equal(ey, ay, Tolerances.Rotation);
        Assert.Equal(ez, az, Tolerances.Rotation);
    }

    [Fact]
    public void Rotate_QuarterTurnAboutZ_TakesXToY()
    {
        var (x, y, z) = new BlochRotation(Math.Sqrt(0.5), 0, 0, Math.Sqrt(0.5)).Rotate(1, 0, 0);
        Assert.Equal(0, x, Tolerances.Rotation);
        Assert.Equal(1, y, Tolerances.Rotation);
        Assert.Equal(0, z, Tolerances.Rotation);
        Assert.Equal((1, 2, 3), BlochRotation.Identity.Rotate(1, 2, 3));
    }

    private static double Dot(BlochRotation a, BlochRotation b) => a.W * b.W + a.X * b.X + a.Y * b.Y + a.Z * b.Z;

    private static void Accumulate(BlochRotation rotation, double[,] mean, double[,] square, int count)
    {
        for (var column = 0; column < 3; column++)
        {
            var (x, y, z) = rotation.Rotate(column == 0 ? 1 : 0, column == 1 ? 1 : 0, column == 2 ? 1 : 0);
            double[] image = [x, y, z];
            for (var row = 0; row < 3; row++)
            {
                mean[row, column] += image[row] / count;
                square[row, column] += image[row] * image[row] / count;
            }
        }
    }

    private static void AssertMean(double shrink, double[,] mean, double[,] square, int count, string what)
    {
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 3; column++)
            {
                var error = Math.Sqrt((square[row, column] - mean[row, column] * mean[row, column]) / count);
                Sampling.AssertWithin(row == column ? shrink : 0, mean[row, column], error, $"entry ({row}, {column}), {what}");
            }
        }
    }
}
