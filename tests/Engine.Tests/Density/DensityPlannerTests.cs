using QDiff.Engine.Backends;
using QDiff.Engine.Benchmarks;
using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Density;
using QDiff.Engine.Gates;
using QDiff.Engine.Noise;
using QDiff.Engine.Observables;
using QDiff.Engine.Programs;
using QDiff.Engine.States;

namespace QDiff.Engine.Tests.Density;

public sealed class DensityPlannerTests : IDisposable
{
    private readonly CpuBackend _backend = new(new CpuOptions { Threads = 1 });

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void Plan_OfTheSameProgram_IsTheSameObject()
    {
        var program = LayeredCircuit.BuildNoisy(3, 2);
        Assert.Same(DensityPlanner.Plan(program), DensityPlanner.Plan(program));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(10)]
    public void Plan_OfTheLayeredWorkload_MergesRotationsAndNoiseIntoOneMapForEachQubitAndLayer(int qubits)
    {
        const int layers = 15;
        var plan = DensityPlanner.Plan(LayeredCircuit.BuildNoisy(qubits, layers));

        // The noise of a layer goes into the next layer's map; that of the last one is a map of its own. Signs of CNOTs cost one multiplication each.
        double perCoefficient = (double)plan.ForwardOperations / (1L << (2 * qubits));
        Assert.InRange(perCoefficient, (layers + 1) * qubits * 9 / 4.0, (layers + 1) * qubits * 9 / 4.0 + plan.PassCount * 10);
        Assert.InRange(plan.PassCount, 1, 3 * layers);
        Assert.False(plan.IsInvertible);
        Assert.Equal((long)plan.PassCount * 8 << (2 * qubits), plan.ForwardBytes(4));
        Assert.True(plan.BackwardOperations > 2 * plan.ForwardOperations);
    }

    [Fact]
    public void Plan_OfCliffordGates_ComputesNothingButSigns()
    {
        var builder = new ProgramBuilder(6, 0);
        for (int q = 0; q + 1 < 6; q++)
        {
            builder.Gate(GateCatalog.CNOT, [q, q + 1]).Gate(GateCatalog.CZ, [q, q + 1]).Gate(GateCatalog.SWAP, [q, q + 1]);
        }

        var plan = DensityPlanner.Plan(builder.Build());
        Assert.True(plan.IsInvertible);
        Assert.Equal((long)plan.PassCount << 12, plan.ForwardOperations);
    }

    [Fact]
    public void Plan_OfMoreOperationsThanAPassTakes_StillRunsAll()
    {
        // 1000 half turns and one eighth: more maps than a pass holds, with CNOTs that keep them apart.
        var builder = new ProgramBuilder(2, 0);
        for (int i = 0; i < 500; i++)
        {
            builder.Gate(GateCatalog.RX, [0], Math.PI).Gate(GateCatalog.CZ, [0, 1]).Gate(GateCatalog.RX, [0], -Math.PI).Gate(GateCatalog.CZ, [0, 1]);
        }

        // CZ RX(−π) CZ RX(π) = Z on the other qubit, up to a phase; its 500th power is 1.
        builder.Gate(GateCatalog.RY, [1], Math.PI / 4);
        var values = new double[2];
        _backend.Run(DensityPlanner.Plan(builder.Build()), LayeredCircuit.AllZ(2), default(Bindings<double>), 1, values);
        Comparison.AssertClose<double>([1, Math.Cos(Math.PI / 4)], values, 1e-11, "⟨Z⟩");
    }

    [Fact]
    public void Run_OfUserUnitariesAndChannelsOnThreeQubits_LeavesTheTraceAlone()
    {
        var random = new Random(3);
        var builder = new ProgramBuilder(5, 0);
        foreach (int[] place in new int[][] { [0, 2, 4], [1, 0, 3], [2, 3, 4], [0, 1, 2] })
        {
            builder.Gate(GateDefinition.FromUnitary(TestCircuits.RandomUnitary(8, random)), place).Channel(TestPrograms.Kraus(3, random), place);
        }

        using var states = DensityMatrixBatch<double>.Zero(2, 5);
        _backend.Evolve(DensityPlanner.Plan(builder.Build()), default, states);
        Assert.Equal(1, states.Trace(1), Tolerances.Inverse);
        Assert.InRange(states.Purity(1), 1.0 / 32, 1);
    }

