using System.Numerics;
using QDiff.Engine.Measurement;
using QDiff.Engine.States;
using QDiff.Engine.Tests.Density;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Measurement;

/// <summary>Fidelity, distance, entropy and entanglement of mixed states against closed forms.</summary>
public class DensityMeasureTests
{
    private static readonly Complex[] Bell = [Math.Sqrt(0.5), 0, 0, Math.Sqrt(0.5)];

    [Fact]
    public void Between_OneQubitStates_IsTheClosedForm()
    {
        // F = tr ρσ + 2 √(det ρ det σ); D = half the distance of the Bloch vectors.
        using var first = DensityMatrixBatch<double>.FromComplex(Qubit(0.3, -0.2, 0.5), Qubit(0, 0, 0), Qubit(0, 0.6, -0.8), Qubit(0, 0, 1));
        using var second = DensityMatrixBatch<double>.FromComplex(Qubit(-0.4, 0.1, 0.6), Qubit(0.5, 0.5, 0), Qubit(0.2, 0, 0.1), Qubit(0, 0, -1));
        var fidelities = Fidelity.Between(first, second);
        var distances = TraceDistance.Between(first, second);
        for (var sample = 0; sample < 4; sample++)
        {
            Vector3 a = Bloch(first, sample), b = Bloch(second, sample);
            var expected = (1 + Vector3.Dot(a, b)) / 2 + Math.Sqrt(Math.Max(0, (1 - a.LengthSquared()) * (1 - b.LengthSquared()))) / 2;
            Assert.Equal(expected, fidelities[sample], Tolerances.NormSingle);
            Assert.Equal(Vector3.Distance(a, b) / 2, distances[sample], Tolerances.NormSingle);
        }
    }

    [Fact]
    public void Between_MixedAndPure_AgreesWithUhlmannsForm()
    {
        var mixed = DensityContract<double>.States(3, 3, 5);
        using var states = DensityContract<double>.Batch(mixed);
        using var vectors = StateVectorBatch<double>.Random(3, 3, 8);
        using var pure = DensityMatrixBatch<double>.FromStateVectors(vectors);
        Comparison.AssertClose<double>(Fidelity.Between(states, vectors), Fidelity.Between(states, pure), Tolerances.Inverse, "fidelity");
        for (var sample = 0; sample < 3; sample++)
        {
            Complex expected = 0;
            for (var i = 0; i < 64; i++)
            {
                expected += Complex.Conjugate(vectors.Amplitude(sample, i / 8)) * mixed[sample].Matrix[i / 8, i % 8] * vectors.Amplitude(sample, i % 8);
            }

            Assert.Equal(expected.Real, Fidelity.Between(states, vectors)[sample], Tolerances.ClosedForm);
        }
    }

    [Fact]
    public void Between_SameStateOrSinglePartner_IsOne()
    {
        using var states = DensityContract<double>.Batch(DensityContract<double>.States(3, 2, 5));
        Assert.All(Fidelity.Between(states, states), f => Assert.Equal(1, f, Tolerances.NormSingle));
        Assert.All(TraceDistance.Between(states, states), d => Assert.Equal(0, d));
        using var single = DensityMatrixBatch<float>.Zero(1, 2);
        using var many = DensityMatrixBatch<float>.Zero(3, 2);
        Assert.All(Fidelity.Between(many, single), f => Assert.Equal(1, f, Tolerances.NormSingle));
    }

