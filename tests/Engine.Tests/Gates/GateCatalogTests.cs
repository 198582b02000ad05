using System.Numerics;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Gates;

public class GateCatalogTests
{
    private static readonly double[] Angles = [0.7, -1.9, 2.6];

    public static TheoryData<string> Names => [.. GateCatalog.All.Select(gate => gate.Name)];

    [Fact]
    public void All_HoldsTheGatesThatTheProjectPromises()
    {
        string[] promised =
        [
            "id", "x", "y", "z", "h", "s", "sdg", "t", "tdg", "sx", "rx", "ry", "rz", "p", "u3", "cx", "cy", "cz", "swap", "iswap",
            "crx", "cry", "crz", "cp", "rxx", "ryy", "rzz", "ccx", "cswap",
        ];
        Assert.Empty(promised.Except(GateCatalog.All.Select(gate => gate.QasmName)));
        Assert.Equal(GateCatalog.All.Count, GateCatalog.All.Select(gate => gate.Name.ToUpperInvariant()).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Matrix_EveryRow_IsTheTextbookMatrixWithTheFirstQubitLeastSignificant(string name)
    {
        var gate = GateCatalog.Find(name);
        var angles = Angles[..gate.ParameterCount];
        var expected = ReferenceGates.ReverseQubits(ReferenceGates.Matrix(gate.QasmName ?? gate.Name.ToLowerInvariant(), angles));
        Assert.Equal(1 << gate.Arity, expected.GetLength(0));
        AssertClose(expected, gate.Matrix(angles), Tolerances.ClosedForm, name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Inverse_EveryRow_UndoesTheGate(string name)
    {
        var gate = GateCatalog.Find(name);
        var (inverse, parameters) = gate.Inverse([.. Angles[..gate.ParameterCount].Select(Parameter.Constant)]);
        var product = Multiply(inverse.Matrix([.. parameters.Select(p => p.Evaluate(0))]), gate.Matrix(Angles.AsSpan(0, gate.ParameterCount)));
        AssertClose(Identity(product.GetLength(0)), product, Tolerances.ClosedForm, name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Inverse_OfTrainableAndInputParameters_KeepsTheirSources(string name)
    {
        var gate = GateCatalog.Find(name);
        var (_, parameters) = gate.Inverse([.. Enumerable.Range(0, gate.ParameterCount).Select(i => 2 * Parameter.Trainable(i) + 0.5)]);
        Assert.Equal(Enumerable.Range(0, gate.ParameterCount), parameters.Select(p => p.Index).Order());
        Assert.All(parameters, p => Assert.Equal((ParameterKind.Trainable, -2.0, -0.5, true), (p.Kind, p.Scale, p.Offset, p.Differentiable)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Derivative_EveryParameter_IsTheDifferenceQuotient(string name)
    {
        var gate = GateCatalog.Find(name);
        if (gate.ParameterCount == 0)
        {
            Refusal.Says<InvalidOperationException>($"'{name}' has no parameters.", () => gate.Derivative([], 0));
            return;
        }

        const double step = 5e-4;
        for (var parameter = 0; parameter < gate.ParameterCount; parameter++)
        {
            var derivative = gate.Derivative(Angles.AsSpan(0, gate.ParameterCount), parameter);
            Complex[,] At(double shift) => gate.Matrix([.. Angles[..gate.ParameterCount].Select((angle, i) => i == parameter ? angle + shift : angle)]);
            var (m2, m1, p1, p2) = (At(-2 * step), At(-step), At(step), At(2 * step));
            var difference = new Complex[derivative.GetLength(0), derivative.GetLength(0)];
            for (var i = 0; i < difference.Length; i++)
            {
                var (row, column) = (i / difference.GetLength(0), i % difference.GetLength(0));
                difference[row, column] = (8 * (p1[row, column] - m1[row, column]) - (p2[row, column] - m2[row, column])) / (12 * step);
            }

            AssertClose(difference, derivative, Tolerances.Inverse, $"{name}, parameter {parameter}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void DiagonalTerms_WhereARowHasThem_MakeItsMatrix(string name)
    {
        var gate = GateCatalog.Find(name);
        if (gate.DiagonalTerms.IsEmpty)
        {
            // Every one-parameter gate that is diagonal must say so.
            var matrix = gate.Matrix(Angles.AsSpan(0, gate.ParameterCount));
            var diagonal = Enumerable.Range(0, matrix.Length).All(i =>
                i / matrix.GetLength(0) == i % matrix.GetLength(0) || matrix[i / matrix.GetLength(0), i % matrix.GetLength(0)] == 0);
            Assert.False(diagonal && gate.ParameterCount == 1, $"{name} is diagonal and has no diagonal terms.");
            return;
        }

        var expected = gate.Matrix([Angles[0]]);
        for (var x = 0; x < expected.GetLength(0); x++)
        {
            var phase = gate.DiagonalTerms.Sum(term => Angles[0] * term.Coefficient * (BitOperations.PopCount((uint)(x & term.Mask)) % 2 == 0 ? 1 : -1));
            Assert.True(
                (Complex.FromPolarCoordinates(1, phase) - expected[x, x]).Magnitude < Tolerances.ClosedForm,
                $"{name}, basis state {x}: terms give {Complex.FromPolarCoordinates(1, phase)}, matrix {expected[x, x]}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Decomposition_WhereARowHasOne_IsTheSameMatrix_PhaseIncluded(string name)
    {
        var gate = GateCatalog.Find(name);
        if (gate.Decomposition is null)
        {
            // Without a decomposition a gate needs another way to be more than a matrix.
            Assert.True(gate.ParameterCount == 0 || gate.Name == "RY" || !gate.DiagonalTerms.IsEmpty, $"{name} has neither a decomposition nor diagonal terms.");
            return;
        }

        var parts = gate.Decomposition([.. Angles[..gate.ParameterCount].Select(Parameter.Constant)]);
        var expected = gate.Matrix(Angles.AsSpan(0, gate.ParameterCount));
        var actual = new Complex[expected.GetLength(0), expected.GetLength(0)];
        for (var column = 0; column < expected.GetLength(0); column++)
        {
            var state = new DenseState(gate.Arity);
            state.Amplitudes[0] = 0;
            state.Amplitudes[column] = 1;
            foreach (var part in parts)
            {
                var matrix = part.Gate.Matrix([.. part.Parameters.Select(p => p.Evaluate(0))]);
                state.Apply(ReferenceGates.ReverseQubits(matrix), [.. part.Qubits]);
            }

            for (var row = 0; row < expected.GetLength(0); row++)
            {
                actual[row, column] = state.Amplitudes[row];
            }
        }

        AssertClose(expected, actual, Tolerances.ClosedForm, name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Find_ByNameOrQasmNameInAnyCase_IsTheRow(string name)
    {
        var gate = GateCatalog.Find(name);
        Assert.Equal(name, gate.Name);
        Assert.Same(gate, GateCatalog.Find(name.ToLowerInvariant()));
        Assert.Same(gate, GateCatalog.Find(gate.QasmName ?? name));
        Assert.False(string.IsNullOrWhiteSpace(gate.Doc));
        Assert.False(gate.IsUserGiven);
    }

    [Fact]
    public void Find_UnknownGate_ListsWhatThereIs() =>
        Refusal.Says("There is no gate 'foo'; the catalog has I, X, Y, Z, H, S,", () => GateCatalog.Find("foo"));

    [Fact]
    public void FromUnitary_GateOfTheUser_IsACopyAndHasItsAdjointAsInverse()
    {
        var matrix = TestCircuits.RandomUnitary(4, new Random(1));
        var gate = GateDefinition.FromUnitary(matrix, "mine");
        var kept = matrix[1, 2];
        matrix[1, 2] = 7;
        Assert.Equal(kept, gate.Matrix([])[1, 2]);
        Assert.True(gate.IsUserGiven);
        Assert.Equal(2, gate.Arity);
        AssertClose(Identity(4), Multiply(gate.Inverse([]).Gate.Matrix([]), gate.Matrix([])), Tolerances.ClosedForm, "mine");
    }

    [Fact]
    public void FromUnitary_BadMatrices_AreRefused()
    {
        Refusal.Says("A user's unitary is 2×2, 4×4 or 8×8 (1-3 qubits); got 2×4.", () => GateDefinition.FromUnitary(new Complex[2, 4]));
        Refusal.Says("A user's unitary is 2×2, 4×4 or 8×8 (1-3 qubits); got 16×16.", () => GateDefinition.FromUnitary(new Complex[16, 16]));
        Refusal.Says(
            "The matrix is not unitary: the largest entry of |U†U − 1| is 0.21, allowed is 1E-06; orthonormalise its columns.",
            () => GateDefinition.FromUnitary(new Complex[,] { { 1.1, 0 }, { 0, 1 } }));
        Refusal.Says(
            "A user's unitary must be finite; the matrix has a NaN or infinite entry.",
            () => GateDefinition.FromUnitary(new Complex[,] { { double.NaN, 0 }, { 0, 1 } }));
        Refusal.Says(
            "A user's unitary must be finite; the matrix has a NaN or infinite entry.",
            () => GateDefinition.FromUnitary(new Complex[,] { { 1, 0 }, { 0, double.PositiveInfinity } }));
    }

    private static Complex[,] Identity(int size)
    {
        var identity = new Complex[size, size];
        for (var i = 0; i < size; i++)
        {
            identity[i, i] = 1;
        }

        return identity;
    }

    private static Complex[,] Multiply(Complex[,] a, Complex[,] b)
    {
        var size = a.GetLength(0);
        var product = new Complex[size, size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                for (var k = 0; k < size; k++)
                {
                    product[i, j] += a[i, k] * b[k, j];
                }
            }
        }

        return product;
    }

    private static void AssertClose(Complex[,] expected, Complex[,] actual, double tolerance, string what)
    {
        Assert.Equal(expected.GetLength(0), actual.GetLength(0));
        for (var i = 0; i < expected.GetLength(0); i++)
        {
            for (var j = 0; j < expected.GetLength(1); j++)
            {
                var difference = (expected[i, j] - actual[i, j]).Magnitude;
                Assert.True(difference <= tolerance, $"{what}: first bad entry ({i}, {j}): expected {expected[i, j]}, got {actual[i, j]}, difference {difference:g3}");
            }
        }
    }
}
