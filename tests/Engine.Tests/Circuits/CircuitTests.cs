using System.Numerics;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Tests.Circuits;

public class CircuitTests
{
    [Fact]
    public void Build_Circuit_CountsParametersAndInputs()
    {
        var builder = new CircuitBuilder(3).RX(0, Parameter.Trainable(4)).RY(1, Parameter.Input(2)).CNOT(0, 2).RZ(2, 0.5);
        var circuit = builder.Build();
        Assert.Equal((3, 4, 5, 3), (circuit.QubitCount, circuit.Operations.Length, circuit.TrainableCount, circuit.InputCount));
        var padded = builder.Build(minimumTrainables: 9, minimumInputs: 1);
        Assert.Equal((9, 3), (padded.TrainableCount, padded.InputCount));

        // A built circuit does not change with its builder.
        builder.H(0);
        Assert.Equal(4, circuit.Operations.Length);
    }

    [Fact]
    public void FluentHelpers_AppendTheGateThatTheyName()
    {
        var circuit = new CircuitBuilder(2)
            .X(0).Y(0).Z(0).H(0).S(0).T(0).RX(0, 1).RY(0, 1).RZ(0, 1).P(0, 1).U3(0, 1, 2, 3)
            .CNOT(1, 0).CY(1, 0).CZ(1, 0).SWAP(1, 0).CRX(1, 0, 1).CRY(1, 0, 1).CRZ(1, 0, 1).RXX(1, 0, 1).RYY(1, 0, 1).RZZ(1, 0, 1)
            .Build();
        string[] expected =
        [
            "X", "Y", "Z", "H", "S", "T", "RX", "RY", "RZ", "P", "U3",
            "CNOT", "CY", "CZ", "SWAP", "CRX", "CRY", "CRZ", "RXX", "RYY", "RZZ",
        ];
        Assert.Equal(expected, circuit.Operations.Select(operation => operation.Gate.Name));
        Assert.Equal([1.0, 2, 3], circuit.Operations[10].Parameters.Select(p => p.Evaluate(0)));
        Assert.Equal([1, 0], circuit.Operations[11].Qubits.ToArray());
        Assert.Equal("CNOT(1, 0)", circuit.Operations[11].ToString());
    }

    [Fact]
    public void Operation_UserUnitary_GivesACopyOfItsMatrix()
    {
        var matrix = TestCircuits.RandomUnitary(2, new Random(1));
        var operation = new CircuitBuilder(1).Unitary(matrix, 0).H(0).Build().Operations[0];
        Assert.Equal(matrix, operation.Matrix);
        operation.Matrix![0, 0] = 5;
        Assert.Equal(matrix, operation.Matrix);
        Assert.Null(new CircuitBuilder(1).H(0).Build().Operations[0].Matrix);
    }

    [Fact]
    public void Inverse_OfCircuit_ReversesAndInverts()
    {
        var inverse = new CircuitBuilder(2).S(0).RX(1, Parameter.Trainable(0)).CNOT(0, 1).Build().Inverse();
        Assert.Equal(["CNOT", "RX", "Sdg"], inverse.Operations.Select(operation => operation.Gate.Name));
        Assert.Equal(-1, inverse.Operations[1].Parameters[0].Scale);
        Assert.Equal(1, inverse.TrainableCount);
    }

    [Fact]
    public void Then_TwoCircuits_JoinsThem()
    {
        var joined = new CircuitBuilder(2).RX(0, Parameter.Trainable(1)).Build().Then(new CircuitBuilder(2).RY(1, Parameter.Input(3)).Build());
        Assert.Equal(["RX", "RY"], joined.Operations.Select(operation => operation.Gate.Name));
        Assert.Equal((2, 4), (joined.TrainableCount, joined.InputCount));
    }

    [Fact]
    public void Parameter_Arithmetic_IsScaleAndOffset()
    {
        var parameter = 2 * (-(0.5 * Parameter.Trainable(3) + 1)) + 0.25;
        Assert.Equal((ParameterKind.Trainable, 3, -1.0, -1.75, true), (parameter.Kind, parameter.Index, parameter.Scale, parameter.Offset, parameter.Differentiable));
        Assert.Equal(-1.0 * 4 - 1.75, parameter.Evaluate(4));

        Parameter constant = 0.75;
        Assert.Equal(-1.0, (-2 * constant + 0.5).Evaluate(99));
        Assert.False(constant.Differentiable);
        Assert.False(Parameter.Input(0, differentiable: false).Differentiable);
        Assert.True(Parameter.Input(0).Differentiable);
    }

    [Fact]
    public void Planner_SameCircuit_IsPlannedOnce()
    {
        var circuit = TestCircuits.Ansatz(3, 1);
        Assert.Same(Planner.Plan(circuit), Planner.Plan(circuit));
        Assert.Same(circuit, Planner.Plan(circuit).Circuit);
        Assert.NotSame(Planner.Plan(circuit), Planner.Plan(TestCircuits.Ansatz(3, 1)));
    }

    [Fact]
    public void BadInput_IsRefused_WithRangeAndValue()
    {
        var builder = new CircuitBuilder(5);
        Refusal.Says("A register has 1-30 qubits; got 0.", () => new CircuitBuilder(0));
        Refusal.Says("A register has 1-30 qubits; got 31.", () => new CircuitBuilder(31));
        Refusal.Says("Qubit 7 is outside this 5-qubit register (valid: 0-4).", () => builder.H(7));
        Refusal.Says("Qubit -1 is outside this 5-qubit register (valid: 0-4).", () => builder.CNOT(0, -1));
        Refusal.Says("'CNOT' needs different qubits; got qubit 2 twice.", () => builder.CNOT(2, 2));
        Refusal.Says("'Toffoli' acts on 3 qubit(s); got 2.", () => builder.Append(GateCatalog.Toffoli, [0, 1]));
        Refusal.Says("'RX' has 1 parameter(s); got 0.", () => builder.Append(GateCatalog.RX, [0]));
        Refusal.Says("'H' has 0 parameter(s); got 1.", () => builder.Append(GateCatalog.H, [0], 0.5));
        Refusal.Says("Parameter 0 of 'RX' must be finite; got scale 0 and offset NaN.", () => builder.RX(0, double.NaN));
        Refusal.Says("Parameter 0 of 'RX' must be finite; got scale", () => builder.RX(0, double.PositiveInfinity * Parameter.Trainable(0)));
        Refusal.Says("Parameter 1 of 'U3' has index -1; indices start at 0.", () => builder.U3(0, 0, Parameter.Trainable(-1), 0));
        Refusal.Says("A circuit of 2 qubits cannot follow one of 5; build both on the same register.", () => builder.Build().Then(new CircuitBuilder(2).Build()));
        Refusal.Says("'unitary' acts on 2 qubit(s); got 1.", () => builder.Unitary(TestCircuits.RandomUnitary(4, new Random(1)), 0));
        Refusal.Says<ArgumentNullException>("Value cannot be null. (Parameter 'matrix')", () => builder.Unitary(null!, 0));

        // A refused call leaves the builder as it was.
        Assert.Empty(builder.Build().Operations);
    }
}
