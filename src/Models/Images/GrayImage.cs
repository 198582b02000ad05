namespace QDiff.Models.Images;

/// <summary>An 8-bit grayscale picture: 0 is black, 255 white, rows from the top.</summary>
public sealed class GrayImage
{
    /// <summary>Takes over <paramref name="pixels"/>.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">[height, width] in row-major order.</param>
    /// <exception cref="ArgumentException">A size is below 1 or the number of pixels is another.</exception>
    public GrayImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.LongLength != (long)width * height)
        {
            throw new ArgumentException($"A {width}×{height} picture has {(long)width * height} pixels; got {pixels.LongLength}.", nameof(pixels));
        }
        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>[Height, Width] in row-major order.</summary>
    public byte[] Pixels { get; }
}
