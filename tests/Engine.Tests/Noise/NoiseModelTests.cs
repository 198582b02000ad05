using System.Collections.Immutable;
using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Gates;
using QDiff.Engine.Noise;
using QDiff.Engine.Programs;
using QDiff.Engine.Trajectories;

namespace QDiff.Engine.Tests.Noise;

public class NoiseModelTests
{
    private static readonly Channel Flip = ChannelCatalog.BitFlip.Create(0.1);
    private static readonly Channel Damping = ChannelCatalog.AmplitudeDamping.Create(0.2);
    private static readonly Channel Pair = ChannelCatalog.Depolarizing.CreateOn(2, 0.05);
    private static readonly ReadoutError Misread = ReadoutError.FromFlips(0.02, 0.1);

    [Fact]
    public void Apply_OfDefaults_PutsChannelsAfterEveryGate()
    {
        var model = new NoiseModel("m", [NoiseRule.AfterEveryGate(1, Flip), NoiseRule.AfterEveryGate(2, Pair, new NoiseStep(Damping, Each: true))]);
        var program = new ProgramBuilder(3, 0).Gate(GateCatalog.H, [1]).Gate(GateCatalog.CNOT, [2, 0]).Build();
        Assert.Equal(["H 1", "BitFlip 1", "CNOT 2 0", "Depolarizing 2 0", "AmplitudeDamping 2", "AmplitudeDamping 0"], Text(model.Apply(program)));
    }

    [Fact]
    public void Apply_OfSeveralFittingRules_UsesTheMostSpecific()
    {
        var model = new NoiseModel("m",
        [
            NoiseRule.AfterEveryGate(1, Flip),
            NoiseRule.After([GateCatalog.X], Damping),
            NoiseRule.AfterEveryGate(1, Flip, Damping).On(1),
            NoiseRule.After([GateCatalog.X, GateCatalog.Y]).On(2),
        ]);
        var program = new ProgramBuilder(3, 0)
            .Gate(GateCatalog.H, [0]).Gate(GateCatalog.X, [0]).Gate(GateCatalog.X, [1]).Gate(GateCatalog.X, [2]).Gate(GateCatalog.H, [2]).Build();
        Assert.Equal(
            ["H 0", "BitFlip 0", "X 0", "AmplitudeDamping 0", "X 1", "BitFlip 1", "AmplitudeDamping 1", "X 2", "H 2", "BitFlip 2"],
            Text(model.Apply(program)));
    }

    [Fact]
    public void Apply_RuleOfAPair_FitsEitherOrderAndKeepsItsOwn()
    {
        var model = new NoiseModel("m", [NoiseRule.After([GateCatalog.CZ], Pair).On(0, 2)]);
        var program = new ProgramBuilder(3, 0).Gate(GateCatalog.CZ, [2, 0]).Gate(GateCatalog.CZ, [0, 1]).Build();
        Assert.Equal(["CZ 2 0", "Depolarizing 0 2", "CZ 0 1"], Text(model.Apply(program)));
    }

    [Fact]
    public void Apply_ResetsMeasurementsAndBlocks_GetTheirNoise()
    {
        var model = new NoiseModel(
            "m", [NoiseRule.AfterReset(Flip), NoiseRule.BeforeMeasurement(Damping), NoiseRule.AfterEveryGate(1, Flip)]);
        var program = new ProgramBuilder(2, 2).Reset(0).Measure(1, 0)
            .If(new Condition([0], 1), [new ResetInstruction(1)], [new GateInstruction(Operation(GateCatalog.X, 0))]).Build();
        var noisy = model.Apply(program);
        Assert.Equal(["Reset 0", "BitFlip 0", "AmplitudeDamping 1", "Measure 1 0", "If"], Text(noisy));
        var block = Assert.IsType<IfInstruction>(noisy.Instructions[^1]);
        Assert.Equal(["Reset 1", "BitFlip 1"], Text(block.Then));
        Assert.Equal(["X 0", "BitFlip 0"], Text(block.Else));
    }

    [Fact]
    public void Apply_ToAParameterizedCircuit_KeepsGatesAndCounts()
    {
        var circuit = new CircuitBuilder(2).RY(0, Parameter.Trainable(3)).RZ(1, Parameter.Input(2)).Build();
        var noisy = new NoiseModel("m", [NoiseRule.AfterEveryGate(1, Flip)]).Apply(QuantumProgram.From(circuit));
        Assert.Equal(4, noisy.TrainableCount);
        Assert.Equal(3, noisy.InputCount);
        Assert.Equal(circuit.Operations, noisy.Instructions.OfType<GateInstruction>().Select(gate => gate.Operation));
    }

    [Fact]
    public void Apply_TheSamePlaceTwice_GivesTheSameChannelObject()
    {
        var program = new ProgramBuilder(1, 0).Gate(GateCatalog.X, [0]).Gate(GateCatalog.X, [0]).Build();
        var channels = new NoiseModel("m", [NoiseRule.AfterEveryGate(1, Flip)]).Apply(program).Instructions.OfType<ChannelInstruction>().ToArray();
        Assert.Same(channels[0].Channel, channels[1].Channel);
    }

