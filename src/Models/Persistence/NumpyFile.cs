using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace QDiff.Models.Persistence;

/// <summary>
/// Writes and reads float32 arrays as NumPy does with <c>numpy.load</c> and <c>numpy.save</c>: format 1.0 of
/// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, little-endian, C order, data aligned to 64 bytes.
/// </summary>
public static partial class NumpyFile
{
    private const int Alignment = 64;
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    /// <summary>Writes <paramref name="values"/> as an array of the given shape, through <see cref="AtomicFile"/>.</summary>
    /// <param name="path">The file, by custom ending in .npy.</param>
    /// <param name="values">The numbers in row-major order.</param>
    /// <param name="shape">The sizes, outermost first, e.g. [N, 28, 28].</param>
    /// <exception cref="ArgumentException">The shape has another number of elements.</exception>
    /// <exception cref="UserErrorException">The file cannot be written.</exception>
    public static void Write(string path, ReadOnlyMemory<float> values, params long[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        long count = shape.Aggregate(1L, (product, size) => checked(product * size));
        if (count != values.Length)
        {
            throw new ArgumentException($"Shape [{string.Join(", ", shape)}] has {count} elements; got {values.Length}.", nameof(shape));
        }
        byte[] header = Header(shape);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            stream.Write(MemoryMarshal.AsBytes(values.Span));
        });
    }

    /// <summary>Reads a little-endian float32 array in C order.</summary>
    /// <exception cref="UserErrorException">The file is missing, cut short, or another kind of array.</exception>
    public static (float[] Values, long[] Shape) Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (IoFailure.IsUsers(e))
        {
            throw new UserErrorException($"Cannot read '{path}': {IoFailure.Reason(e)}.", e);
        }
        int start = Magic.Length + 2;
        if (bytes.Length < start || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            throw new UserErrorException($"'{path}' is not a NumPy file of format 1.0; save it with numpy.save.");
        }
        int headerLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(Magic.Length));
        string header = bytes.Length < start + headerLength ? "" : Encoding.Latin1.GetString(bytes, start, headerLength);
        Match match = HeaderPattern().Match(header);
        if (!match.Success)
        {
            throw new UserErrorException($"'{path}' is not a little-endian float32 array in C order; convert it with numpy.ascontiguousarray(x, '<f4').");
        }
        long[] shape =
        [
            .. match.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(size => long.Parse(size, CultureInfo.InvariantCulture)),
        ];
        long count = shape.Aggregate(1L, (product, size) => checked(product * size));
        ReadOnlySpan<byte> data = bytes.AsSpan(start + headerLength);
        if (data.Length != count * sizeof(float))
        {
            throw new UserErrorException($"'{path}' holds {data.Length} bytes of data where its shape [{string.Join(", ", shape)}] needs {count * sizeof(float)}; make it again.");
        }
        return (MemoryMarshal.Cast<byte, float>(data).ToArray(), shape);
    }

    private static byte[] Header(long[] shape)
    {
        string tuple = string.Join(", ", shape) + (shape.Length == 1 ? "," : "");
        string text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({tuple}), }}";
        int unpadded = Magic.Length + 2 + text.Length + 1;
        int padding = (Alignment - (unpadded % Alignment)) % Alignment;
        byte[] header = new byte[unpadded + padding];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(Magic.Length), checked((ushort)(header.Length - Magic.Length - 2)));
        Encoding.Latin1.GetBytes(text + new string(' ', padding) + "\n").CopyTo(header, Magic.Length + 2);
        return header;
    }

    [GeneratedRegex(@"^\{'descr': '<f4', 'fortran_order': False, 'shape': \((?<shape>[0-9, ]*)\), \} *\n$")]
    private static partial Regex HeaderPattern();
}
