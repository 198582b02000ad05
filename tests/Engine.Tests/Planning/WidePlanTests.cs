using System.Numerics;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Tests.Planning;

public sealed class WidePlanTests
{
    [Fact]
    public void Transpose_OfAStorage_FreesTheFirstFlipsAndUndoesItself()
    {
        const int Qubits = 9, LaneBits = 2, TileBits = Qubits - LaneBits;
        var storage = new WideStorage(Qubits, LaneBits);
        var map = IndexMap.Identity(Qubits).Renamed([1, 4], [0, 3, 2, 1]).Renamed([4, 0], [0, 3, 2, 1]);
        var before = storage.Frame(map);
        int[] wanted = [0, 1, 4, 5, 6];
        var step = storage.Transpose(wanted.Select(before.TileFlips));
        var after = storage.Frame(map);
        Assert.All(wanted, q => Assert.Equal(0, after.LaneFlips(q)));

        // (tile, lane) → (tile ⊕ spread(parities ⊕ lane), parities) is what the kernel does to a square of tiles.
        for (int x = 0; x < 1 << Qubits; x++)
        {
            int old = before.Place(x), tile = old >> LaneBits, lane = old & 3, row = step.Parities(tile);
            int moved = ((tile ^ step.RowOffsets[row ^ lane]) << LaneBits) | row;
            Assert.Equal(moved, after.Place(x));
            int back = step.Parities(moved >> LaneBits);
            Assert.Equal(old, (((moved >> LaneBits) ^ step.RowOffsets[back ^ row]) << LaneBits) | back);
        }

        int[] origins = [.. Enumerable.Range(0, step.GroupCount).Select(step.Origin)];
        Assert.All(origins, origin => Assert.Equal(0, step.Parities(origin)));
        Assert.Equal(1 << TileBits, origins.SelectMany(o => Enumerable.Range(0, 4).Select(r => o ^ step.RowOffsets[r])).Distinct().Count());
    }

    [Fact]
    public void Frame_OfAnyMap_KnowsEveryQubitByItsParity()
    {
        var storage = new WideStorage(8, 2);
        var map = IndexMap.Identity(8).Renamed([0, 3], [0, 3, 2, 1]).Renamed([3], [1, 0]).Renamed([3, 7], [0, 3, 2, 1]);
        storage.Transpose([1, 2, 3]);
        var frame = storage.Frame(map);
        for (int x = 0; x < 256; x++)
        {
            int place = frame.Place(x);
            for (int q = 0; q < 8; q++)
            {
                int parity = BitOperations.PopCount((uint)(frame.TileParity(q) & (place >> 2))) + BitOperations.PopCount((uint)(frame.LaneParity(q) & place & 3));
                Assert.Equal((x >> q) & 1, (parity + (frame.IsNegative(q) ? 1 : 0)) & 1);
            }
        }
    }

    [Fact]
    public void Steps_OfTheLayeredCircuit_TransposeOnceOrTwiceALayer()
    {
        var plan = new WidePlan(Planner.Plan(Engine.Benchmarks.LayeredCircuit.Build(16, 8)), 4, 16);
        Assert.InRange(Assert.Single(plan.Blocks).Steps.Count(step => step is WideTranspose), 1, 16);
    }
}
