using System.Buffers.Binary;
using System.IO.Compression;

namespace QDiff.Models.Tests.Data;

/// <summary>Makes small IDX files as MNIST has them, right or wrong.</summary>
internal static class IdxFixture
{
    public static byte[] Images(int count, int magic = 2051, int announced = -1, int rows = 28, int columns = 28)
        => Gzip([.. Number(magic), .. Number(announced < 0 ? count : announced), .. Number(rows), .. Number(columns), .. Bytes(count * rows * columns)]);

    public static byte[] Labels(byte[] labels, int magic = 2049, int announced = -1)
        => Gzip([.. Number(magic), .. Number(announced < 0 ? labels.Length : announced), .. labels]);

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }
        return packed.ToArray();
    }

    /// <summary>The pixels of <see cref="Images"/>.</summary>
    public static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(5).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
