using QDiff.Engine.Randomness;

namespace QDiff.Engine.Tests.Randomness;

public class CounterRandomTests
{
    private const ulong Seed = 20240817;

    [Fact]
    public void Block_SampleOperationAndIndex_AreDisjointFieldsOfTheCounter()
    {
        // The fields at their greatest values: nothing spills from one into the next.
        var block = new CounterRandom(Seed, CounterRandom.SampleLimit - 1, 0).Block(0);
        Assert.Equal(Philox.Block(new PhiloxBlock(0xff000000, 0xffffffff, 0, 0), Seed), block);

        block = new CounterRandom(Seed, 0, ulong.MaxValue).Block(CounterRandom.BlockLimit - 1);
        Assert.Equal(Philox.Block(new PhiloxBlock(0x00ffffff, 0, 0xffffffff, 0xffffffff), Seed), block);
    }

    [Fact]
    public void Words_OfNeighbouringStreams_AllDiffer()
    {
        var seen = new HashSet<(uint, uint)>();
        for (ulong seed = 0; seed < 4; seed++)
        {
            for (long sample = 0; sample < 8; sample++)
            {
                for (ulong operation = 0; operation < 8; operation++)
                {
                    var random = new CounterRandom(seed, sample, operation);
                    for (var index = 0; index < 8; index++)
                    {
                        var block = random.Block(index);
                        Assert.True(seen.Add((block.Word0, block.Word1)), $"seed {seed}, sample {sample}, operation {operation}, block {index} repeats.");
                    }
                }
            }
        }
    }

    [Fact]
    public void Readings_OfOneStream_ReadTheDocumentedWords()
    {
        var random = new CounterRandom(Seed, 5, 7);
        for (var index = 0; index < 9; index++)
        {
            Assert.Equal(CounterRandom.ToSingle(random.Word(index)), random.Single(index));
            Assert.Equal(CounterRandom.ToDouble(random.Word(2 * index), random.Word(2 * index + 1)), random.Double(index));
            var pair = random.NormalPair(index / 2);
            Assert.Equal(index % 2 == 0 ? pair.First : pair.Second, random.Normal(index));
        }
    }

    [Fact]
    public void Uniforms_AtTheExtremeWords_StayInsideTheOpenInterval()
    {
        Assert.True(CounterRandom.ToSingle(0) > 0);
        Assert.True(CounterRandom.ToSingle(uint.MaxValue) < 1);
        Assert.True(CounterRandom.ToDouble(0, 0) > 0);
        Assert.True(CounterRandom.ToDouble(uint.MaxValue, uint.MaxValue) < 1);
    }

    [Theory]
    [InlineData(1ul)]
    [InlineData(2ul)]
    public void Uniforms_Many_HaveTheMomentsAndTheFlatHistogram(ulong seed)
    {
        const int count = 200_000;
        const int bins = 64;
        var random = new CounterRandom(seed, 0, 0);
        var singles = new int[bins];
        var doubles = new int[bins];
        double mean = 0, lagged = 0;
        for (var index = 0; index < count; index++)
        {
            singles[(int)(random.Single(index) * bins)]++;
            var value = random.Double(index);
            doubles[(int)(value * bins)]++;
            mean += value / count;
            lagged += (value - 0.5) * (random.Double(index + 1) - 0.5) / count;
        }

        Sampling.AssertWithin(0.5, mean, Math.Sqrt(1.0 / 12 / count), $"mean, seed {seed}");
        Sampling.AssertWithin(0, lagged, 1.0 / 12 / Math.Sqrt(count), $"lag 1 covariance, seed {seed}");
        var expected = Enumerable.Repeat(1.0 / bins, bins).ToArray();
        Sampling.AssertCounts(expected, singles, count, $"float, seed {seed}");
        Sampling.AssertCounts(expected, doubles, count, $"double, seed {seed}");
    }

    [Theory]
    [InlineData(3ul)]
    [InlineData(4ul)]
    public void Normals_Many_HaveTheMomentsOfTheStandardNormal(ulong seed)
    {
        const int count = 200_000;
        var random = new CounterRandom(seed, 1, 2);
        var moments = new double[5];
        double across = 0;
        for (var index = 0; index < count; index++)
        {
            var value = random.Normal(index);
            for (var power = 1; power <= 4; power++)
            {
                moments[power] += Math.Pow(value, power) / count;
            }

            across += value * random.Normal(index ^ 1) / count;
        }

        // Variances of x, x², x³, x⁴: 1, 2, 15, 96. The pair product is counted twice, so its variance is 2/count.
        Sampling.AssertWithin(0, moments[1], Math.Sqrt(1.0 / count), $"mean, seed {seed}");
        Sampling.AssertWithin(1, moments[2], Math.Sqrt(2.0 / count), $"variance, seed {seed}");
        Sampling.AssertWithin(0, moments[3], Math.Sqrt(15.0 / count), $"third moment, seed {seed}");
        Sampling.AssertWithin(3, moments[4], Math.Sqrt(96.0 / count), $"fourth moment, seed {seed}");
        Sampling.AssertWithin(0, across, Math.Sqrt(2.0 / count), $"covariance within a pair, seed {seed}");
    }

    [Fact]
    public void Constructor_SampleOutOfRange_SaysTheRange()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new CounterRandom(1, CounterRandom.SampleLimit, 0));
        Assert.StartsWith("Sample number 1099511627776 is outside 0 to 1099511627775; number the samples of a run from 0.", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CounterRandom(1, -1, 0));
    }

    [Fact]
    public void Block_PastTheEnd_SaysWhatToDo()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new CounterRandom(1, 0, 0).Block(CounterRandom.BlockLimit));
        Assert.StartsWith("Block 16777216 is outside 0 to 16777215; draw the rest under another operation number.", error.Message);
    }

    [Fact]
    public void DoublePairs_OfNeighbouringSamples_AreTheirOwnNumbers()
    {
        const ulong Seed = 0xFEDCBA9876543210, Operation = 0x123456789ABCDEF0;
        foreach (var first in new[] { 0L, 253, (1L << 32) - 3, CounterRandom.SampleLimit - 16 })
        {
            foreach (var block in new[] { 0, 1, CounterRandom.BlockLimit - 1 })
            {
                double[] even = new double[16], odd = new double[16];
                CounterRandom.DoublePairs(Seed, first, Operation, block, even, odd);
                for (var s = 0; s < 16; s++)
                {
                    var random = new CounterRandom(Seed, first + s, Operation);
                    Assert.Equal(random.Double(2 * block), even[s]);
                    Assert.Equal(random.Double((2 * block) + 1), odd[s]);
                }
            }
        }
    }
}
