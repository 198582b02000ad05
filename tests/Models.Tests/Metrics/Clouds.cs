using QDiff.Engine.Randomness;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Metrics;

/// <summary>Random points.</summary>
internal static class Clouds
{
    /// <summary>Standard normal numbers [count, dimension], float32.</summary>
    public static Tensor Normal(int count, int dimension, ulong seed)
    {
        var random = new CounterRandom(seed, 0, 0);
        float[] values = [.. Enumerable.Range(0, count * dimension).Select(i => (float)random.Normal(i))];
        return tensor(values, [count, dimension]);
    }
}
