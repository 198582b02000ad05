using QDiff.Engine.Benchmarks;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Tests.Planning;

public sealed class WideScheduleTests
{
    [Theory]
    [InlineData(20, 14, 4)]
    [InlineData(20, 13, 5)]
    [InlineData(24, 15, 5)]
    [InlineData(16, 15, 2)]
    public void Sweeps_OfTheLayeredCircuit_AreFew(int qubits, int blockQubits, int most)
    {
        var operations = WideOperation.Of(Planner.Plan(LayeredCircuit.Build(qubits, 15)));
        Assert.InRange(WideSchedule.Build(operations, 4, blockQubits).Count, 2, most);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Sweeps_OfARandomCircuit_DoEverythingOnceWithinTheirSpansAndReorderOnlyWhatCommutes(int seed)
    {
        const int Qubits = 9, BlockQubits = 5, LaneBits = 1;
        var operations = WideOperation.Of(Planner.Plan(TestCircuits.Random(Qubits, 60, seed)));
        var sweeps = WideSchedule.Build(operations, LaneBits, BlockQubits);
        List<WideOperation> order = [.. sweeps.SelectMany(sweep => sweep.Operations)];
        Assert.True(sweeps.Count > 1);
        Assert.Equal(operations.Count, order.Count);
        Assert.All(operations, operation => Assert.Single(order, other => ReferenceEquals(operation, other)));
        Assert.All(sweeps, sweep =>
        {
            var span = new BitSpan(sweep.Span);
            Assert.InRange(span.Dimension, LaneBits, BlockQubits);
            Assert.All(sweep.Operations.SelectMany(o => o.Flips).Concat(sweep.NextLanes), mask => Assert.True(span.Contains(mask)));
        });
        for (int late = 0; late < order.Count; late++)
        {
            for (int early = 0; early < late; early++)
            {
                if (operations.FindIndex(o => ReferenceEquals(o, order[early])) > operations.FindIndex(o => ReferenceEquals(o, order[late])))
                {
                    var postponed = new Postponed();
                    postponed.Add(order[late]);
                    Assert.True(postponed.Allow(order[early]));
                }
            }
        }
    }

    [Fact]
    public void Postponed_AfterARotation_LetsPassOnlyWhatCommutesWithIt()
    {
        // RY on qubits 0 and 1, then a phase on qubit 0 and one on the parity of both.
        WideOperation Rotation(int qubit) => new(0, null, 0, [1 << qubit], [1 << qubit], [false], [0]);
        WideOperation Phase(int mask) => new(0, null, 0, [], [mask], [false], [0]);
        var postponed = new Postponed();
        postponed.Add(Rotation(0));
        Assert.True(postponed.Allow(Rotation(0)));
        Assert.True(postponed.Allow(Rotation(1)));
        Assert.True(postponed.Allow(Phase(2)));
        Assert.False(postponed.Allow(Phase(1)));
        Assert.False(postponed.Allow(Phase(3)));
        postponed.Add(Rotation(1));
        Assert.False(postponed.Allow(Phase(2)));
    }
}
