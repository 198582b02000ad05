using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Chips;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Noise;
using QDiff.Engine.Programs;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Chips;

public class RouterTests
{
    private static readonly ImmutableArray<(int, int)> Line = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)];
    private static readonly ImmutableArray<(int, int)> Grid = [(0, 1), (1, 2), (3, 4), (4, 5), (0, 3), (1, 4), (2, 5)];
    private static readonly ImmutableArray<(int, int)> Star = [(3, 0), (3, 1), (2, 3), (3, 4), (3, 5)];

    public static TheoryData<string> Topologies => ["line", "grid", "star"];

    [Theory]
    [MemberData(nameof(Topologies))]
    public void Route_RandomPrograms_KeepTheStateUpToTheFinalLayout(string topology)
    {
        var couplings = topology switch { "line" => Line, "grid" => Grid, _ => Star };
        var router = new Router(6, couplings);
        var random = new Random(7);
        for (var trial = 0; trial < 40; trial++)
        {
            var qubits = random.Next(2, 7);
            var program = RandomProgram(random, qubits, gates: 25);
            var routed = router.Route(program);
            AssertCoupled(routed.Program.Instructions, couplings);
            var expected = Run(program.Instructions, new DenseState(qubits), false);
            var start = new DenseState(6);
            var actual = Run(routed.Program.Instructions, start, false);
            AssertPermuted(expected, actual, routed.FinalLayout, $"{topology}, trial {trial}");
            Assert.Equal(routed.SwapCount, routed.Program.Instructions.Count(IsSwap) - program.Instructions.Count(IsSwap));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Route_ConditionalBlocks_LeaveQubitsInPlaceWhetherTheyRunOrNot(bool holds)
    {
        var router = new Router(6, Line);
        var random = new Random(8);
        for (var trial = 0; trial < 20; trial++)
        {
            var builder = new ProgramBuilder(5, 1);
            foreach (var instruction in RandomProgram(random, 5, 8).Instructions)
            {
                builder.Append(instruction);
            }

            builder.If(new Condition([0], 1), RandomProgram(random, 5, 6).Instructions, RandomProgram(random, 5, 6).Instructions);
            foreach (var instruction in RandomProgram(random, 5, 8).Instructions)
            {
                builder.Append(instruction);
            }

            var program = builder.Build();
            var routed = router.Route(program);
            AssertCoupled(routed.Program.Instructions, Line);
            AssertPermuted(
                Run(program.Instructions, new DenseState(5), holds), Run(routed.Program.Instructions, new DenseState(6), holds), routed.FinalLayout,
                $"trial {trial}, condition {holds}");
        }
    }

    [Fact]
    public void Route_MeasurementsResetsAndChannels_FollowTheirQubits()
    {
        var flip = ChannelCatalog.BitFlip.Create(0.1);
        var program = new ProgramBuilder(3, 3).Gate(GateCatalog.CNOT, [0, 2]).Measure(0, 2).Channel(flip, 2).Gate(GateCatalog.CNOT, [0, 1])
            .Gate(GateCatalog.CNOT, [1, 2]).Reset(1).Measure(2, 0).Build();
        var routed = new Router(3, [(0, 1), (1, 2)]).Route(program);
        Assert.Equal(1, routed.SwapCount);
        Assert.Equal(3, routed.Program.BitCount);
        var measures = routed.Program.Instructions.OfType<MeasureInstruction>().ToDictionary(measure => measure.Bit, measure => measure.Qubit);
        Assert.Equal(routed.FinalLayout[2], measures[0]);
        Assert.Equal(routed.FinalLayout[1], routed.Program.Instructions.OfType<ResetInstruction>().Single().Qubit);

        // Measured where the qubit was before the later exchange or after it: replaying the exchanges tells.
        int[] at = [.. routed.InitialLayout];
        foreach (var instruction in routed.Program.Instructions)
        {
            if (instruction is GateInstruction { Operation: var gate } && gate.Gate == GateCatalog.SWAP)
            {
                at = [.. at.Select(position => position == gate.Qubits[0] ? gate.Qubits[1] : position == gate.Qubits[1] ? gate.Qubits[0] : position)];
            }
            else if (instruction is MeasureInstruction { Bit: 2 } measure)
            {
                Assert.Equal(at[0], measure.Qubit);
            }
            else if (instruction is ChannelInstruction channel)
            {
                Assert.Equal(at[2], channel.Qubits[0]);
            }
        }

        Assert.Equal(routed.FinalLayout.AsEnumerable(), at);
    }

    [Fact]
    public void Route_NeighboursOnly_ChangesNothing()
    {
        var program = QuantumProgram.From(TestCircuitsOfLayers(6, 3));
        var routed = new Router(6, Line).Route(program);
        Assert.Equal(0, routed.SwapCount);
        Assert.Equal(Enumerable.Range(0, 6), routed.FinalLayout.AsEnumerable());
        Assert.Equal(program.Instructions.Length, routed.Program.Instructions.Length);
        Assert.Equal(program.TrainableCount, routed.Program.TrainableCount);
    }

    [Fact]
    public void Route_AScrambledChain_IsUnscrambledByTheFirstPlaces()
    {
        // A chain 0-3-1-4-2-5, many times: with the qubits placed in this order no exchange is needed; placed straight many are.
        int[] order = [0, 3, 1, 4, 2, 5];
        var builder = new ProgramBuilder(6, 0);
        for (var layer = 0; layer < 12; layer++)
        {
            for (var i = 0; i < 5; i++)
            {
                builder.Gate(GateCatalog.CZ, [order[i], order[i + 1]]);
            }
        }

        var routed = new Router(6, Line).Route(builder.Build());
        Assert.InRange(routed.SwapCount, 0, 12);
        Assert.NotEqual(Enumerable.Range(0, 6), routed.InitialLayout.AsEnumerable());
    }

    [Fact]
    public void Route_TwiceTheSame_GivesTheSame()
    {
        var program = RandomProgram(new Random(3), 6, 60);
        var router = new Router(6, Grid);
        Assert.Equal(
            router.Route(program).Program.Instructions.OfType<GateInstruction>().Select(gate => gate.Operation.ToString()),
            router.Route(program).Program.Instructions.OfType<GateInstruction>().Select(gate => gate.Operation.ToString()));
    }

    [Fact]
    public void Route_WhatCannotBeRouted_IsRefused()
    {
        var router = new Router(3, [(0, 1)]);
        Refusal.Says("A program of 4 qubits does not fit on 3.", () => router.Route(new ProgramBuilder(4, 0).Build()));
        Refusal.Says(
            "No couplings connect the places of the qubits of CZ(0, 2)", () => router.Route(new ProgramBuilder(3, 0).Gate(GateCatalog.CZ, [0, 2]).Build()));
        Refusal.Says(
            "'Depolarizing' on 2 qubits cannot be routed",
            () => router.Route(new ProgramBuilder(3, 0).Channel(ChannelCatalog.Depolarizing.CreateOn(2, 0.1), 0, 1).Build()));
        var unitary = GateDefinition.FromUnitary(ReferenceGates.Matrix("ccx"), "mine");
        Refusal.Says(
            "There is no known number of CZ gates for 'mine', a unitary on 3 qubits",
            () => router.Route(new ProgramBuilder(3, 0).Gate(unitary, [0, 1, 2]).Build()));
        Refusal.Says("A position is not coupled to itself; got 1-1.", () => new Router(3, [(1, 1)]));
        Refusal.Says("Qubit 3 is outside this 3-qubit register", () => new Router(3, [(0, 3)]));
    }

    private static Circuit TestCircuitsOfLayers(int qubits, int layers)
    {
        var builder = new CircuitBuilder(qubits);
        for (var layer = 0; layer < layers; layer++)
        {
            for (var qubit = 0; qubit < qubits; qubit++)
            {
                builder.RY(qubit, Parameter.Trainable(layer * qubits + qubit));
            }

            for (var qubit = 0; qubit + 1 < qubits; qubit++)
            {
                builder.CNOT(qubit, qubit + 1);
            }
        }

        return builder.Build();
    }

    private static QuantumProgram RandomProgram(Random random, int qubits, int gates)
    {
        var builder = new ProgramBuilder(qubits, 1);
        GateDefinition[] choices = [.. GateCatalog.All.Where(gate => gate.Arity <= qubits)];
        for (var i = 0; i < gates; i++)
        {
            var gate = choices[random.Next(choices.Length)];
            int[] places = [.. Enumerable.Range(0, qubits).OrderBy(_ => random.Next()).Take(gate.Arity)];
            Parameter[] angles = [.. Enumerable.Range(0, gate.ParameterCount).Select(_ => (Parameter)(6 * random.NextDouble() - 3))];
            builder.Gate(gate, places, angles);
        }

        return builder.Build();
    }

    private static bool IsSwap(Instruction instruction) => instruction is GateInstruction gate && gate.Operation.Gate == GateCatalog.SWAP;

    private static void AssertCoupled(ImmutableArray<Instruction> instructions, ImmutableArray<(int, int)> couplings)
    {
        foreach (var instruction in instructions)
        {
            if (instruction is IfInstruction block)
            {
                AssertCoupled(block.Then, couplings);
                AssertCoupled(block.Else, couplings);
            }
            else if (instruction is GateInstruction { Operation: { Qubits.Length: > 1 } gate })
            {
                Assert.Equal(2, gate.Qubits.Length);
                Assert.True(couplings.Contains((gate.Qubits[0], gate.Qubits[1])) || couplings.Contains((gate.Qubits[1], gate.Qubits[0])), gate.ToString());
            }
        }
    }

    // By the reference's matrices; every condition holds or none does.
    private static DenseState Run(ImmutableArray<Instruction> instructions, DenseState state, bool holds)
    {
        foreach (var instruction in instructions)
        {
            if (instruction is IfInstruction block)
            {
                Run(holds ? block.Then : block.Else, state, holds);
            }
            else if (instruction is GateInstruction { Operation: var gate })
            {
                state.Apply(
                    ReferenceGates.Matrix(gate.Gate.QasmName ?? gate.Gate.Name.ToLowerInvariant(), [.. gate.Parameters.Select(p => p.Evaluate(0))]),
                    [.. gate.Qubits]);
            }
        }

        return state;
    }

    private static void AssertPermuted(DenseState expected, DenseState actual, ImmutableArray<int> layout, string what)
    {
        double rest = 1;
        for (var k = 0; k < expected.Amplitudes.Length; k++)
        {
            var index = Enumerable.Range(0, expected.Qubits).Sum(qubit => ((k >> qubit) & 1) << layout[qubit]);
            Complex difference = actual.Amplitudes[index] - expected.Amplitudes[k];
            Assert.True(difference.Magnitude < Tolerances.Amplitude<double>(), $"{what}: amplitude {k} differs by {difference.Magnitude}");
            rest -= Math.Pow(actual.Amplitudes[index].Magnitude, 2);
        }

        Assert.Equal(0, rest, Tolerances.Expectation<double>());
    }
}
