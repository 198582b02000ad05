using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using QDiff.Models.Images;

namespace QDiff.Models.Tests.Images;

public sealed class PngWriterTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(28, 28)]
    [InlineData(3, 517)]
    [InlineData(641, 2)]
    public void Encode_Gray_DecodesToTheSamePixels(int width, int height)
    {
        byte[] pixels = new byte[width * height];
        new Random(width).NextBytes(pixels);
        (int w, int h, int channels, byte[] read) = Decode(PngWriter.Encode(new GrayImage(width, height, pixels)));
        Assert.Equal((width, height, 1), (w, h, channels));
        Assert.Equal(pixels, read);
    }

    [Fact]
    public void EncodeRgb_Gradient_DecodesToTheSamePixels()
    {
        const int width = 31, height = 17;
        byte[] rgb = [.. Enumerable.Range(0, 3 * width * height).Select(i => (byte)(i / 5))];
        (int w, int h, int channels, byte[] read) = Decode(PngWriter.EncodeRgb(width, height, rgb));
        Assert.Equal((width, height, 3), (w, h, channels));
        Assert.Equal(rgb, read);
    }

    [Fact]
    public void Encode_SmoothPicture_IsSmallerThanItsPixels()
    {
        byte[] pixels = [.. Enumerable.Range(0, 256 * 256).Select(i => (byte)(i / 256))];
        Assert.True(PngWriter.Encode(new GrayImage(256, 256, pixels)).Length < pixels.Length / 20);
    }

    [Fact]
    public void WriteRgb_WrongNumberOfBytesOrSize_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => PngWriter.EncodeRgb(2, 2, new byte[11]));
        Assert.Throws<ArgumentOutOfRangeException>(() => PngWriter.EncodeRgb(0, 2, []));
        Assert.Throws<ArgumentException>(() => new GrayImage(2, 2, new byte[5]));
    }

    [Fact]
    public void Write_MissingFolder_SaysWhichFile()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("none", "x.png");
        Assert.Contains(path, Assert.Throws<UserErrorException>(() => PngWriter.Write(path, new GrayImage(1, 1, [0]))).Message);
    }

    /// <summary>A decoder of what the writer may produce, from the specification, with every CRC recomputed bit by bit.</summary>
    private static (int Width, int Height, int Channels, byte[] Pixels) Decode(byte[] png)
    {
        Assert.Equal("89504E470D0A1A0A", Convert.ToHexString(png, 0, 8));
        using var data = new MemoryStream();
        var types = new List<string>();
        int width = 0, height = 0, channels = 0;
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            string type = Encoding.ASCII.GetString(png, at + 4, 4);
            ReadOnlySpan<byte> body = png.AsSpan(at + 8, length);
            Assert.Equal(Crc(png.AsSpan(at + 4, 4 + length)), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            types.Add(type);
            if (type == "IHDR")
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(body), BinaryPrimitives.ReadInt32BigEndian(body[4..]));
                channels = body[9] == 2 ? 3 : 1;
                Assert.Equal([8, (byte)(channels == 3 ? 2 : 0), 0, 0, 0], body[8..13].ToArray());
            }
            else if (type == "IDAT")
            {
                data.Write(body);
            }
            at += 12 + length;
        }
        Assert.Equal(["IHDR", "IDAT", "IEND"], types);
        data.Position = 0;
        using var zlib = new ZLibStream(data, CompressionMode.Decompress);
        byte[] pixels = new byte[width * height * channels];
        int stride = width * channels;
        for (int y = 0; y < height; y++)
        {
            int filter = zlib.ReadByte();
            Assert.Contains(filter, new[] { 0, 2 });
            zlib.ReadExactly(pixels, y * stride, stride);
            for (int x = 0; filter == 2 && y > 0 && x < stride; x++)
            {
                pixels[(y * stride) + x] += pixels[((y - 1) * stride) + x];
            }
        }
        Assert.Equal(-1, zlib.ReadByte());
        return (width, height, channels, pixels);
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte value in data)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                uint low = (crc ^ (uint)(value >> bit)) & 1;
                crc = (crc >> 1) ^ (low * 0xEDB88320);
            }
        }
        return ~crc;
    }
}
