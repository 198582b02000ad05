namespace QDiff.Models.Images;

/// <summary>Lays out many small pictures as one.</summary>
public static class ImageGrid
{
    private const byte MarginShade = 48;

    /// <summary>Puts pictures side by side, row after row, with margins of dark grey around each.</summary>
    /// <param name="images">[count, height, width] in [0, 1] in row-major order; values outside are clamped, NaN is black.</param>
    /// <param name="height">Rows of one picture.</param>
    /// <param name="width">Columns of one picture.</param>
    /// <param name="columns">Pictures per row; 0 makes the grid as square as it gets.</param>
    /// <param name="scale">Every pixel becomes scale × scale pixels.</param>
    /// <param name="margin">Pixels between pictures and around the grid.</param>
    /// <exception cref="ArgumentException">There is no picture, or the numbers do not fill whole pictures, or a size is out of range.</exception>
    public static GrayImage Compose(ReadOnlySpan<float> images, int height = 28, int width = 28, int columns = 0, int scale = 2, int margin = 2)
    {
        int count = Count(images.Length, height, width);
        int[] places = [.. Enumerable.Range(0, count)];
        return Compose(images, places, height, width, columns == 0 ? (int)Math.Ceiling(Math.Sqrt(count)) : columns, scale, margin);
    }

    /// <summary>One row per class, 0 at the top, with the first pictures of that class in it.</summary>
    /// <param name="images">[count, height, width] in [0, 1].</param>
    /// <param name="labels">[count], the class of each picture.</param>
    /// <param name="classes">The number of rows.</param>
    /// <param name="perClass">The number of columns; places for which a class has too few pictures stay black.</param>
    /// <param name="height">Rows of one picture.</param>
    /// <param name="width">Columns of one picture.</param>
    /// <param name="scale">Every pixel becomes scale × scale pixels.</param>
    /// <param name="margin">Pixels between pictures and around the grid.</param>
    /// <exception cref="ArgumentException">The labels are not one per picture or out of range, or a size is out of range.</exception>
    public static GrayImage ByClass(
        ReadOnlySpan<float> images, ReadOnlySpan<byte> labels, int classes = 10, int perClass = 10, int height = 28, int width = 28, int scale = 2, int margin = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(perClass, 1);
        int count = Count(images.Length, height, width);
        if (labels.Length != count)
        {
            throw new ArgumentException($"{count} pictures need as many labels; got {labels.Length}.", nameof(labels));
        }
        int[] places = new int[classes * perClass];
        Array.Fill(places, -1);
        int[] used = new int[classes];
        for (int i = 0; i < count; i++)
        {
            int label = labels[i];
            if (label >= classes)
            {
                throw new ArgumentException($"Label {label} of picture {i} is outside 0 to {classes - 1}.", nameof(labels));
            }
            if (used[label] < perClass)
            {
                places[(label * perClass) + used[label]++] = i;
            }
        }
        return Compose(images, places, height, width, perClass, scale, margin);
    }

    /// <summary>Draws the grid in which picture places[i] stands at place i; -1 leaves it black.</summary>
    private static GrayImage Compose(ReadOnlySpan<float> images, int[] places, int height, int width, int columns, int scale, int margin)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(margin);
        int rows = (places.Length + columns - 1) / columns;
        int fullWidth = margin + (columns * ((width * scale) + margin));
        int fullHeight = margin + (rows * ((height * scale) + margin));
        byte[] pixels = new byte[checked(fullWidth * fullHeight)];
        Array.Fill(pixels, MarginShade);
        for (int place = 0; place < places.Length; place++)
        {
            int top = margin + (place / columns * ((height * scale) + margin));
            int left = margin + (place % columns * ((width * scale) + margin));
            for (int y = 0; y < height * scale; y++)
            {
                Span<byte> row = pixels.AsSpan(((top + y) * fullWidth) + left, width * scale);
                if (places[place] < 0)
                {
                    row.Clear();
                    continue;
                }
                ReadOnlySpan<float> source = images.Slice(((places[place] * height) + (y / scale)) * width, width);
                for (int x = 0; x < row.Length; x++)
                {
                    row[x] = Shade(source[x / scale]);
                }
            }
        }
        return new GrayImage(fullWidth, fullHeight, pixels);
    }

    private static int Count(int length, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        int size = checked(height * width);
        return length > 0 && length % size == 0
            ? length / size
            : throw new ArgumentException($"Pictures of {height}×{width} pixels need a positive multiple of {size} numbers; got {length}.");
    }

    private static byte Shade(float value) => float.IsNaN(value) ? (byte)0 : (byte)MathF.Round(255 * Math.Clamp(value, 0f, 1f));
}