    [Fact]
    public void Run_ManyQubitsOfAProductState_IsTheClosedForm()
    {
        // Too large for the reference: ⟨Z⟩ = cos θ (1 − p) on every qubit, strings are products.
        const int qubits = 11;
        var builder = new ProgramBuilder(qubits, 0);
        for (int q = 0; q < qubits; q++)
        {
            builder.Gate(GateCatalog.RY, [q], 0.3 + 0.2 * q).Channel(ChannelCatalog.Depolarizing.Create(0.1), q);
        }

        var program = builder.Channel(ChannelCatalog.Depolarizing.CreateOn(qubits, 0.2), [.. Enumerable.Range(0, qubits)]).Build();
        var readout = Readout.Expectations(PauliString.Z(3), PauliString.Pair(Pauli.X, 0, Pauli.Z, 10), PauliString.Y(5));
        var values = new float[3];
        _backend.Run(DensityPlanner.Plan(program), readout, default(Bindings<float>), 1, values);
        Comparison.AssertClose<float>(
            [0.8 * 0.9 * Math.Cos(0.9), 0.8 * 0.81 * Math.Sin(0.3) * Math.Cos(2.3), 0], values, Tolerances.Expectation<float>(), "values");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LargeBlocks_OfTenQubits_EqualSmallOnesAndDifferences(bool noise)
    {
        // A program on 6 of 10 qubits, and 4 others that it leaves alone: registers of 6 equal the reference in the contract.
        const int qubits = 10;
        const double step = 1e-4;
        int[] places = [7, 1, 9, 4, 0, 5];
        var small = TestPrograms.Random(places.Length, 20, 77, noise);
        var parameters = TestCircuits.Numbers(small.TrainableCount, 1, 3);
        var inputs = TestCircuits.Numbers(small.InputCount, 2, 3);
        var builder = new ProgramBuilder(qubits, 1);
        foreach (var instruction in small.Instructions)
        {
            _ = instruction switch
            {
                GateInstruction { Operation: var o } => builder.Gate(o.Gate, [.. o.Qubits.Select(q => places[q])], [.. o.Parameters]),
                ChannelInstruction channel => builder.Channel(channel.Channel, [.. channel.Qubits.Select(q => places[q])]),
                MeasureInstruction measure => builder.Measure(places[measure.Qubit], 0),
                ResetInstruction reset => builder.Reset(places[reset.Qubit]),
                _ => builder,
            };
        }

        var program = builder.Build();
        var plan = DensityPlanner.Plan(program);
        using var states = DensityMatrixBatch<double>.Zero(1, qubits);
        using var expected = DensityMatrixBatch<double>.Zero(1, places.Length);
        _backend.Evolve(plan, new Bindings<double>(parameters, inputs), states);
        _backend.Evolve(DensityPlanner.Plan(small), new Bindings<double>(parameters, inputs), expected);
        using var reduced = states.PartialTrace(places);
        Comparison.AssertClose<double>(expected.Coefficients(0), reduced.Coefficients(0), Tolerances.Expectation<double>(), "coefficients");
        Assert.Equal(expected.Purity(0), states.Purity(0), Tolerances.Expectation<double>());

        var readout = TestCircuits.RandomPaulis(qubits, 3);
        var cotangents = TestCircuits.Numbers(readout.Count, 3);
        var values = new double[readout.Count];
        var gradients = new double[parameters.Length];
        using (var tape = _backend.Forward(plan, readout, new Bindings<double>(parameters, inputs), 1, values))
        {
            _backend.Backward(tape, cotangents, gradients, default);
        }

        for (int p = 0; p < parameters.Length; p += 3)
        {
            double difference = (Loss(p, step) - Loss(p, -step)) / (2 * step);
            Assert.True(Math.Abs(difference - gradients[p]) < 1e-6, $"parameter {p}: difference {difference}, gradient {gradients[p]}");
        }

        double Loss(int parameter, double shift)
        {
            double[] moved = [.. parameters];
            moved[parameter] += shift;
            _backend.Run(plan, readout, new Bindings<double>(moved, inputs), 1, values);
            return values.Zip(cotangents, (value, weight) => value * weight).Sum();
        }
    }

    [Fact]
    public void BadInput_IsRefusedWithASentence()
    {
        var condition = new ProgramBuilder(1, 1).Measure(0, 0)
            .If(new Condition([0], 1), [new GateInstruction(new CircuitBuilder(1).X(0).Build().Operations[0])]).Build();
        Refusal.Says(
            "The program has a condition on classical bits, which a density matrix does not keep; run it as trajectories", () => DensityPlanner.Plan(condition));
        Refusal.Says("A density matrix has 1-12 qubits (4^n numbers); got 13", () => DensityPlanner.Plan(new ProgramBuilder(13, 0).Build()));

        var plan = DensityPlanner.Plan(new ProgramBuilder(2, 0).Gate(GateCatalog.RX, [0], Parameter.Trainable(0)).Gate(GateCatalog.RY, [1], Parameter.Input(0)).Build());
        var readout = LayeredCircuit.AllZ(2);
        var values = new float[4];
        Refusal.Says("The circuit has 1 trainable parameter(s); got 0", () => _backend.Run(plan, readout, new Bindings<float>([], [1, 2]), 2, values));
        Refusal.Says("The circuit reads 1 input(s) for each of 2 sample(s), 2 in all; got 3.", () => _backend.Run(plan, readout, new Bindings<float>([1], [1, 2, 3]), 2, values));
        Refusal.Says("Input 0 of sample 1 must be finite", () => _backend.Run(plan, readout, new Bindings<float>([1], [1, float.NaN]), 2, values));
        Refusal.Says("'values' must have 4 entries (batch × readout); got 3.", () => _backend.Run(plan, readout, new Bindings<float>([1], [1, 2]), 2, new float[3]));
        Refusal.Says("The readout asks for qubit 2", () => _backend.Run(plan, LayeredCircuit.AllZ(3), new Bindings<float>([1], [1, 2]), 2, values));
        using var three = DensityMatrixBatch<float>.Zero(2, 3);
        using var one = DensityMatrixBatch<float>.Zero(1, 2);
        Refusal.Says("The circuit has 2 qubits and the states have 3", () => _backend.Run(plan, readout, new Bindings<float>([1], [1, 2]), 2, values, three));
        Refusal.Says("The run is of 2 sample(s) and the initial states are 1", () => _backend.Run(plan, readout, new Bindings<float>([1], [1, 2]), 2, values, one));
        Refusal.Says("A batch has at least 1 sample; got 0.", () => _backend.Run(plan, readout, new Bindings<float>([1]), 0, values));

        var tape = _backend.Forward(plan, readout, new Bindings<float>([1], [1, 2]), 2, values);
        Refusal.Says("Cotangent 1 of sample 1 must be finite", () => _backend.Backward(tape, [1, 1, 1, float.NaN], new float[1], []));
        Refusal.Says("'parameterGradients' must have 1 entries", () => _backend.Backward(tape, [1, 1, 1, 1], new float[2], []));
        using (var other = new CpuBackend(new CpuOptions { Threads = 1 }))
        {
            Refusal.Says("The tape was made by another backend", () => other.Backward(tape, [1, 1, 1, 1], new float[1], []));
        }

        tape.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _backend.Backward(tape, [1, 1, 1, 1], new float[1], []));
    }
}