    [Fact]
    public void VonNeumann_OfDiagonalAndBellStates_IsTheClosedForm()
    {
        using var states = DensityMatrixBatch<double>.FromComplex(
            new Complex[,] { { 0.5, 0, 0, 0 }, { 0, 0.25, 0, 0 }, { 0, 0, 0.125, 0 }, { 0, 0, 0, 0.125 } }, Werner(1));
        Comparison.AssertClose<double>([1.75, 0], Entropy.VonNeumann(states), Tolerances.Inverse, "bits");
        Comparison.AssertClose<double>([1.75 * Math.Log(2), 0], Entropy.VonNeumann(states, Math.E), Tolerances.Inverse, "nats");
        using var half = states.PartialTrace(1);
        Assert.Equal(1, Entropy.VonNeumann(half)[1], Tolerances.Inverse);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    [InlineData(1.0 / 3)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(1)]
    public void Entanglement_OfWernerStates_IsTheClosedForm(double p)
    {
        // p Bell + (1 − p) 1/4 is entangled above p = 1/3: C = (3p − 1)/2, N = (3p − 1)/4.
        using var states = DensityMatrixBatch<double>.FromComplex(Werner(p));
        var concurrence = Math.Max(0, (3 * p - 1) / 2);
        Assert.Equal(concurrence, Entanglement.Concurrence(states)[0], Tolerances.Inverse);
        Assert.Equal(concurrence / 2, Entanglement.Negativity(states, 0)[0], Tolerances.Inverse);
        Assert.Equal(concurrence / 2, Entanglement.Negativity(states, 1)[0], Tolerances.Inverse);
        var x = (1 + Math.Sqrt(1 - concurrence * concurrence)) / 2;
        var formation = x == 1 ? 0 : -x * Math.Log2(x) - (1 - x) * Math.Log2(1 - x);
        Assert.Equal(formation, Entanglement.OfFormation(states)[0], 1e-7);
    }

    [Fact]
    public void Concurrence_OfPureStates_IsTwiceTheDeterminant()
    {
        using var vectors = StateVectorBatch<double>.Random(5, 2, 3);
        using var states = DensityMatrixBatch<double>.FromStateVectors(vectors);
        for (var sample = 0; sample < 5; sample++)
        {
            var determinant = vectors.Amplitude(sample, 0) * vectors.Amplitude(sample, 3) - vectors.Amplitude(sample, 1) * vectors.Amplitude(sample, 2);
            Assert.Equal(2 * determinant.Magnitude, Entanglement.Concurrence(states)[sample], Tolerances.Inverse);
            Assert.Equal(determinant.Magnitude, Entanglement.Negativity(states, 0)[sample], Tolerances.Inverse);
        }
    }

    [Fact]
    public void Negativity_BetweenPartsOfABellPairAndABystander_FollowsThePair()
    {
        var amplitudes = new Complex[8];
        (amplitudes[0], amplitudes[0b101]) = (Bell[0], Bell[3]);
        using var vectors = StateVectorBatch<double>.FromComplex(amplitudes);
        using var states = DensityMatrixBatch<double>.FromStateVectors(vectors);
        Assert.Equal(0.5, Entanglement.Negativity(states, 0)[0], Tolerances.Inverse);
        Assert.Equal(0.5, Entanglement.Negativity(states, 0, 1)[0], Tolerances.Inverse);
        Assert.Equal(0, Entanglement.Negativity(states, 1)[0], Tolerances.Inverse);
        Assert.Equal(0, Entanglement.Negativity(states, 2, 0)[0], Tolerances.Inverse);
    }

    [Fact]
    public void Sample_OfMixedStates_FollowsTheProbabilities()
    {
        const int shots = 20_000;
        const ulong seed = 77;
        using var states = DensityContract<float>.Batch(DensityContract<float>.States(3, 3, 5));
        var outcomes = BornSampler.Sample(states, shots, seed, 1);
        for (var sample = 0; sample < 3; sample++)
        {
            var counts = BornSampler.Counts(outcomes, sample);
            var probabilities = states.Probabilities(sample);
            for (var k = 0; k < 8; k++)
            {
                var error = Math.Sqrt(probabilities[k] * (1 - probabilities[k]) / shots);
                Assert.True(
                    Math.Abs((double)counts.GetValueOrDefault(k) / shots - probabilities[k]) <= Tolerances.Sigmas * error,
                    $"seed {seed}, sample {sample}, outcome {k}: {counts.GetValueOrDefault(k)} of {shots}, probability {probabilities[k]}");
            }
        }
    }

    [Fact]
    public void Sample_OfAPureStatesDensityMatrix_IsThatOfTheStateVector()
    {
        using var vectors = StateVectorBatch<double>.Random(3, 4, 5);
        using var states = DensityMatrixBatch<double>.FromStateVectors(vectors);
        var expected = BornSampler.Sample(vectors, 500, 3, 4, 10);
        Assert.Equal(expected.Cast<int>(), BornSampler.Sample(states, 500, 3, 4, 10).Cast<int>());
        using var one = DensityMatrixBatch<double>.FromStateVectors(StateVectorBatch<double>.Zero(1, 2));
        Assert.All(BornSampler.Sample(one, 100, 3, 4).Cast<int>(), outcome => Assert.Equal(0, outcome));
    }

    [Fact]
    public void BadInput_IsRefusedWithASentence()
    {
        using var two = DensityMatrixBatch<double>.Zero(2, 2);
        using var three = DensityMatrixBatch<double>.Zero(3, 3);
        using var many = DensityMatrixBatch<double>.Zero(3, 2);
        Refusal.Says("States of 2 and 3 qubits have no fidelity; both registers must be the same.", () => Fidelity.Between(two, three));
        Refusal.Says("States of 2 and 3 qubits cannot be compared; both registers must be the same.", () => TraceDistance.Between(two, three));
        Refusal.Says("2 state(s) are compared with as many or with one; got 3.", () => TraceDistance.Between(two, many));
        Refusal.Says("The concurrence is of two-qubit states; got 3 qubit(s)", () => Entanglement.Concurrence(three));
        Refusal.Says("The entanglement of formation is of two-qubit states; got 3 qubit(s)", () => Entanglement.OfFormation(three));
        Refusal.Says("The negativity is between a part of the register and its rest; got all 2 qubit(s) as the part.", () => Entanglement.Negativity(two, 0, 1));
        Refusal.Says("The part of a negativity has at least 1 qubit; got none.", () => Entanglement.Negativity(two));
        Refusal.Says("The base of a logarithm is above 1 (2 for bits, e for nats); got 1.", () => Entropy.VonNeumann(two, 1));
        two.Coefficients(1)[0] = double.NaN;
        Refusal.Says<InvalidOperationException>("State 1 cannot be measured: its trace is NaN", () => BornSampler.Sample(two, 10, 1, 1));
    }

    private static Complex[,] Qubit(double x, double y, double z) =>
        new[,] { { (1 + z) / 2, new Complex(x, -y) / 2 }, { new Complex(x, y) / 2, (1 - z) / 2 } };

    private static Complex[,] Werner(double p)
    {
        var matrix = new Complex[4, 4];
        for (var i = 0; i < 16; i++)
        {
            matrix[i / 4, i % 4] = p * Bell[i / 4] * Bell[i % 4] + (i / 4 == i % 4 ? (1 - p) / 4 : 0);
        }

        return matrix;
    }

    private static Vector3 Bloch(DensityMatrixBatch<double> states, int sample)
    {
        Span<double> c = states.Coefficients(sample);
        return new Vector3((float)c[1], (float)c[2], (float)c[3]);
    }
}
