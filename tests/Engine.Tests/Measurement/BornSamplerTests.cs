using System.Numerics;
using QDiff.Engine.Measurement;
using QDiff.Engine.States;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Measurement;

public abstract class BornSamplerTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Sample_ManyShots_FollowTheBornRule(int qubits)
    {
        const int shots = 100_000;
        const ulong seed = 77;
        using var states = StateVectorBatch<T>.Random(3, qubits, 11);
        var outcomes = BornSampler.Sample(states, shots, seed, 0);
        for (var sample = 0; sample < states.Batch; sample++)
        {
            var counts = new int[1 << qubits];
            foreach (var (outcome, count) in BornSampler.Counts(outcomes, sample))
            {
                counts[outcome] = count;
            }

            Assert.Equal(shots, counts.Sum());
            Sampling.AssertCounts(DenseState.Of(states, sample).Probabilities(), counts, shots, $"sample {sample}, seed {seed}");
        }
    }

    [Fact]
    public void Sample_StateWithEmptyAmplitudes_NeverDrawsThem()
    {
        // |0010⟩ and |1010⟩ and nothing else, the last and first amplitudes empty; not normalised.
        var amplitudes = new Complex[16];
        amplitudes[2] = new Complex(0, 2);
        amplitudes[10] = 1;
        using var states = StateVectorBatch<T>.FromComplex(amplitudes);
        const ulong seed = 5;
        var counts = BornSampler.Counts(BornSampler.Sample(states, 50_000, seed, 1));
        Assert.Equal([2, 10], counts.Keys);
        Sampling.AssertCounts([0.8, 0.2], [counts[2], counts[10]], 50_000, $"seed {seed}");
    }

    [Fact]
    public void Sample_SplitBatchAndFewerShots_GivesTheSameOutcomes()
    {
        using var states = StateVectorBatch<T>.Random(7, 4, 3);
        var whole = BornSampler.Sample(states, 50, 9, 8, 20);
        for (var sample = 0; sample < 7; sample++)
        {
            using var alone = StateVectorBatch<T>.FromComplex(DenseState.Of(states, sample).Amplitudes);
            var part = BornSampler.Sample(alone, 30, 9, 8, 20 + sample);
            for (var shot = 0; shot < 30; shot++)
            {
                Assert.Equal(whole[sample, shot], part[0, shot]);
            }
        }
    }

    [Fact]
    public void Sample_OtherKeys_GiveOtherOutcomes()
    {
        using var states = StateVectorBatch<T>.Random(1, 6, 3);
        var reference = BornSampler.Sample(states, 40, 1, 1, 1);
        Assert.Equal(reference, BornSampler.Sample(states, 40, 1, 1, 1));
        Assert.NotEqual(reference, BornSampler.Sample(states, 40, 2, 1, 1));
        Assert.NotEqual(reference, BornSampler.Sample(states, 40, 1, 2, 1));
        Assert.NotEqual(reference, BornSampler.Sample(states, 40, 1, 1, 2));
    }

    [Fact]
    public void BadInput_IsRefused_WithRangeAndValue()
    {
        using var states = StateVectorBatch<T>.Zero(1, 2);
        Refusal.Says("A state is measured 1 to 33554432 times; got 0 shots", () => BornSampler.Sample(states, 0, 0, 0));
        Refusal.Says("A state is measured 1 to 33554432 times; got 33554433 shots", () => BornSampler.Sample(states, BornSampler.ShotLimit + 1, 0, 0));
        Refusal.Says("Sample numbers lie in 0 to 1099511627775; got 1 samples from -3.", () => BornSampler.Sample(states, 1, 0, 0, -3));
        Refusal.Says("Sample 1 is outside this batch of 1 (valid: 0-0).", () => BornSampler.Counts(new int[1, 4], 1));
        states.Real(0)[0] = T.Zero;
        Refusal.Says<InvalidOperationException>(
            "State 0 cannot be measured: its norm is 0, and a finite one above 0 is needed.", () => BornSampler.Sample(states, 1, 0, 0));
        states.Real(0)[0] = T.NaN;
        Refusal.Says<InvalidOperationException>(
            "State 0 cannot be measured: its norm is NaN, and a finite one above 0 is needed.", () => BornSampler.Sample(states, 1, 0, 0));
    }
}

public class BornSamplerSingleTests : BornSamplerTests<float>;

public class BornSamplerDoubleTests : BornSamplerTests<double>;
