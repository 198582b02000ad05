using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Portable.Torch.Tests.Tensors;

[Collection(DefaultGenerator.Name)]
public class RandomTests
{
    [Fact]
    public void Philox_GivesThePublishedNumbers()
    {
        // Known answers of Random123 (kat_vectors, philox4x32 10) for counter 0 and key 0.
        Assert.Equal((0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u), Philox.Block(0, 0));
    }

    [Fact]
    public void Generator_OfOneSeed_RepeatsItsNumbers()
    {
        using var scope = NewDisposeScope();
        float[] Draw(long seed)
        {
            var generator = new Generator().manual_seed(seed);
            return
            [
                .. rand([5], generator: generator).data<float>().ToArray(), .. randn([5], generator: generator).data<float>().ToArray(),
                .. randint(0, 100, [5], float32, generator: generator).data<float>().ToArray(),
                .. randperm(10, float32, generator: generator).data<float>().ToArray(),
            ];
        }

        Assert.Equal(Draw(3), Draw(3));
        Assert.NotEqual(Draw(3), Draw(4));
    }

    [Fact]
    public void State_TakenAndSet_ContinuesWhereItWas()
    {
        using var scope = NewDisposeScope();
        var generator = new Generator(9);
        rand([7], generator: generator);
        var state = generator.get_state();
        var first = randn([100], generator: generator).data<float>().ToArray();
        generator.set_state(state);
        Assert.Equal(first, randn([100], generator: generator).data<float>().ToArray());
        Assert.Equal(9L, generator.initial_seed());
        Assert.Throws<ExternalException>(() => generator.set_state(zeros(3)));
    }

    [Fact]
    public void DefaultGenerator_IsSeededForAll()
    {
        using var scope = NewDisposeScope();
        var kept = get_rng_state();
        try
        {
            manual_seed(5);
            Assert.Equal(5L, initial_seed());
        }
        finally
        {
            set_rng_state(kept);
        }
    }

    [Fact]
    public void LargeDraws_GiveTheSameNumbersOnAnyNumberOfThreads()
    {
        using var scope = NewDisposeScope();
        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            var alone = randn([100_001], generator: new Generator(2)).data<float>().ToArray();
            set_num_threads(4);
            Assert.Equal(alone, randn([100_001], generator: new Generator(2)).data<float>().ToArray());
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Distributions_HaveTheirMoments(ScalarType type)
    {
        // n = 200,000: 5σ of the mean is 0.0112 for the normal and 0.0033 for the uniform distribution, 5σ of the normal's variance 0.0158. Seed 11.
        using var scope = NewDisposeScope();
        var generator = new Generator(11);
        var normal = randn([200_001], type, generator: generator).to(float64);
        Assert.Equal(0, normal.mean().item<double>(), 0.0112);
        Assert.Equal(1, normal.var().item<double>(), 0.0158);
        Assert.Equal(0, normal.pow(3).mean().item<double>(), 0.045);
        var uniform = rand([200_001], type, generator: generator).to(float64);
        Assert.Equal(0.5, uniform.mean().item<double>(), 0.0033);
        Assert.Equal(1.0 / 12, uniform.var().item<double>(), 0.001);
        Assert.True(uniform.min().item<double>() >= 0 && uniform.max().item<double>() < 1);
        var waiting = empty(200_001, type).exponential_(2, generator).to(float64);
        Assert.Equal(0.5, waiting.mean().item<double>(), 0.0056);
        Assert.Equal(3, empty(200_001, type).normal_(3, 2, generator).to(float64).mean().item<double>(), 0.0224);
        Assert.Equal(0.25, empty(200_001, type).bernoulli_(0.25, generator).to(float64).mean().item<double>(), 0.005);
    }

    [Fact]
    public void NormalNumbers_AreUncorrelatedAcrossPlaces()
    {
        // Pairs of one Box–Muller draw lie half a piece apart; 5σ of a correlation over 10⁵ pairs is 0.016. Seed 12.
        using var scope = NewDisposeScope();
        var x = randn([204_800], float64, generator: new Generator(12));
        foreach (var lag in new[] { 1, 2, 4, 1024, 2048 })
        {
            var product = x.narrow(0, 0, 100_000) * x.narrow(0, lag, 100_000);
            Assert.Equal(0, product.mean().item<double>(), 0.016);
        }
    }

    [Fact]
    public void Integers_CoverTheirRangeEvenly()
    {
        using var scope = NewDisposeScope();
        var counts = randint(0, 7, [70_000], generator: new Generator(13)).bincount(null, 7).data<long>().ToArray();

        // 5σ of a count of 10,000 with p = 1/7 is 463.
        Assert.Equal(7, counts.Length);
        Assert.All(counts, c => Assert.InRange(c, 10_000 - 463, 10_000 + 463));
        Assert.Throws<ArgumentException>(() => randint(3, 3, [1]));
        Assert.Throws<ArgumentException>(() => randn([1], int64));
    }

    [Fact]
    public void Permutation_ContainsEveryNumberOnce()
    {
        using var x = randperm(1000, generator: new Generator(14));
        var order = x.data<long>().ToArray();
        Assert.NotEqual(Enumerable.Range(0, 1000).Select(i => (long)i), order);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (long)i), order.Order());
    }

    [Fact]
    public void Multinomial_FollowsItsWeights()
    {
        using var scope = NewDisposeScope();
        var draws = tensor([1.0, 0, 3]).multinomial(8000, replacement: true, generator: new Generator(15)).bincount(null, 3).data<long>().ToArray();
        Assert.Equal(0, draws[1]);

        // 5σ of 2000 of 8000 with p = 1/4 is 194.
        Assert.InRange(draws[0], 1806, 2194);
        Assert.Equal([0L, 2], tensor([1.0, 0, 3]).multinomial(2, generator: new Generator(16)).data<long>().ToArray().Order());
        Assert.Throws<ExternalException>(() => tensor([1.0, 0, 3]).multinomial(3));
    }
}
