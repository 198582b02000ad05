using QDiff.Models.Images;

namespace QDiff.Models.Tests.Images;

public sealed class ImageGridTests
{
    private const byte Margin = 48;

    [Fact]
    public void Compose_ThreePicturesInTwoColumns_PlacesScalesAndLeavesMargins()
    {
        // Pictures of 1×2 pixels, every pixel doubled, one pixel of margin.
        GrayImage grid = ImageGrid.Compose([0f, 1f, 0.2f, 0.4f, -3f, float.NaN], 1, 2, columns: 2, scale: 2, margin: 1);
        Assert.Equal((11, 7), (grid.Width, grid.Height));
        byte[] top = [Margin, 0, 0, 255, 255, Margin, 51, 51, 102, 102, Margin];
        byte[] bottom = [Margin, 0, 0, 0, 0, Margin, Margin, Margin, Margin, Margin, Margin];
        byte[] line = [.. Enumerable.Repeat(Margin, 11)];
        byte[] expected = [.. line, .. top, .. top, .. line, .. bottom, .. bottom, .. line];
        Assert.Equal(expected, grid.Pixels);
    }

    [Fact]
    public void Compose_NoColumnsGiven_IsAsSquareAsItGets()
    {
        GrayImage grid = ImageGrid.Compose(new float[10 * 4], 2, 2, scale: 1, margin: 0);
        Assert.Equal((8, 6), (grid.Width, grid.Height));
    }

    [Fact]
    public void ByClass_UnorderedLabels_GivesEachClassItsRow()
    {
        GrayImage grid = ImageGrid.ByClass([0.2f, 0.4f, 0.6f, 0.8f], [1, 0, 1, 1], classes: 3, perClass: 2, height: 1, width: 1, scale: 1, margin: 0);
        Assert.Equal([102, 0, 51, 153, 0, 0], grid.Pixels);
    }

    [Fact]
    public void Compose_WrongInput_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => ImageGrid.Compose([]));
        Assert.Throws<ArgumentException>(() => ImageGrid.Compose(new float[785]));
        Assert.Throws<ArgumentException>(() => ImageGrid.ByClass(new float[1], [3], 3, 1, 1, 1));
        Assert.Throws<ArgumentException>(() => ImageGrid.ByClass(new float[1], [0, 1], 3, 1, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageGrid.Compose(new float[1], 1, 1, scale: 0));
    }
}
