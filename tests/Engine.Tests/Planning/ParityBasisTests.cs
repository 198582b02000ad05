using System.Numerics;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Tests.Planning;

public sealed class ParityBasisTests
{
    [Fact]
    public void TryAdd_DependentMask_IsRefused()
    {
        var basis = new ParityBasis(4);
        Assert.True(basis.TryAdd(0b0011));
        Assert.True(basis.TryAdd(0b0110));
        Assert.False(basis.TryAdd(0b0101));
        Assert.True(basis.TryAdd(0b1000));
    }

    [Theory]
    [InlineData(3, 7)]
    [InlineData(5, 20)]
    [InlineData(8, 60)]
    public void Partition_AnyMasks_GivesEachOneBitOfAnInvertibleBasis(int qubits, int count)
    {
        var random = new Random(count);
        int[] masks = [.. Enumerable.Range(0, count).Select(_ => random.Next(1, 1 << qubits))];
        var parts = ParityBasis.Partition(qubits, masks);
        Assert.Equal(Enumerable.Range(0, count), parts.SelectMany(p => p.Members.Select(m => m.Item)).Order());
        foreach (var (rows, members) in parts)
        {
            Assert.All(members, m => Assert.Equal(masks[m.Item], rows[m.Bit]));
            int[] images = [.. Enumerable.Range(0, 1 << qubits).Select(x =>
                Enumerable.Range(0, qubits).Sum(j => (BitOperations.PopCount((uint)(rows[j] & x)) & 1) << j))];
            Assert.Equal(1 << qubits, images.Distinct().Count());
        }
    }
}
