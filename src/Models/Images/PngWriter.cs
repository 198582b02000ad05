using System.Buffers.Binary;
using System.IO.Compression;
using QDiff.Models.Persistence;

namespace QDiff.Models.Images;

/// <summary>
/// Writes PNG pictures (https://www.w3.org/TR/png-3/): 8-bit grayscale or RGB, one zlib stream, not interlaced, every row
/// unfiltered or as differences to the row above, whichever gives the smaller file.
/// </summary>
public static class PngWriter
{
    private const byte Grayscale = 0;
    private const byte Truecolour = 2;
    private const byte FilterNone = 0;
    private const byte FilterUp = 2;
    private static readonly uint[] CrcTable = MakeCrcTable();

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Writes <paramref name="image"/> to <paramref name="path"/> through <see cref="AtomicFile"/>.</summary>
    /// <exception cref="UserErrorException">The file cannot be written.</exception>
    public static void Write(string path, GrayImage image)
    {
        byte[] png = Encode(image);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    /// <summary>Writes an RGB picture to <paramref name="path"/> through <see cref="AtomicFile"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="rgb">[height, width, 3] in row-major order.</param>
    /// <exception cref="UserErrorException">The file cannot be written.</exception>
    public static void WriteRgb(string path, int width, int height, ReadOnlySpan<byte> rgb)
    {
        byte[] png = EncodeRgb(width, height, rgb);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    /// <summary>The bytes of a grayscale PNG file.</summary>
    public static byte[] Encode(GrayImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Encode(image.Width, image.Height, image.Pixels, 1, Grayscale);
    }

    /// <summary>The bytes of an RGB PNG file; see <see cref="WriteRgb"/> for the arguments.</summary>
    /// <exception cref="ArgumentException">The number of bytes does not fit the sizes.</exception>
    public static byte[] EncodeRgb(int width, int height, ReadOnlySpan<byte> rgb)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgb.Length != 3L * width * height)
        {
            throw new ArgumentException($"A {width}×{height} RGB picture has {3L * width * height} bytes; got {rgb.Length}.", nameof(rgb));
        }
        return Encode(width, height, rgb, 3, Truecolour);
    }

    private static byte[] Encode(int width, int height, ReadOnlySpan<byte> pixels, int channels, byte colourType)
    {
        byte[] plain = Compress(pixels, width * channels, FilterNone);
        byte[] differences = Compress(pixels, width * channels, FilterUp);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8; // Bits per channel; compression, filter method and interlacing stay 0.
        header[9] = colourType;
        using var file = new MemoryStream();
        file.Write(Signature);
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, plain.Length <= differences.Length ? plain : differences);
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Compress(ReadOnlySpan<byte> pixels, int stride, byte filter)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            byte[] row = new byte[1 + stride];
            row[0] = filter;
            for (int start = 0; start < pixels.Length; start += stride)
            {
                for (int i = 0; i < stride; i++)
                {
                    byte above = filter == FilterNone || start == 0 ? (byte)0 : pixels[start - stride + i];
                    row[1 + i] = unchecked((byte)(pixels[start + i] - above));
                }
                zlib.Write(row);
            }
        }
        return compressed.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        file.Write(number);
    }

    /// <summary>The CRC-32 of ISO 3309, as PNG asks for, going on from <paramref name="crc"/>.</summary>
    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
        {
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        }
        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        uint[] table = new uint[256];
        for (uint n = 0; n < table.Length; n++)
        {
            uint value = n;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            }
            table[n] = value;
        }
        return table;
    }
}