    [Fact]
    public void ReadoutOf_FinalMeasurements_IsOnTheirBits()
    {
        var pair = Misread.Tensor(Misread);
        var model = new NoiseModel("m", [], [new(pair, [2, 0])], Misread);
        var program = new ProgramBuilder(4, 5).Measure(0, 4).Measure(1, 2).Measure(2, 1).Build();
        var noise = model.ReadoutOf(program);
        Assert.Equal(5, noise.Width);
        Assert.Equal<IEnumerable<int>>([1, 4], noise.Groups[0].Positions);
        Assert.Equal<IEnumerable<int>>([2], noise.Groups[1].Positions);
        Assert.Equal(2, noise.Groups.Length);
        Assert.Equal(["Measure 0 4", "Measure 1 2", "Measure 2 1"], Text(model.Apply(program)));
    }

    [Fact]
    public void ReadoutOfQubits_CoversTheRegister()
    {
        var model = new NoiseModel("m", [], [new(ReadoutError.FromFlips(0.3, 0.3), [1]), new(Misread, [7])], Misread);
        var noise = model.ReadoutOfQubits(3);
        Assert.Equal([1, 0, 2], noise.Groups.SelectMany(group => group.Positions));
        Assert.Equal(0.3, noise.Groups[0].Error.Probability(1, 0));
    }

    [Fact]
    public void ReadoutOfQubits_CorrelatedErrorsBeyondTheRegister_AreLeftOut()
    {
        var model = new NoiseModel("m", [], [new(Misread, [0]), new(Misread.Tensor(Misread), [2, 3])], Misread, 5);
        Assert.Equal([0, 1], model.ReadoutOfQubits(2).Groups.SelectMany(group => group.Positions));
        Assert.Equal([0, 2, 3, 1], model.ReadoutOfQubits(4).Groups.SelectMany(group => group.Positions));
        Refusal.Says(
            "The readout error of 'm' on qubits 2, 3 is correlated, so a register has all of them or none; got one of 3 qubit(s).", () => model.ReadoutOfQubits(3));
    }

    [Fact]
    public void Apply_MeasurementThatDecides_IsMisreadByAChannelBeforeIt()
    {
        var model = new NoiseModel("m", [], otherReadout: Misread);
        var program = new ProgramBuilder(2, 2).Measure(0, 0).Reset(0)
            .If(new Condition([0], 1), [new GateInstruction(Operation(GateCatalog.X, 1))]).Measure(1, 1).Build();
        Assert.Equal(["readout error 0", "Measure 0 0", "Reset 0", "If", "Measure 1 1"], Text(model.Apply(program)));
        Assert.Equal<IEnumerable<int>>([1], Assert.Single(model.ReadoutOf(program).Groups).Positions);
    }

    [Fact]
    public void Apply_ForTheQubitsAtTheEnd_MisreadsWhatAConditionReadsAndLeavesTheMeasuredQubitAlone()
    {
        var model = new NoiseModel("m", [], otherReadout: Misread);
        var decides = new ProgramBuilder(2, 1).Measure(0, 0).If(new Condition([0], 1), [new GateInstruction(Operation(GateCatalog.X, 1))]).Build();
        Assert.Equal(["readout error 0", "Measure 0 0", "If"], Text(model.Apply(decides)));
        Assert.Equal(["Measure 0 0", "Reset 2", "If", "readout error 2", "Measure 2 0", "If"], Text(model.Apply(decides, readsQubits: true)));
        var overwritten = new ProgramBuilder(2, 1).Measure(0, 0).Measure(1, 0).Build();
        Assert.Equal(["Measure 0 0", "Measure 1 0"], Text(model.Apply(overwritten, readsQubits: true)));
    }

    [Fact]
    public void Apply_MeasurementThatDecidesAboutItsOwnQubit_IsMisreadThroughASpareQubit()
    {
        // Active reset of |+⟩: read wrongly, a 1 stays and a 0 is turned into 1.
        const int shots = 20_000;
        const ulong seed = 41;
        var model = new NoiseModel("m", [], otherReadout: ReadoutError.FromFlips(0.1, 0.25));
        var program = new ProgramBuilder(1, 2).Gate(GateCatalog.H, [0]).Measure(0, 0)
            .If(new Condition([0], 1), [new GateInstruction(Operation(GateCatalog.X, 0))]).Measure(0, 1).Build();
        var noisy = model.Apply(program);
        Assert.Equal(["H 0", "Measure 0 0", "Reset 1", "If", "readout error 1", "Measure 1 0", "If", "Measure 0 1"], Text(noisy));
        Assert.Equal(2, noisy.QubitCount);

        using var backend = new CpuBackend();
        var counts = ShotSampler.Counts<double>(backend, noisy, default, shots, seed, model.ReadoutOf(program));
        double ReadOne(double one) => 0.1 * (1 - one) + 0.75 * one;
        double firstOne = ReadOne(0.5), stays = 0.5 * 0.25, turned = 0.5 * 0.1;
        Sampling.AssertCounts(
            [1 - firstOne - (0.5 * 0.9 * ReadOne(0) + stays * ReadOne(1)), 0.5 * 0.75 * (1 - ReadOne(0)) + turned * (1 - ReadOne(1)),
             0.5 * 0.9 * ReadOne(0) + stays * ReadOne(1), 0.5 * 0.75 * ReadOne(0) + turned * ReadOne(1)],
            [counts["00"], counts["01"], counts["10"], counts["11"]], shots, $"bits, seed {seed}");
    }

