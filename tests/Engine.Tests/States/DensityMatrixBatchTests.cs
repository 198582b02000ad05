using System.Numerics;
using QDiff.Engine.Observables;
using QDiff.Engine.States;
using QDiff.Engine.Tests.Density;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.States;

public class DensityMatrixBatchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void FromComplex_ToComplexAndElement_GiveTheMatrixBack(int qubits)
    {
        var expected = DensityContract<double>.States(2, qubits, 3);
        using var states = DensityContract<double>.Batch(expected);
        for (var sample = 0; sample < 2; sample++)
        {
            var actual = states.ToComplex(sample);
            for (var r = 0; r < 1 << qubits; r++)
            {
                for (var c = 0; c < 1 << qubits; c++)
                {
                    Assert.True((actual[r, c] - expected[sample].Matrix[r, c]).Magnitude < Tolerances.ClosedForm, $"sample {sample} [{r}, {c}]");
                    Assert.True((states.Element(sample, r, c) - actual[r, c]).Magnitude < Tolerances.ClosedForm, $"element of sample {sample} [{r}, {c}]");
                }
            }
        }
    }

    [Fact]
    public void FromStateVectors_IsTheOuterProduct()
    {
        var initial = TestCircuits.InitialStates(2, 3, 5);
        using var vectors = Contracts.BackendContract<double>.Batch(initial);
        using var states = DensityMatrixBatch<double>.FromStateVectors(vectors);
        for (var sample = 0; sample < 2; sample++)
        {
            AssertSame(new DenseDensity(initial[sample]).Matrix, states.ToComplex(sample));
            Assert.Equal(Math.Pow(vectors.Norm(sample), 4), states.Purity(sample), Tolerances.ClosedForm);
        }
    }

    [Fact]
    public void ZeroAndMaximallyMixed_AreThose()
    {
        using var zero = DensityMatrixBatch<float>.Zero(2, 3);
        using var mixed = DensityMatrixBatch<float>.MaximallyMixed(2, 3);
        Assert.Equal(1, zero.Element(1, 0, 0));
        Assert.Equal(1, zero.Purity(1), Tolerances.ClosedForm);
        Assert.All(Enumerable.Range(0, 8), k => Assert.Equal(0.125, mixed.Element(1, k, k)));
        Assert.Equal(0.125, mixed.Purity(1), Tolerances.ClosedForm);
        Assert.Equal(1, mixed.Trace(0));
    }

    [Fact]
    public void ExpectationAndProbabilities_EqualTheReference()
    {
        var expected = DensityContract<double>.States(1, 4, 8);
        using var states = DensityContract<double>.Batch(expected);
        foreach (var text in TestCircuits.RandomPaulis(4, 3).Strings)
        {
            var letters = string.Concat(Enumerable.Range(0, 4).Select(q => text[q].ToString()));
            Assert.Equal(expected[0].Expectation(letters), states.Expectation(0, text), Tolerances.ClosedForm);
        }

        Comparison.AssertClose<double>(expected[0].Probabilities(), states.Probabilities(0), Tolerances.ClosedForm, "probabilities");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3, 1)]
    [InlineData(1, 0, 3)]
    [InlineData(2, 3, 0, 1)]
    public void PartialTrace_OfAnyQubitsInAnyOrder_EqualsTheReference(params int[] kept)
    {
        var expected = DensityContract<double>.States(2, 4, 8);
        using var states = DensityContract<double>.Batch(expected);
        using var reduced = states.PartialTrace(kept);
        AssertSame(expected[1].PartialTrace(kept), reduced.ToComplex(1));
    }

    [Fact]
    public void Clone_HasItsOwnMemory()
    {
        using var states = DensityMatrixBatch<double>.Zero(1, 2);
        using var copy = states.Clone();
        states.Coefficients(0)[3] = 0.5;
        Assert.Equal(1, copy.Expectation(0, PauliString.Z(0)));
        Assert.Equal(0.5, states.Expectation(0, PauliString.Z(0)));
    }

    [Fact]
    public void BadInput_IsRefusedWithASentence()
    {
        Refusal.Says("A density matrix has 1-12 qubits (4^n numbers); got 13", () => DensityMatrixBatch<float>.Zero(1, 13));
        Refusal.Says("A batch has at least 1 sample; got 0.", () => DensityMatrixBatch<float>.Zero(0, 2));
        Refusal.Says("A batch has at least 1 density matrix; got none.", () => DensityMatrixBatch<float>.FromComplex());
        Refusal.Says("A density matrix is 2^n × 2^n with n in 1-12; got 3 rows.", () => DensityMatrixBatch<float>.FromComplex(new Complex[3, 3]));
        Refusal.Says(
            "All density matrices must be 2×2 like the first; matrix 1 is 4×4.",
            () => DensityMatrixBatch<float>.FromComplex(new Complex[,] { { 1, 0 }, { 0, 0 } }, new Complex[4, 4]));
        Refusal.Says("Entry [0, 1] of density matrix 0 must be finite", () => DensityMatrixBatch<float>.FromComplex(new Complex[,] { { 1, double.NaN }, { 0, 0 } }));
        Refusal.Says(
            "Density matrix 0 is not Hermitian: the largest entry of |ρ − ρ†| is 0.25",
            () => DensityMatrixBatch<float>.FromComplex(new Complex[,] { { 1, 0.25 }, { 0, 0 } }));
        Refusal.Says(
            "Density matrix 0 has trace 1.5; it must be 1", () => DensityMatrixBatch<float>.FromComplex(new Complex[,] { { 1, 0 }, { 0, 0.5 } }));
        Refusal.Says(
            "Density matrix 0 has the negative eigenvalue -0.25", () => DensityMatrixBatch<float>.FromComplex(new Complex[,] { { 1.25, 0 }, { 0, -0.25 } }));
        using var states = DensityMatrixBatch<double>.Zero(1, 2);
        Refusal.Says("A partial trace keeps at least 1 qubit; got none.", () => states.PartialTrace());
        Refusal.Says("A partial trace keeps different qubits; got qubit 1 twice.", () => states.PartialTrace(1, 1));
        Refusal.Says("Qubit 2 is outside this 2-qubit register (valid: 0-1).", () => states.PartialTrace(2));
        Refusal.Says("Qubit 5 is outside this 2-qubit register (valid: 0-1).", () => states.Expectation(0, PauliString.X(5)));
        Refusal.Says("Sample 1 is outside this batch of 1 (valid: 0-0).", () => states.Purity(1));
        Refusal.Says("Amplitude 4 is outside this state of 4 amplitudes.", () => states.Element(0, 0, 4));
    }

    [Fact]
    public void Zero_OfMoreThanTheMemory_NamesTheBytes() =>
        Refusal.Says<OutOfMemoryException>("268,435,456,000,000 bytes are needed and cannot be had", () => DensityMatrixBatch<double>.Zero(2_000_000, 12));

    private static void AssertSame(Complex[,] expected, Complex[,] actual) => Comparison.AssertClose<double>(
        [.. expected.Cast<Complex>().SelectMany(e => new[] { e.Real, e.Imaginary })],
        [.. actual.Cast<Complex>().SelectMany(e => new[] { e.Real, e.Imaginary })],
        Tolerances.ClosedForm, "matrix");
}
