namespace TorchSharp;

/// <summary>Moves r·r channels into r × r pixels and back: y[n, c, i·r + u, j·r + v] = x[n, c·r² + u·r + v, i, j] (Shi et al. 2016).</summary>
internal static class PixelShuffling
{
    /// <summary>x [planes·r², height, width] → y [planes, height·r, width·r]; with <paramref name="inverse"/> the other way.</summary>
    public static void Run<T>(int planes, int height, int width, int factor, ReadOnlySpan<T> source, Span<T> target, bool inverse)
        where T : unmanaged
    {
        int small = 0;
        for (int plane = 0; plane < planes; plane++)
        {
            for (int u = 0; u < factor; u++)
            {
                for (int v = 0; v < factor; v++)
                {
                    for (int i = 0; i < height; i++, small += width)
                    {
                        int large = (((plane * height * factor) + (i * factor) + u) * width * factor) + v;
                        if (inverse)
                        {
                            Span<T> to = target.Slice(small, width);
                            for (int j = 0; j < to.Length; j++)
                            {
                                to[j] = source[large + (j * factor)];
                            }
                        }
                        else
                        {
                            ReadOnlySpan<T> from = source.Slice(small, width);
                            for (int j = 0; j < from.Length; j++)
                            {
                                target[large + (j * factor)] = from[j];
                            }
                        }
                    }
                }
            }
        }
    }
}
