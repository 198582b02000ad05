using QDiff.Engine.Benchmarks;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Tests.Planning;

public sealed class PlannerTests
{
    [Fact]
    public void Plan_OfTheSameCircuit_IsTheSamePlan()
    {
        var circuit = new CircuitBuilder(2).H(0).CNOT(0, 1).Build();
        Assert.Same(Planner.Plan(circuit), Planner.Plan(circuit));
    }

    [Fact]
    public void Plan_OfRenamings_HasNoSteps()
    {
        var circuit = new CircuitBuilder(4).CNOT(0, 1).CNOT(1, 2).SWAP(2, 3).X(0).CNOT(3, 0).Build();
        var plan = Planner.Plan(circuit);
        Assert.Empty(plan.Steps);
        Assert.Equal(0, plan.PassCount);
        Assert.Equal(0, plan.ForwardOperations);
    }

    [Fact]
    public void Plan_OfTheLayeredCircuit_TakesFourPassesForEachLayer()
    {
        var plan = Planner.Plan(LayeredCircuit.Build(10, 15));
        Assert.Equal(15, plan.Steps.Length);
        Assert.Equal(60, plan.PassCount);
        Assert.Equal(0, plan.FirstDifferentiable);

        // 256 groups of 4 amplitudes: ten rotations of 12 and one product diagonal of 32 operations in each layer.
        Assert.Equal(15L * 256 * (10 * 12 + 32), plan.ForwardOperations);
    }

    [Fact]
    public void RotationStep_OfAnySize_RotatesTheSameQubitsInTheSameOrderWithFewerForwardPasses()
    {
        for (int qubits = 2; qubits <= 13; qubits++)
        {
            var step = Assert.IsType<RotationStep>(Planner.Plan(LayeredCircuit.Build(qubits, 2)).Steps[1]);
            Assert.Equal(step.Passes.SelectMany(pass => pass.Rotated), step.ForwardPasses.SelectMany(pass => pass.Rotated));
            Assert.Same(step.Passes[^1], step.ForwardPasses[^1]);
            Assert.Equal(qubits < 5 ? step.Passes.Length : 1 + ((qubits - 2 + 2) / 3), step.ForwardPasses.Length);
            Assert.All(step.ForwardPasses, pass => Assert.Equal(pass.Geometry.LocalQubits.Distinct().Count(), pass.IsTriple ? 3 : 2));
            Assert.All(step.ForwardPasses[step.FirstForwardBlocked..], pass => Assert.Equal(0, pass.Geometry.OuterCount % step.ForwardBlocks));
        }
    }

    [Fact]
    public void Plan_OfRepeatedRotations_MergesTheirAngles()
    {
        var circuit = new CircuitBuilder(1).RZ(0, 0.1).P(0, 0.2).RZ(0, Parameter.Trainable(0)).RY(0, 0.3).RY(0, Parameter.Input(0)).Build();
        var plan = Planner.Plan(circuit);
        Assert.Equal(2, plan.Steps.Length);
        Assert.Equal(2, plan.Slots.Length);
        Assert.Equal(3, plan.Slots[0].Terms.Length);
        Assert.Equal(2, plan.Slots[1].Terms.Length);
        Assert.True(plan.Slots[0].IsShared);
        Assert.False(plan.Slots[1].IsShared);
    }

    [Fact]
    public void Plan_OfRotationsAfterPhasesElsewhere_JoinsTheirStep()
    {
        var circuit = new CircuitBuilder(3).RY(0, 0.1).RZ(0, 0.2).RY(1, 0.3).CZ(0, 1).RY(2, 0.4).Build();
        var plan = Planner.Plan(circuit);

        // One step of rotations and one-qubit phases, and one for the parity that is left of CZ.
        Assert.Equal(2, plan.Steps.Length);
        var rotations = Assert.IsType<RotationStep>(plan.Steps[0]);
        Assert.All(rotations.Rotations, slot => Assert.NotEqual(RotationStep.None, slot));
        Assert.True(Assert.IsType<RotationStep>(plan.Steps[1]).HasPhases);
    }

    [Fact]
    public void Plan_OfAnyCatalogGate_NeedsNoDenseMatrix()
    {
        foreach (var gate in GateCatalog.All)
        {
            var builder = new CircuitBuilder(3);
            builder.Append(gate, Enumerable.Range(0, gate.Arity).ToArray(), Enumerable.Repeat<Parameter>(0.7, gate.ParameterCount).ToArray());
            Assert.DoesNotContain(Planner.Plan(builder.Build()).Steps, step => step is DenseStep);
        }
    }

    [Fact]
    public void Plan_OfARowWithoutLowering_FallsBackToADenseMatrix()
    {
        var unknown = GateCatalog.CRY with { Decomposition = null };
        var plan = Planner.Plan(new CircuitBuilder(2).Append(unknown, [0, 1], Parameter.Trainable(0)).Build());
        var dense = Assert.IsType<DenseStep>(Assert.Single(plan.Steps));
        Assert.True(dense.IsDifferentiable);
        Assert.True(dense.IsShared);
    }

    [Fact]
    public void Plan_WithDataEncodingFirst_StartsFromAProductAndEndsGradientsAtTheFirstTrainable()
    {
        var builder = new CircuitBuilder(2);
        builder.RY(0, Parameter.Input(0, false)).RZ(0, Parameter.Input(1, false)).RY(1, Parameter.Input(2, false));
        builder.RY(0, Parameter.Trainable(0)).CNOT(0, 1).RY(1, Parameter.Trainable(1));
        var plan = Planner.Plan(builder.Build());
        Assert.Equal(2, plan.ProductSteps);
        Assert.Equal(1, plan.FirstDifferentiable);
    }

    [Fact]
    public void TryRead_OfMonomialAndOtherMatrices_TellsThemApart()
    {
        Assert.True(MonomialGate.TryRead(GateCatalog.CY.Matrix([]))!.Renames);
        Assert.False(MonomialGate.TryRead(GateCatalog.CZ.Matrix([]))!.Renames);
        Assert.NotNull(MonomialGate.TryRead(GateCatalog.ISWAP.Matrix([])));
        Assert.Null(MonomialGate.TryRead(GateCatalog.H.Matrix([])));

        // Toffoli permutes basis states, but not affinely.
        Assert.Null(MonomialGate.TryRead(GateCatalog.Toffoli.Matrix([])));
    }
}
