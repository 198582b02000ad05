using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace QDiff.Models.Persistence;

/// <summary>
/// Reads and writes safetensors files (https://github.com/huggingface/safetensors): eight bytes, the length N of the header as a
/// little-endian integer; N bytes of JSON, <c>{"__metadata__":{text:text}, name:{"dtype":…,"shape":[…],"data_offsets":[begin,end]}}</c>,
/// padded with spaces to a multiple of eight; then the tensors' bytes without gaps. Larger element types come first, so that every
/// tensor is aligned to its own element size. Element types: F32, F64, I64, U8.
/// </summary>
public static partial class SafeTensors
{
    private const string MetadataKey = "__metadata__";
    private const int LengthBytes = 8;
    private const long MaximumHeader = 100_000_000; // The format's own limit.

    /// <summary>Writes <paramref name="archive"/> to <paramref name="path"/> through <see cref="AtomicFile"/>.</summary>
    /// <exception cref="UserErrorException">The file cannot be written.</exception>
    public static void Write(string path, TensorArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        AtomicFile.Write(path, stream => Write(stream, archive));
    }

    /// <summary>Writes <paramref name="archive"/> to <paramref name="stream"/>.</summary>
    public static void Write(Stream stream, TensorArchive archive)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(archive);
        KeyValuePair<string, StoredTensor>[] order =
        [
            .. archive.Tensors.OrderByDescending(t => StoredTensor.ElementSize(t.Value.Type)).ThenBy(t => t.Key, StringComparer.Ordinal),
        ];
        byte[] header = Header(order, archive.Metadata);
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach ((_, StoredTensor tensor) in order)
        {
            stream.Write(tensor.Bytes);
        }
    }

    /// <summary>Reads the safetensors file <paramref name="path"/> whole.</summary>
    /// <exception cref="UserErrorException">It is missing, unreadable, cut short, or not a safetensors file of the four element types.</exception>
    public static TensorArchive Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using FileStream stream = File.OpenRead(path);
            return Read(stream, path);
        }
        catch (Exception e) when (IoFailure.IsUsers(e))
        {
            throw new UserErrorException($"Cannot read '{path}': {IoFailure.Reason(e)}.", e);
        }
    }

    /// <summary>Reads safetensors from a seekable <paramref name="stream"/>, from its position to its end.</summary>
    /// <param name="stream">The bytes.</param>
    /// <param name="name">What to call the source in messages.</param>
    /// <exception cref="UserErrorException">The bytes are not whole safetensors of the four element types.</exception>
    public static TensorArchive Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        long available = stream.Length - stream.Position;
        if (available < LengthBytes)
        {
            throw Damaged(name, $"it has {available} bytes and a safetensors file has at least {LengthBytes}");
        }
        Span<byte> lengthBytes = stackalloc byte[LengthBytes];
        stream.ReadExactly(lengthBytes);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (headerLength > MaximumHeader || (long)headerLength > available - LengthBytes)
        {
            throw Damaged(name, $"its header claims {headerLength} bytes and {available - LengthBytes} follow");
        }
        byte[] header = new byte[headerLength];
        stream.ReadExactly(header);
        (List<Entry> entries, Dictionary<string, string> metadata) = Parse(header, name);
        CheckLayout(entries, available - LengthBytes - (long)headerLength, name);
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (Entry entry in entries)
        {
            byte[] bytes = new byte[entry.End - entry.Begin];
            stream.ReadExactly(bytes);
            tensors.Add(entry.Name, new StoredTensor(entry.Type, entry.Shape, bytes));
        }
        return new TensorArchive(tensors, metadata);
    }

    private static byte[] Header(IReadOnlyList<KeyValuePair<string, StoredTensor>> order, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach ((string key, string value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }
                json.WriteEndObject();
            }
            long offset = 0;
            foreach ((string name, StoredTensor tensor) in order)
            {
                if (name == MetadataKey)
                {
                    throw new ArgumentException($"A tensor cannot be named '{MetadataKey}': the format keeps that name for itself.");
                }
                json.WriteStartObject(name);
                json.WriteString("dtype", tensor.Type.ToString());
                json.WriteStartArray("shape");
                foreach (long size in tensor.Shape)
                {
                    json.WriteNumberValue(size);
                }
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Bytes.LongLength);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % LengthBytes != 0)
        {
            buffer.WriteByte((byte)' ');
        }
        return buffer.ToArray();
    }

    private static (List<Entry> Entries, Dictionary<string, string> Metadata) Parse(byte[] header, string name)
    {
        var entries = new List<Entry>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            using JsonDocument document = JsonDocument.Parse(header);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (!seen.Add(property.Name))
                {
                    throw Damaged(name, $"it names '{property.Name}' twice");
                }
                if (property.NameEquals(MetadataKey))
                {
                    foreach (JsonProperty pair in property.Value.EnumerateObject())
                    {
                        metadata[pair.Name] = pair.Value.GetString() ?? throw Damaged(name, $"its metadata '{pair.Name}' is not text");
                    }
                    continue;
                }
                entries.Add(ParseEntry(property, name));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or DecoderFallbackException)
        {
            throw Damaged(name, "its header is not the JSON that the format asks for", e);
        }
        return (entries, metadata);
    }

    private static Entry ParseEntry(JsonProperty property, string name)
    {
        string dtype = property.Value.GetProperty("dtype").GetString() ?? "null";
        if (!Enum.GetNames<StoredType>().Contains(dtype))
        {
            throw new UserErrorException(
                $"'{name}' holds '{property.Name}' of type {dtype}; the types read here are {string.Join(", ", Enum.GetNames<StoredType>())}: convert the file.");
        }
        long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        long[] offsets = [.. property.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0])
        {
            throw Damaged(name, $"the offsets [{string.Join(", ", offsets)}] of '{property.Name}' are not a range");
        }
        StoredType type = Enum.Parse<StoredType>(dtype);
        Int128 needed = StoredTensor.ElementSize(type);
        foreach (long size in shape)
        {
            needed = size < 0 ? -1 : needed * size;
            if (needed < 0 || needed > long.MaxValue)
            {
                throw Damaged(name, $"the shape [{string.Join(", ", shape)}] of '{property.Name}' is impossible");
            }
        }
        if (needed != offsets[1] - offsets[0])
        {
            throw Damaged(name, $"'{property.Name}' {dtype}[{string.Join(", ", shape)}] needs {needed} bytes and its offsets span {offsets[1] - offsets[0]}");
        }
        return new Entry(property.Name, type, shape, offsets[0], offsets[1]);
    }

    /// <summary>Sorts the entries by place and checks that they fill the data exactly: no gap, no overlap, no byte too few or too many.</summary>
    private static void CheckLayout(List<Entry> entries, long dataLength, string name)
    {
        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        long position = 0;
        foreach (Entry entry in entries)
        {
            if (entry.Begin != position)
            {
                throw Damaged(name, $"'{entry.Name}' begins at byte {entry.Begin} where {position} was due, so tensors overlap or leave a gap");
            }
            if (entry.End > dataLength)
            {
                throw Damaged(name, $"'{entry.Name}' ends at byte {entry.End} of {dataLength}: the file was cut short");
            }
            position = entry.End;
        }
        if (position != dataLength)
        {
            throw Damaged(name, $"{dataLength - position} bytes follow the last tensor");
        }
    }

    private static UserErrorException Damaged(string name, string what, Exception? inner = null)
        => new($"'{name}' is not a whole safetensors file: {what}; restore it from a copy or make it again.", inner);

    private sealed record Entry(string Name, StoredType Type, long[] Shape, long Begin, long End);
}