    [Fact]
    public void Apply_WhatCannotBeDescribed_IsRefused()
    {
        var model = new NoiseModel("chip", [], otherReadout: Misread, qubitCount: 3, couplings: [(0, 1)]);
        var activeReset = new ProgramBuilder(2, 1).Measure(0, 0).If(new Condition([0], 1), [new GateInstruction(Operation(GateCatalog.X, 0))]).Build();
        Refusal.Says("The noise model 'chip' is for 3 qubit(s); the program has 4.", () => model.Apply(new ProgramBuilder(4, 0).Build()));
        Refusal.Says(
            "Qubits 0 and 2 are not coupled in the noise model 'chip'; got CZ(0, 2): route the circuit onto the chip first.",
            () => model.Apply(new ProgramBuilder(3, 0).Gate(GateCatalog.CZ, [0, 2]).Build()));
        Refusal.Says(
            "The noise model 'chip' knows gates on 1 and 2 qubits; got Toffoli(0, 1, 2)",
            () => model.Apply(new ProgramBuilder(3, 0).Gate(GateCatalog.Toffoli, [0, 1, 2]).Build()));
        var full = new ProgramBuilder(30, 1).Measure(0, 0).If(new Condition([0], 1), [new GateInstruction(Operation(GateCatalog.X, 0))]).Build();
        Refusal.Says(
            "The measurement of qubit 0 into bit 0 is misread by 'm' with the help of a spare qubit, and a register has at most 30;",
            () => new NoiseModel("m", [], otherReadout: Misread).Apply(full));
        var correlated = new NoiseModel("pair", [], [new(Misread.Tensor(Misread), [0, 1])]);
        Refusal.Says(
            "The readout error of 'pair' on qubits 0, 1 is correlated, so each must be measured once at the end; qubit 1 is measured 0 times.",
            () => correlated.ReadoutOf(new ProgramBuilder(2, 1).Measure(0, 0).Build()));
        Refusal.Says(
            "The measurement of qubit 0 into bit 0 decides what the program does next, and 'pair' misreads it together with other qubits",
            () => correlated.Apply(activeReset));
    }

    [Fact]
    public void Rules_ThatDoNotFit_AreRefused()
    {
        Refusal.Says("'BitFlip' acts on 1 qubit(s) and the noise rule on 2: ask for it on each qubit.", () => NoiseRule.AfterEveryGate(2, Flip));
        Refusal.Says("A channel for each qubit of a gate acts on 1 qubit; 'Depolarizing' acts on 2.", () => NoiseRule.AfterEveryGate(2, new NoiseStep(Pair, true)));
        Refusal.Says(
            "The gates of a noise rule have the same number of qubits; 'X' has 1 and 'CZ' 2: write a rule for each.",
            () => NoiseRule.After([GateCatalog.X, GateCatalog.CZ], Flip));
        Refusal.Says("A noise rule names at least one gate; use AfterEveryGate", () => NoiseRule.After([], Flip));
        Refusal.Says("Gates act on 1-3 qubits; got a noise rule for 4.", () => NoiseRule.AfterEveryGate(4));
        Refusal.Says("This noise rule is for 2 different qubit(s); got 1, 1.", () => NoiseRule.AfterEveryGate(2, Pair).On(1, 1));
        Refusal.Says("Qubit 5 is outside this 5-qubit register", () => new NoiseModel("m", [NoiseRule.AfterEveryGate(1, Flip).On(5)], qubitCount: 5));
        Refusal.Says("The readout error of all other qubits is on 1 qubit; got one on 2.", () => new NoiseModel("m", [], otherReadout: Misread.Tensor(Misread)));
    }

    private static Operation Operation(GateDefinition gate, int qubit) =>
        ((GateInstruction)new ProgramBuilder(qubit + 1, 0).Gate(gate, [qubit]).Build().Instructions[0]).Operation;

    private static string[] Text(QuantumProgram program) => Text(program.Instructions);

    private static string[] Text(ImmutableArray<Instruction> instructions) =>
    [
        .. instructions.Select(instruction => instruction switch
        {
            GateInstruction gate => $"{gate.Operation.Gate} {string.Join(' ', gate.Operation.Qubits)}",
            ChannelInstruction channel => $"{channel.Channel.Name} {string.Join(' ', channel.Qubits)}",
            MeasureInstruction measure => $"Measure {measure.Qubit} {measure.Bit}",
            ResetInstruction reset => $"Reset {reset.Qubit}",
            _ => "If",
        }),
    ];
}
