using System.Buffers.Binary;
using System.IO.Compression;
using QDiff.Models.Persistence;

namespace QDiff.Models.Data;

/// <summary>
/// Reads the gzip-compressed IDX files in which MNIST comes: a big-endian magic number (2051 images, 2049 labels), the sizes as
/// big-endian 32-bit integers, then the bytes.
/// </summary>
public static class IdxFile
{
    private const int ImageMagic = 2051;
    private const int LabelMagic = 2049;
    private const int SmallestGzip = 18; // Its header and trailer alone.

    /// <summary>Reads images of 28×28 pixels.</summary>
    /// <param name="path">A file like train-images-idx3-ubyte.gz.</param>
    /// <returns>[N, 28, 28].</returns>
    /// <exception cref="UserErrorException">The file is missing, cut short, damaged, or of another kind or size.</exception>
    public static byte[] ReadImages(string path)
    {
        byte[] idx = Unpack(path);
        ReadOnlySpan<int> sizes = Header(path, idx, ImageMagic, 3, "images");
        if (sizes[1] != ImageDataset.Side || sizes[2] != ImageDataset.Side)
        {
            throw Damaged(path, $"its images have {sizes[1]}×{sizes[2]} pixels and {ImageDataset.Side}×{ImageDataset.Side} are allowed");
        }
        return Body(path, idx, 16, (long)(uint)sizes[0] * ImageDataset.PixelsPerImage, $"{(uint)sizes[0]} images");
    }

    /// <summary>Reads labels.</summary>
    /// <param name="path">A file like train-labels-idx1-ubyte.gz.</param>
    /// <returns>[N], each 0 to 9.</returns>
    /// <exception cref="UserErrorException">The file is missing, cut short, damaged, or of another kind, or a label is above 9.</exception>
    public static byte[] ReadLabels(string path)
    {
        byte[] idx = Unpack(path);
        ReadOnlySpan<int> sizes = Header(path, idx, LabelMagic, 1, "labels");
        byte[] labels = Body(path, idx, 8, (uint)sizes[0], $"{(uint)sizes[0]} labels");
        int wrong = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(ImageDataset.Classes - 1));
        return wrong < 0 ? labels : throw Damaged(path, $"label {labels[wrong]} of image {wrong} is outside 0 to {ImageDataset.Classes - 1}");
    }

    /// <summary>Reads a pair of files that belong together.</summary>
    /// <exception cref="UserErrorException">As for the single files, or their counts differ.</exception>
    public static ImageDataset Read(string name, string imagesPath, string labelsPath)
    {
        byte[] pixels = ReadImages(imagesPath);
        byte[] labels = ReadLabels(labelsPath);
        return pixels.Length == labels.Length * ImageDataset.PixelsPerImage
            ? new ImageDataset(name, pixels, labels)
            : throw new UserErrorException(
                $"'{imagesPath}' has {pixels.Length / ImageDataset.PixelsPerImage} images and '{labelsPath}' {labels.Length} labels: they do not belong together; fetch both anew.");
    }

    private static byte[] Unpack(string path)
    {
        byte[] packed;
        try
        {
            packed = File.ReadAllBytes(path);
        }
        catch (Exception e) when (IoFailure.IsUsers(e))
        {
            throw new UserErrorException($"Cannot read '{path}': {IoFailure.Reason(e)}.", e);
        }
        if (packed.Length < SmallestGzip || packed[0] != 0x1f || packed[1] != 0x8b)
        {
            throw Damaged(path, $"its {packed.Length} bytes do not begin like a gzip file");
        }
        using var unpacked = new MemoryStream();
        try
        {
            using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            gzip.CopyTo(unpacked);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw Damaged(path, "its gzip data are cut short or corrupt", e);
        }
        // A gzip file ends with the length of its content; the decoder does not complain of a file that ends early.
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(packed.AsSpan(packed.Length - 4));
        return length == (uint)unpacked.Length ? unpacked.ToArray() : throw Damaged(path, "its gzip data are cut short or corrupt");
    }

    private static int[] Header(string path, byte[] idx, int magic, int dimensions, string kind)
    {
        if (idx.Length < 4 * (1 + dimensions))
        {
            throw Damaged(path, $"it unpacks to {idx.Length} bytes, fewer than the header of an IDX file of {kind}");
        }
        int found = BinaryPrimitives.ReadInt32BigEndian(idx);
        if (found != magic)
        {
            throw Damaged(path, $"its magic number is {found} and an IDX file of {kind} has {magic}");
        }
        int[] sizes = new int[dimensions];
        for (int i = 0; i < dimensions; i++)
        {
            sizes[i] = BinaryPrimitives.ReadInt32BigEndian(idx.AsSpan(4 * (1 + i)));
        }
        return sizes;
    }

    private static byte[] Body(string path, byte[] idx, int header, long expected, string what)
        => idx.Length - header == expected
            ? idx[header..]
            : throw Damaged(path, $"its header announces {what}, that is {expected} bytes, and {idx.Length - header} follow");

    private static UserErrorException Damaged(string path, string what, Exception? inner = null)
        => new($"'{path}' is damaged: {what}; delete it and fetch it anew.", inner);
}
