using QDiff.Models.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Metrics;

public sealed class NearestNeighbourTests
{
    [Fact]
    public void Distances_AgainstSeveralBlocks_AreThoseOfBruteForce()
    {
        const int length = 12;
        using Tensor queries = Clouds.Normal(17, length, seed: 1), training = Clouds.Normal(6001, length, seed: 2);
        float[] distances = NearestNeighbour.Distances(queries.reshape(17, 3, 4), training);
        float[][] q = [.. queries.data<float>().ToArray().Chunk(length)], t = [.. training.data<float>().ToArray().Chunk(length)];
        for (int i = 0; i < q.Length; i++)
        {
            Assert.Equal(t.Min(y => Math.Sqrt(q[i].Zip(y, (a, b) => ((double)a - b) * (a - b)).Sum())), distances[i], 4);
        }
    }

    [Fact]
    public void Distances_ToACopy_AreZero()
    {
        using Tensor training = Clouds.Normal(300, 784, seed: 2);
        Assert.All(NearestNeighbour.Distances(training.narrow(0, 10, 5), training), d => Assert.InRange(d, 0, 0.05));
    }

    [Fact]
    public void Distances_RowsOfOtherLength_IsRefused()
        => Assert.Throws<ArgumentException>(() => NearestNeighbour.Distances(Clouds.Normal(3, 4, seed: 1), Clouds.Normal(3, 5, seed: 1)));
}
