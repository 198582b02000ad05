using static TorchSharp.torch;

namespace QDiff.Models.Data;

public sealed partial class ImageDataset
{
    /// <summary>All pictures as a tensor.</summary>
    /// <param name="device">Where to put it; null for the CPU.</param>
    /// <returns>float32 [N, 1, 28, 28] in [0, 1]; the caller disposes of it.</returns>
    public Tensor Images(Device? device = null) => Images(0, Count, device);

    /// <summary>The pictures from <paramref name="start"/> on as a tensor.</summary>
    /// <param name="start">The first picture.</param>
    /// <param name="count">How many.</param>
    /// <param name="device">Where to put it; null for the CPU.</param>
    /// <returns>float32 [count, 1, 28, 28] in [0, 1]; the caller disposes of it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the data.</exception>
    public Tensor Images(int start, int count, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - start);
        float[] values = new float[checked(count * PixelsPerImage)];
        Scale(Pixels.AsSpan(start * PixelsPerImage, values.Length), values);
        return tensor(values, [count, 1, Side, Side], device: device);
    }

    /// <summary>Grey levels 0 to 255 as numbers in [0, 1].</summary>
    internal static void Scale(ReadOnlySpan<byte> levels, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = levels[i] / 255f;
        }
    }
}
