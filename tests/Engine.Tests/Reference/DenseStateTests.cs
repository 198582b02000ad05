using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Complex;

namespace QDiff.Engine.Tests.Reference;

/// <summary>The reference is itself held against full 2^n × 2^n Kronecker products and against textbook facts.</summary>
public class DenseStateTests
{
    private static readonly string[] Names =
    [
        "id", "x", "y", "z", "h", "s", "sdg", "t", "tdg", "sx", "sxdg", "rx", "ry", "rz", "p", "u3", "cx", "cy", "cz", "ch", "swap", "iswap", "iswapdg",
        "crx", "cry", "crz", "cp", "rxx", "ryy", "rzz", "ccx", "cswap",
    ];

    [Fact]
    public void Matrices_OfEveryGate_AreUnitary()
    {
        foreach (var name in Names)
        {
            var matrix = Matrix(name);
            var product = matrix.ConjugateTranspose() * matrix;
            var distance = (product - DenseMatrix.CreateIdentity(matrix.RowCount)).FrobeniusNorm();
            Assert.True(distance < Tolerances.ClosedForm, $"{name}: |U†U − 1| = {distance}");
        }
    }

    [Fact]
    public void Apply_OneQubitGate_EqualsTheFullKroneckerProduct()
    {
        foreach (var name in new[] { "h", "y", "u3" })
        {
            for (var qubit = 0; qubit < 3; qubit++)
            {
                // Qubit 2 is the leftmost factor.
                var full = ReferenceGates.Kronecker(
                    ReferenceGates.Kronecker(Factor(2), Factor(1)), Factor(0));
                AssertSame(full, state => state.Apply(Gate(name), qubit), $"{name} on {qubit}");

                Complex[,] Factor(int position) => position == qubit ? Gate(name) : ReferenceGates.Identity;
            }
        }
    }

    [Fact]
    public void Apply_TwoQubitGateOnTheTopQubits_EqualsTheFullKroneckerProduct()
    {
        foreach (var name in Names.Where(name => Gate(name).GetLength(0) == 4))
        {
            AssertSame(ReferenceGates.Kronecker(Gate(name), ReferenceGates.Identity), state => state.Apply(Gate(name), 2, 1), name);
            AssertSame(ReferenceGates.Kronecker(ReferenceGates.Identity, Gate(name)), state => state.Apply(Gate(name), 1, 0), name);
        }
    }

    [Fact]
    public void Apply_ControlAndTarget_FollowTheBitOrder()
    {
        // |q2 q1 q0⟩ = |001⟩: the control is qubit 0, so CNOT(0, 2) sets qubit 2.
        var state = new DenseState(3).Apply(ReferenceGates.X, 0).Apply(Gate("cx"), 0, 2);
        Assert.Equal(Complex.One, state.Amplitudes[0b101]);

        // Fredkin with control 1 swaps 0 and 2.
        state = new DenseState(3).Apply(ReferenceGates.X, 0).Apply(ReferenceGates.X, 1).Apply(Gate("cswap"), 1, 0, 2);
        Assert.Equal(Complex.One, state.Amplitudes[0b110]);
    }

    [Fact]
    public void ReverseQubits_OfCnot_HasTheControlLeastSignificant()
    {
        var reversed = ReferenceGates.ReverseQubits(Gate("cx"));
        Assert.Equal(Complex.One, reversed[0b11, 0b01]);
        Assert.Equal(Complex.One, reversed[0b10, 0b10]);
        Assert.Equal(Complex.Zero, reversed[0b10, 0b11]);
    }

    [Fact]
    public void Expectation_OfBellState_IsThatOfTheTextbook()
    {
        var bell = new DenseState(2).Apply(Gate("h"), 0).Apply(Gate("cx"), 0, 1);
        Assert.Equal(1, bell.Expectation("XX"), Tolerances.ClosedForm);
        Assert.Equal(-1, bell.Expectation("YY"), Tolerances.ClosedForm);
        Assert.Equal(1, bell.Expectation("ZZ"), Tolerances.ClosedForm);
        Assert.Equal(0, bell.Expectation("ZI"), Tolerances.ClosedForm);
        Assert.Equal([0.5, 0, 0, 0.5], bell.Probabilities().Select(p => Math.Round(p, 14)));
        Assert.Equal(0.5, DenseState.Fidelity(bell, new DenseState(2)), Tolerances.ClosedForm);
    }

    [Fact]
    public void Expectation_OfOneQubitStates_IsTheBlochVector()
    {
        // RZ(φ) RY(θ)|0⟩ points to (sin θ cos φ, sin θ sin φ, cos θ).
        var (theta, phi) = (0.7, 2.1);
        var state = new DenseState(1).Apply(Gate("ry", theta), 0).Apply(Gate("rz", phi), 0);
        Assert.Equal(Math.Sin(theta) * Math.Cos(phi), state.Expectation("X"), Tolerances.ClosedForm);
        Assert.Equal(Math.Sin(theta) * Math.Sin(phi), state.Expectation("Y"), Tolerances.ClosedForm);
        Assert.Equal(Math.Cos(theta), state.Expectation("Z"), Tolerances.ClosedForm);
    }

    private static Complex[,] Gate(string name, params double[] parameters) =>
        ReferenceGates.Matrix(name, parameters.Length == 0 ? [0.3, 1.1, -0.8] : parameters);

    private static Matrix<Complex> Matrix(string name) => DenseMatrix.OfArray(Gate(name));

    private static void AssertSame(Complex[,] full, Action<DenseState> apply, string what)
    {
        var random = new Random(5);
        var input = Enumerable.Range(0, full.GetLength(0)).Select(_ => new Complex(random.NextDouble(), random.NextDouble())).ToArray();
        var expected = DenseMatrix.OfArray(full) * DenseVector.OfArray(input);
        var state = new DenseState(input);
        apply(state);
        var distance = (DenseVector.OfArray(state.Amplitudes) - expected).L2Norm();
        Assert.True(distance < Tolerances.ClosedForm, $"{what}: distance {distance}");
    }
}
