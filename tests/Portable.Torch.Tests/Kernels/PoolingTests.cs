using TorchSharp;

namespace QDiff.Portable.Torch.Tests.Kernels;

public class PoolingTests
{
    // planes, height, width, kernel y, kernel x, stride y, stride x, padding y, padding x, dilation
    public static TheoryData<int, int, int, int, int, int, int, int, int> Shapes => new()
    {
        { 3, 8, 8, 2, 2, 2, 2, 0, 0 }, { 2, 7, 9, 3, 2, 2, 1, 1, 1 }, { 1, 5, 5, 5, 5, 1, 1, 2, 2 }, { 4, 6, 6, 3, 3, 3, 3, 0, 1 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Max_AndItsAdjoint_EqualNaiveLoops(int planes, int height, int width, int ky, int kx, int sy, int sx, int py, int px)
    {
        PoolingShape s = Shape(planes, height, width, ky, kx, sy, sx, py, px);
        double[] x = Fill(planes * height * width), dy = Fill(planes * s.OutHeight * s.OutWidth);
        double[] y = new double[dy.Length], dx = new double[x.Length], expected = new double[x.Length];
        long[] indices = new long[dy.Length];
        Pooling.Max<double>(s, x, y, indices);
        Pooling.MaxBackward<double>(s, dy, indices, dx);
        int at = 0;
        for (int p = 0; p < planes; p++)
        {
            for (int i = 0; i < s.OutHeight; i++)
            {
                for (int j = 0; j < s.OutWidth; j++, at++)
                {
                    int best = -1;
                    for (int row = Math.Max(0, (i * sy) - py); row < Math.Min(height, (i * sy) - py + ky); row++)
                    {
                        for (int column = Math.Max(0, (j * sx) - px); column < Math.Min(width, (j * sx) - px + kx); column++)
                        {
                            int place = (((p * height) + row) * width) + column;
                            best = best < 0 || x[place] > x[best] ? place : best;
                        }
                    }
                    Assert.Equal(x[best], y[at]);
                    Assert.Equal(best - (p * height * width), indices[at]);
                    expected[best] += dy[at];
                }
            }
        }
        Assert.Equal(expected, dx);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Average_AndItsAdjoint_EqualNaiveLoops(int planes, int height, int width, int ky, int kx, int sy, int sx, int py, int px)
    {
        foreach (bool countPadding in new[] { true, false })
        {
            PoolingShape s = Shape(planes, height, width, ky, kx, sy, sx, py, px);
            double[] x = Fill(planes * height * width), dy = Fill(planes * s.OutHeight * s.OutWidth);
            double[] y = new double[dy.Length], dx = new double[x.Length], expected = new double[x.Length];
            Pooling.Average<double>(s, countPadding, null, x, y);
            Pooling.AverageBackward<double>(s, countPadding, null, dy, dx);
            int at = 0;
            for (int p = 0; p < planes; p++)
            {
                for (int i = 0; i < s.OutHeight; i++)
                {
                    for (int j = 0; j < s.OutWidth; j++, at++)
                    {
                        var places = new List<int>();
                        for (int row = Math.Max(0, (i * sy) - py); row < Math.Min(height, (i * sy) - py + ky); row++)
                        {
                            for (int column = Math.Max(0, (j * sx) - px); column < Math.Min(width, (j * sx) - px + kx); column++)
                            {
                                places.Add((((p * height) + row) * width) + column);
                            }
                        }
                        double divisor = countPadding ? ky * kx : places.Count;
                        Assert.Equal(places.Sum(place => x[place]) / divisor, y[at], 12);
                        places.ForEach(place => expected[place] += dy[at] / divisor);
                    }
                }
            }
            Assert.All(expected.Zip(dx), pair => Assert.Equal(pair.First, pair.Second, 12));
        }
    }

    [Fact]
    public void Average_WithDivisor_DividesByIt()
    {
        double[] y = new double[1];
        Pooling.Average<double>(new PoolingShape(1, 2, 2, 1, 1, 2, 2, 2, 2, 0, 0), true, 8, [1, 2, 3, 6], y);
        Assert.Equal(1.5, y[0]);
    }

    [Fact]
    public void AdaptiveAverage_UnevenWindows_MeansOverlappingRanges()
    {
        var s = new PoolingShape(1, 1, 5, 1, 3, 1, 1, 1, 1, 0, 0);
        double[] y = new double[3], dx = new double[5];
        Pooling.AdaptiveAverage<double>(s, [1, 2, 4, 8, 16], y);
        Assert.Equal([1.5, 14.0 / 3, 12], y);
        Pooling.AdaptiveAverageBackward<double>(s, [2, 3, 4], dx);
        Assert.Equal([1, 2, 1, 3, 2], dx);
    }

    [Theory]
    [InlineData(5, 2, 2, 0, false, 2)]
    [InlineData(5, 2, 2, 0, true, 3)]
    [InlineData(4, 3, 2, 1, true, 3)]
    [InlineData(3, 2, 3, 1, true, 2)]
    public void OutputSize_CeilingMode_CountsOnlyWindowsThatBeginInside(int size, int kernel, int stride, int padding, bool ceiling, int expected)
        => Assert.Equal(expected, PoolingShape.OutputSize(size, kernel, stride, padding, 1, ceiling));

    [Fact]
    public void OutputSize_PaddingOverHalfTheKernel_IsRefused()
        => Assert.Throws<ArgumentException>(() => PoolingShape.OutputSize(8, 2, 2, 2, 1, false));

    [Fact]
    public void PixelShuffling_ThereAndBack_MovesChannelsIntoPixels()
    {
        double[] x = Fill(2 * 9 * 3 * 4), y = new double[x.Length], back = new double[x.Length];
        PixelShuffling.Run<double>(2, 3, 4, 3, x, y, false);
        for (int c = 0; c < 2; c++)
        {
            for (int i = 0; i < 9; i++)
            {
                for (int j = 0; j < 12; j++)
                {
                    Assert.Equal(x[(((((c * 9) + (i % 3 * 3) + (j % 3)) * 3) + (i / 3)) * 4) + (j / 3)], y[(((c * 9) + i) * 12) + j]);
                }
            }
        }
        PixelShuffling.Run<double>(2, 3, 4, 3, y, back, true);
        Assert.Equal(x, back);
    }

    private static PoolingShape Shape(int planes, int height, int width, int ky, int kx, int sy, int sx, int py, int px) => new(
        planes, height, width, PoolingShape.OutputSize(height, ky, sy, py, 1, false), PoolingShape.OutputSize(width, kx, sx, px, 1, false), ky, kx, sy, sx, py, px);

    private static double[] Fill(int count)
    {
        var random = new Random(4);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)];
    }
}
