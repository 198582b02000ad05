using QDiff.Engine.Planning;

namespace QDiff.Engine.Tests.Planning;

public sealed class BitSpanTests
{
    [Fact]
    public void Rows_OfRandomVectors_SpanThemAndOwnTheirLowestBits()
    {
        var random = new Random(1);
        for (int round = 0; round < 50; round++)
        {
            int[] vectors = [.. Enumerable.Range(0, 6).Select(_ => random.Next(1 << 9))];
            var span = new BitSpan(vectors);
            Assert.Equal(All(vectors), All(span.Rows));
            Assert.Equal(1 << span.Dimension, All(vectors).Count);
            Assert.All(span.Rows, row => Assert.Single(span.Rows, other => (other & row & -row) != 0));
        }
    }

    [Fact]
    public void Intersection_OfRandomSpans_IsWhatBothContain()
    {
        var random = new Random(2);
        for (int round = 0; round < 50; round++)
        {
            int[] first = [.. Enumerable.Range(0, 5).Select(_ => random.Next(1 << 8))], second = [.. Enumerable.Range(0, 5).Select(_ => random.Next(1 << 8))];
            var expected = All(first);
            expected.IntersectWith(All(second));
            var common = new BitSpan(first).Intersection(new BitSpan(second));
            Assert.Equal(expected, All([.. common]));
            Assert.Equal(expected.Count, 1 << common.Count);
        }
    }

    private static SortedSet<int> All(int[] vectors)
    {
        var all = new SortedSet<int> { 0 };
        foreach (int vector in vectors)
        {
            all.UnionWith([.. all.Select(v => v ^ vector)]);
        }

        return all;
    }
}
