using System.Numerics;
using TorchSharp;

namespace QDiff.Portable.Torch.Tests.Kernels;

public class ConvolutionTests
{
    // batch, channels, height, width, out, kernel y, kernel x, stride y, stride x, padding y, padding x, dilation y, dilation x, groups
    public static TheoryData<int[]> Shapes =>
    [
        [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1],
        [2, 3, 7, 7, 5, 3, 3, 1, 1, 1, 1, 1, 1, 1],
        [3, 4, 8, 6, 4, 3, 3, 2, 2, 1, 1, 1, 1, 1],
        [2, 2, 28, 28, 16, 3, 3, 1, 1, 1, 1, 1, 1, 1],
        [2, 5, 9, 11, 3, 2, 4, 3, 2, 1, 2, 1, 1, 1],
        [2, 6, 10, 9, 4, 3, 3, 1, 2, 2, 1, 2, 2, 2],
        [5, 4, 5, 5, 8, 3, 3, 1, 1, 0, 0, 1, 1, 4],
        [1, 2, 20, 70, 3, 5, 5, 1, 1, 2, 2, 1, 1, 1],
        [9, 40, 7, 7, 20, 3, 3, 1, 1, 1, 1, 1, 1, 1],
        [2, 3, 6, 6, 2, 3, 3, 3, 3, 0, 0, 1, 1, 1],
        [4, 3, 6, 5, 4, 1, 1, 2, 1, 0, 0, 1, 1, 1],
        [2, 3, 6, 6, 4, 2, 2, 1, 1, 3, 3, 1, 1, 1],
        [2, 2, 9, 9, 3, 3, 3, 4, 5, 1, 2, 1, 3, 1],

        // Rows of one, two and several vectors, dealt out to two phases.
        [3, 5, 28, 28, 16, 4, 4, 2, 2, 1, 1, 1, 1, 1],
        [17, 32, 14, 14, 16, 3, 3, 2, 2, 1, 1, 1, 1, 1],
        [2, 3, 9, 17, 5, 3, 3, 2, 2, 0, 0, 1, 1, 1],
        [2, 3, 11, 33, 4, 3, 5, 2, 2, 1, 2, 1, 1, 1],
        [2, 4, 8, 50, 6, 3, 3, 2, 2, 1, 3, 1, 2, 2],
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Convolution_InDouble_EqualsNaiveLoops(int[] sizes) => Check<double>(sizes, 1e-11);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Convolution_InSingle_EqualsNaiveLoops(int[] sizes) => Check<float>(sizes, 2e-4);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Convolution_DifferentThreadCounts_GivesTheSameBits(int stride)
    {
        var shape = new ConvolutionShape(37, 5, 14, 14, 6, 3, 3, stride, stride, 1, 1, 1, 1, 1);
        var random = new Random(3);
        float[] x = Fill<float>(random, shape.InputLength);
        float[] w = Fill<float>(random, shape.WeightLength);
        float[] dy = Fill<float>(random, shape.OutputLength);
        var runs = new List<float[][]>();
        foreach (int threads in new[] { 1, 2, 5 })
        {
            float[] y = new float[shape.OutputLength], dx = new float[shape.InputLength], dw = new float[shape.WeightLength];
            ThreadCount.With(threads, () =>
            {
                Convolution.Forward<float>(shape, x, w, [], y);
                Convolution.BackwardInput<float>(shape, dy, w, dx);
                Convolution.BackwardWeight<float>(shape, x, dy, dw);
            });
            runs.Add([y, dx, dw]);
        }
        Assert.All(runs, run => Assert.Equal(runs[0], run));
    }

    [Fact]
    public void Convolution_KernelLargerThanPaddedImage_IsRefused()
    {
        var shape = new ConvolutionShape(1, 1, 2, 2, 1, 5, 5, 1, 1, 1, 1, 1, 1, 1);
        var error = Assert.Throws<ArgumentException>(() => Convolution.Forward<float>(shape, new float[4], new float[25], [], []));
        Assert.Contains("larger than the padded image (4×4)", error.Message);
    }

    [Fact]
    public void Convolution_ChannelsNotDivisibleByGroups_AreRefused()
    {
        var shape = new ConvolutionShape(1, 3, 2, 2, 2, 1, 1, 1, 1, 0, 0, 1, 1, 2);
        Assert.Throws<ArgumentException>(() => Convolution.Forward<float>(shape, new float[12], new float[2], [], new float[8]));
    }

    [Fact]
    public void Convolution_WrongLength_IsRefused()
    {
        var shape = new ConvolutionShape(1, 1, 2, 2, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1);
        Assert.Throws<ArgumentException>(() => Convolution.Forward<float>(shape, new float[3], new float[1], [], new float[4]));
        Assert.Throws<ArgumentException>(() => Convolution.Forward<float>(shape, new float[4], new float[1], new float[2], new float[4]));
    }

    private static void Check<T>(int[] d, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var s = new ConvolutionShape(d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7], d[8], d[9], d[10], d[11], d[12], d[13]);
        var random = new Random(2);
        T[] x = Fill<T>(random, s.InputLength), w = Fill<T>(random, s.WeightLength), b = Fill<T>(random, s.OutChannels), dy = Fill<T>(random, s.OutputLength);
        double[] y = new double[s.OutputLength], dx = new double[s.InputLength], dw = new double[s.WeightLength], db = new double[s.OutChannels];
        int group = s.Channels / s.Groups, outGroup = s.OutChannels / s.Groups;
        for (int n = 0; n < s.Batch; n++)
        {
            for (int o = 0; o < s.OutChannels; o++)
            {
                for (int i = 0; i < s.OutHeight; i++)
                {
                    for (int j = 0; j < s.OutWidth; j++)
                    {
                        int at = (((((n * s.OutChannels) + o) * s.OutHeight) + i) * s.OutWidth) + j;
                        double g = double.CreateChecked(dy[at]);
                        y[at] = double.CreateChecked(b[o]);
                        db[o] += g;
                        for (int c = 0; c < group; c++)
                        {
                            for (int u = 0; u < s.KernelHeight; u++)
                            {
                                for (int v = 0; v < s.KernelWidth; v++)
                                {
                                    int row = (i * s.StrideY) + (u * s.DilationY) - s.PaddingY;
                                    int column = (j * s.StrideX) + (v * s.DilationX) - s.PaddingX;
                                    if (row < 0 || row >= s.Height || column < 0 || column >= s.Width)
                                    {
                                        continue;
                                    }
                                    int from = (((((n * s.Channels) + (o / outGroup * group) + c) * s.Height) + row) * s.Width) + column;
                                    int weight = (((((o * group) + c) * s.KernelHeight) + u) * s.KernelWidth) + v;
                                    y[at] += double.CreateChecked(x[from]) * double.CreateChecked(w[weight]);
                                    dx[from] += g * double.CreateChecked(w[weight]);
                                    dw[weight] += g * double.CreateChecked(x[from]);
                                }
                            }
                        }
                    }
                }
            }
        }
        T[] actualY = new T[y.Length], actualDx = new T[dx.Length], actualDw = new T[dw.Length], actualDb = new T[db.Length];
        Convolution.Forward<T>(s, x, w, b, actualY);
        Convolution.BackwardInput<T>(s, dy, w, actualDx);
        Convolution.BackwardWeight<T>(s, x, dy, actualDw);
        Convolution.BackwardBias<T>(s.Batch, s.OutChannels, s.OutPixels, dy, actualDb);
        Close("y", y, actualY, tolerance);
        Close("dx", dx, actualDx, tolerance);
        Close("dw", dw, actualDw, tolerance);
        Close("db", db, actualDb, tolerance);
    }

    private static void Close<T>(string name, double[] expected, T[] actual, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < expected.Length; i++)
        {
            double value = double.CreateChecked(actual[i]);
            Assert.True(Math.Abs(expected[i] - value) <= tolerance * (1 + Math.Abs(expected[i])), $"{name}[{i}]: expected {expected[i]}, got {value}.");
        }
    }

    private static T[] Fill<T>(Random random, long count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new T[count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = T.CreateChecked(random.NextDouble() - 0.5);
        }
        return values;
    }
}
