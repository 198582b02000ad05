using QDiff.Models.Data;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Data;

public sealed class ImageDatasetTests
{
    [Fact]
    public void Sha256_OneLabelChanged_IsAnother()
        => Assert.NotEqual(new ImageDataset("x", new byte[784], [1]).Sha256, new ImageDataset("x", new byte[784], [2]).Sha256);

    [Fact]
    public void Slice_Middle_HasItsPixelsAndLabels()
    {
        ImageDataset data = new ImageDataset("x", IdxFixture.Bytes(4 * 784), [1, 2, 3, 4]).Slice(1, 2);
        Assert.Equal([2, 3], data.Labels);
        Assert.Equal(IdxFixture.Bytes(4 * 784)[784..(3 * 784)], data.Pixels);
    }

    [Fact]
    public void Images_Range_AreItsPixelsBetweenZeroAndOne()
    {
        var data = new ImageDataset("x", IdxFixture.Bytes(4 * 784), [1, 2, 3, 4]);
        using Tensor images = data.Images(1, 2);
        Assert.Equal([2, 1, 28, 28], images.shape);
        Assert.Equal(data.Pixels[784..(3 * 784)].Select(p => p / 255f), images.data<float>().ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Images(3, 2));
    }

    [Fact]
    public void Constructor_WrongInput_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new ImageDataset("x", new byte[783], [1]));
        Assert.Throws<ArgumentException>(() => new ImageDataset("x", new byte[784], [10]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageDataset("x", new byte[784], [1]).Slice(1, 1));
    }
}
