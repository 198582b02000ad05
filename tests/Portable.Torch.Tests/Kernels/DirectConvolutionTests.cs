using TorchSharp;

namespace QDiff.Portable.Torch.Tests.Kernels;

public class DirectConvolutionTests
{
    // batch, channels, side, out, stride, padding
    public static TheoryData<int[]> Shapes =>
    [
        [3, 16, 28, 16, 2, 1],
        [3, 16, 28, 16, 1, 1],
        [5, 32, 28, 32, 2, 1],
        [2, 32, 14, 16, 1, 1],
        [7, 2, 25, 16, 2, 0],
        [1, 4, 30, 32, 2, 0],
        [6, 30, 27, 8, 2, 2],
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Convolution_OfFewChannels_HasTheBitsOfTheUnfoldedOne(int[] d)
    {
        if (SimdWidths.Best != SimdWidth.Bits512)
        {
            return;
        }

        // Two groups of the same images and weights: they are always unfolded.
        var s = new ConvolutionShape(d[0], d[1], d[2], d[2], d[3], 3, 3, d[4], d[4], d[5], d[5], 1, 1, 1);
        ConvolutionShape twice = s with { Channels = 2 * s.Channels, OutChannels = 2 * s.OutChannels, Groups = 2 };
        Assert.True(DirectConvolution.HasForward<float>(s) || DirectConvolution.HasInput<float>(s) || DirectConvolution.HasWeights<float>(s));
        Assert.False(DirectConvolution.HasForward<float>(twice) || DirectConvolution.HasInput<float>(twice) || DirectConvolution.HasWeights<float>(twice));
        var random = new Random(4);
        int image = s.Height * s.Width;
        float[] x = Fill(s.InputLength), w = Fill(s.WeightLength), b = Fill(s.OutChannels), dy = Fill(s.OutputLength);
        float[] y = new float[s.OutputLength], dx = new float[s.InputLength], dw = new float[s.WeightLength];
        Convolution.Forward<float>(s, x, w, b, y);
        Convolution.BackwardInput<float>(s, dy, w, dx);
        Convolution.BackwardWeight<float>(s, x, dy, dw);

        float[] y2 = new float[2 * y.Length], dx2 = new float[2 * dx.Length], dw2 = new float[2 * dw.Length];
        float[] x2 = Twice(x, s.Channels * image), w2 = [.. w, .. w], b2 = [.. b, .. b], dy2 = Twice(dy, s.OutChannels * s.OutPixels);
        Convolution.Forward<float>(twice, x2, w2, b2, y2);
        Convolution.BackwardInput<float>(twice, dy2, w2, dx2);
        Convolution.BackwardWeight<float>(twice, x2, dy2, dw2);
        Assert.Equal(y2, Twice(y, s.OutChannels * s.OutPixels));
        Assert.Equal(dx2, Twice(dx, s.Channels * image));
        Assert.Equal(dw2, dw.Concat(dw));

        float[] Fill(long count) => [.. Enumerable.Range(0, (int)count).Select(_ => (float)random.NextDouble() - 0.5f)];

        // Every image's channels, once more behind them.
        static float[] Twice(float[] values, int image) => [.. values.Chunk(image).SelectMany(part => part.Concat(part))];
    }
}
