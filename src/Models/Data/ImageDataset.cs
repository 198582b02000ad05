using System.Security.Cryptography;

namespace QDiff.Models.Data;

/// <summary>28×28 grayscale pictures with a class from 0 to 9 each.</summary>
public sealed partial class ImageDataset
{
    /// <summary>Rows and columns of every picture.</summary>
    public const int Side = 28;

    /// <summary>Pixels of every picture.</summary>
    public const int PixelsPerImage = Side * Side;

    /// <summary>The number of classes.</summary>
    public const int Classes = 10;

    private string? _sha256;

    /// <summary>Takes over the pixels and labels.</summary>
    /// <param name="name">What to call the data: <c>mnist</c>, <c>fashion-mnist</c> or <c>digits</c>.</param>
    /// <param name="pixels">[N, 28, 28], 0 black to 255 white.</param>
    /// <param name="labels">[N], each 0 to 9.</param>
    /// <exception cref="ArgumentException">There are not 784 pixels for every label, or a label is above 9.</exception>
    public ImageDataset(string name, byte[] pixels, byte[] labels)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        if (pixels.LongLength != (long)labels.Length * PixelsPerImage)
        {
            throw new ArgumentException($"{labels.Length} labels need {(long)labels.Length * PixelsPerImage} pixels; got {pixels.LongLength}.", nameof(pixels));
        }
        int wrong = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(Classes - 1));
        if (wrong >= 0)
        {
            throw new ArgumentException($"Label {labels[wrong]} of image {wrong} is outside 0 to {Classes - 1}.", nameof(labels));
        }
        Name = name;
        Pixels = pixels;
        Labels = labels;
    }

    /// <summary><c>mnist</c>, <c>fashion-mnist</c> or <c>digits</c>.</summary>
    public string Name { get; }

    /// <summary>The number of pictures.</summary>
    public int Count => Labels.Length;

    /// <summary>[N, 28, 28], 0 black to 255 white.</summary>
    public byte[] Pixels { get; }

    /// <summary>[N], each 0 to 9.</summary>
    public byte[] Labels { get; }

    /// <summary>SHA-256 of the pixels followed by the labels, lower-case hexadecimal: which data a run has seen.</summary>
    public string Sha256
    {
        get
        {
            if (_sha256 is null)
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                hash.AppendData(Pixels);
                hash.AppendData(Labels);
                _sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
            }
            return _sha256;
        }
    }

    /// <summary>The pictures from <paramref name="start"/> on, <paramref name="count"/> of them, as a dataset of their own.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the data.</exception>
    public ImageDataset Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - start);
        return new ImageDataset(
            Name, Pixels.AsSpan(start * PixelsPerImage, count * PixelsPerImage).ToArray(), Labels.AsSpan(start, count).ToArray());
    }

    /// <summary>The pictures of one class, as a dataset of their own.</summary>
    public ImageDataset OfClass(byte label)
    {
        int[] own = [.. Enumerable.Range(0, Count).Where(i => Labels[i] == label)];
        var pixels = new byte[own.Length * PixelsPerImage];
        for (int i = 0; i < own.Length; i++)
        {
            Pixels.AsSpan(own[i] * PixelsPerImage, PixelsPerImage).CopyTo(pixels.AsSpan(i * PixelsPerImage));
        }
        return new ImageDataset(Name, pixels, [.. Enumerable.Repeat(label, own.Length)]);
    }
}
