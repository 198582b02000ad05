using QDiff.Models.Data;

namespace QDiff.Models.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_GoodPair_GivesPixelsAndLabels()
    {
        ImageDataset data = IdxFile.Read("x", Put("i.gz", IdxFixture.Images(3)), Put("l.gz", IdxFixture.Labels([0, 9, 4])));
        Assert.Equal("x", data.Name);
        Assert.Equal(IdxFixture.Bytes(3 * 784), data.Pixels);
        Assert.Equal([0, 9, 4], data.Labels);
    }

    [Fact]
    public void Read_CountsDiffer_IsRefused()
        => Refused("do not belong together", () => IdxFile.Read("x", Put("i.gz", IdxFixture.Images(3)), Put("l.gz", IdxFixture.Labels([1, 2]))));

    [Fact]
    public void ReadImages_EveryShorterFile_IsRefused()
    {
        byte[] whole = IdxFixture.Images(1);
        foreach (int length in Enumerable.Range(0, 30).Concat([whole.Length / 2, whole.Length - 9, whole.Length - 8, whole.Length - 4, whole.Length - 1]))
        {
            Refused("is damaged", () => IdxFile.ReadImages(Put("i.gz", whole[..length])));
        }
    }

    [Fact]
    public void ReadImages_FlippedByte_IsRefused()
    {
        byte[] bad = IdxFixture.Images(4);
        bad[bad.Length / 2] ^= 0x40;
        Refused("cut short or corrupt", () => IdxFile.ReadImages(Put("i.gz", bad)));
    }

    [Fact]
    public void ReadImages_NotGzip_IsRefused() => Refused("gzip", () => IdxFile.ReadImages(Put("i.gz", [.. "<html>"u8])));

    [Fact]
    public void ReadImages_LabelFile_IsRefusedByItsMagicNumber()
        => Refused("2049", () => IdxFile.ReadImages(Put("i.gz", IdxFixture.Labels(new byte[20]))));

    [Fact]
    public void ReadLabels_ImageFile_IsRefusedByItsMagicNumber()
        => Refused("2051", () => IdxFile.ReadLabels(Put("l.gz", IdxFixture.Images(1))));

    [Theory]
    [InlineData(4, "announces 4 images")]
    [InlineData(2, "announces 2 images")]
    [InlineData(int.MaxValue, "announces 2147483647 images")]
    public void ReadImages_WrongCount_IsRefused(int announced, string reason)
        => Refused(reason, () => IdxFile.ReadImages(Put("i.gz", IdxFixture.Images(3, announced: announced))));

    [Fact]
    public void ReadImages_OtherSize_IsRefused()
        => Refused("32×28", () => IdxFile.ReadImages(Put("i.gz", IdxFixture.Images(2, rows: 32))));

    [Fact]
    public void ReadImages_ShorterThanItsHeader_IsRefused()
        => Refused("fewer than the header", () => IdxFile.ReadImages(Put("i.gz", IdxFixture.Gzip([0, 0, 8, 3, 0]))));

    [Fact]
    public void ReadLabels_LabelAboveNine_IsRefused()
        => Refused("label 10 of image 1", () => IdxFile.ReadLabels(Put("l.gz", IdxFixture.Labels([1, 10]))));

    [Fact]
    public void ReadLabels_WrongCount_IsRefused()
        => Refused("announces 3 labels", () => IdxFile.ReadLabels(Put("l.gz", IdxFixture.Labels([1, 2], announced: 3))));

    [Fact]
    public void ReadImages_MissingFile_IsRefused() => Refused("does not exist", () => IdxFile.ReadImages(_folder.File("none.gz")));

    private static void Refused(string reason, Func<object> read) => Assert.Contains(reason, Assert.Throws<UserErrorException>(read).Message);

    private string Put(string name, byte[] content)
    {
        string path = _folder.File(name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
