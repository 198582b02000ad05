using QDiff.Engine.Randomness;
using static TorchSharp.torch;

namespace QDiff.Models.Diffusion;

/// <summary>Standard normal numbers keyed by (seed, stream, row): the same whatever the batch, the order or the number of threads.</summary>
internal static class GaussianNoise
{
    /// <summary>Draws rows of a shape.</summary>
    /// <param name="count">Rows.</param>
    /// <param name="shape">Shape of a row.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="stream">Which draw this is.</param>
    /// <param name="firstRow">Number of the first row.</param>
    /// <param name="device">Where to put them.</param>
    /// <returns>float32 [count, …shape].</returns>
    public static Tensor Draw(int count, IReadOnlyList<long> shape, ulong seed, ulong stream, long firstRow, Device device)
    {
        int width = (int)shape.Aggregate(1L, (product, size) => product * size);
        var numbers = new float[count * width];
        Parallel.For(0, count, row =>
        {
            var random = new CounterRandom(seed, firstRow + row, stream);
            Span<float> own = numbers.AsSpan(row * width, width);
            for (int i = 0; i < own.Length; i += 2)
            {
                (double first, double second) = random.NormalPair(i / 2);
                own[i] = (float)first;
                if (i + 1 < own.Length)
                {
                    own[i + 1] = (float)second;
                }
            }
        });
        return tensor(numbers, [count, .. shape], device: device);
    }
}
