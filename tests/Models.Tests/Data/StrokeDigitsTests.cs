using QDiff.Models.Data;

namespace QDiff.Models.Tests.Data;

public sealed class StrokeDigitsTests
{
    private const int Count = 2000;
    private static readonly ImageDataset Digits = StrokeDigits.Generate(7, 1, Count);

    [Fact]
    public void Generate_SameSeed_GivesTheSamePicturesWhateverTheCount()
    {
        Assert.Equal(Digits.Sha256, StrokeDigits.Generate(7, 1, Count).Sha256);
        ImageDataset fewer = StrokeDigits.Generate(7, 1, 13);
        Assert.Equal(Digits.Slice(0, 13).Pixels, fewer.Pixels);
        Assert.Equal(Digits.Slice(0, 13).Labels, fewer.Labels);
    }

    [Fact]
    public void Generate_OtherSeedOrPart_GivesOtherPictures()
    {
        Assert.NotEqual(Digits.Sha256, StrokeDigits.Generate(8, 1, Count).Sha256);
        Assert.NotEqual(Digits.Sha256, StrokeDigits.Generate(7, 2, Count).Sha256);
    }

    [Fact]
    public void Generate_EveryBlockOfTen_HoldsEveryClassInRandomOrder()
    {
        byte[][] blocks = [.. Digits.Labels.Chunk(10)];
        Assert.All(blocks, block => Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], block.Select(label => (int)label).Order()));
        Assert.True(blocks.Select(block => string.Join("", block)).Distinct().Count() > blocks.Length / 2);
    }

    [Fact]
    public void Generate_EveryPicture_HasInkInTheMiddleAndAnEmptyEdge()
    {
        for (int i = 0; i < Count; i++)
        {
            byte[] picture = Digits.Slice(i, 1).Pixels;
            int ink = picture.Sum(p => p);
            double x = picture.Select((p, at) => p * (at % 28)).Sum() / (double)ink;
            double y = picture.Select((p, at) => p * (at / 28)).Sum() / (double)ink;
            Assert.InRange(ink / 255.0 / 784, 0.02, 0.45);
            Assert.InRange(x, 12, 15);
            Assert.InRange(y, 12, 15);
            Assert.Contains(picture, p => p > 220);
            Assert.True(picture.Where((_, at) => at % 28 is 0 or 27 || at / 28 is 0 or 27).Sum(p => p) < 0.02 * ink, $"picture {i} touches its edge");
        }
    }

    [Fact]
    public void Generate_Classes_AreToldApartByTheirNearestNeighbour()
    {
        const int known = 1500;
        int right = Enumerable.Range(known, Count - known).AsParallel().Count(i =>
        {
            int nearest = Enumerable.Range(0, known).MinBy(j => Distance(i, j));
            return Digits.Labels[nearest] == Digits.Labels[i];
        });
        Assert.True(right > 0.85 * (Count - known), $"{right} of {Count - known}");
        Assert.True(right < Count - known, "Digits that a nearest neighbour always tells apart vary too little.");
    }

    private static long Distance(int i, int j)
    {
        ReadOnlySpan<byte> a = Digits.Pixels.AsSpan(i * 784, 784), b = Digits.Pixels.AsSpan(j * 784, 784);
        long sum = 0;
        for (int k = 0; k < a.Length; k++)
        {
            sum += (a[k] - b[k]) * (a[k] - b[k]);
        }
        return sum;
    }
}
