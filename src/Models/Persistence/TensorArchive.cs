using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace QDiff.Models.Persistence;

/// <summary>What a safetensors file holds: named tensors and a map of text to text.</summary>
/// <param name="tensors">The tensors by name.</param>
/// <param name="metadata">The text entries; null for none.</param>
public sealed class TensorArchive(IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
{
    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; } = tensors;

    /// <summary>The text entries.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; } = metadata ?? new Dictionary<string, string>();

    /// <summary>
    /// SHA-256 (lower-case hexadecimal) over all names, types, shapes and bytes and all metadata except <paramref name="exceptKey"/>,
    /// in ordinal order of the names: the same content has the same hash however the file is laid out.
    /// </summary>
    public string ContentHash(string? exceptKey = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, StoredTensor tensor) in Tensors.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            AppendText(hash, name);
            AppendText(hash, $"{tensor.Type}[{string.Join(',', tensor.Shape)}]");
            hash.AppendData(tensor.Bytes);
        }
        foreach ((string key, string value) in Metadata.Where(m => m.Key != exceptKey).OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            AppendText(hash, key);
            AppendText(hash, value);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Appends a text with its length in front, so that no two lists of texts run together alike.</summary>
    private static void AppendText(IncrementalHash hash, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
