using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Gates;
using QDiff.Engine.Noise;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Programs;
using QDiff.Engine.Trajectories;

namespace QDiff.Engine.Tests.Trajectories;

public sealed class ShotSamplerTests : IDisposable
{
    private const int Shots = 20_000;
    private const ulong Seed = 5;

    private readonly CpuBackend _backend = new();

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void Counts_OfGatesAndMeasurements_FollowTheStatesProbabilities()
    {
        // Qubits into other bits, one bit never written, one qubit never read.
        var program = new ProgramBuilder(3, 4).Reset(1).Append(TestCircuits.Random(3, 15, 3, 0, 0)).Measure(2, 0).Measure(0, 3).Build();
        AssertCounts(program, "pure program");
    }

    [Fact]
    public void Counts_OfMeasurementsThatAreNotLast_FollowTheBranches()
    {
        for (var seed = 0; seed < 8; seed++)
        {
            var random = TestPrograms.Random(3, 20, 6, seed + 70);
            var builder = new ProgramBuilder(3, 4);
            foreach (var instruction in random.Instructions)
            {
                builder.Append(instruction);
            }

            var program = builder.Measure(1, 2).Measure(2, 3).Build();
            AssertCounts(program, $"program {seed}");
        }
    }

    [Fact]
    public void Counts_OfAQubitMeasuredTwice_AgreeShotByShot()
    {
        var program = new ProgramBuilder(2, 3).Gate(GateCatalog.H, [0]).Channel(ChannelCatalog.BitFlip.Create(0.5), 0).Measure(0, 0).Measure(0, 1)
            .Gate(GateCatalog.CNOT, [0, 1]).Measure(1, 2).Build();
        var counts = ShotSampler.Counts(_backend, program, new Bindings<float>(), 1000, Seed);
        Assert.Equal(["000", "111"], counts.Keys);
        Assert.Equal(1000, counts.Values.Sum());
    }

    [Fact]
    public void Counts_OfTeleportation_AreThoseOfTheStateSent()
    {
        // Qubit 0 in RY(1.1)|0⟩ goes to qubit 2.
        var builder = new ProgramBuilder(3, 3).Gate(GateCatalog.RY, [0], 1.1).Gate(GateCatalog.H, [1]).Gate(GateCatalog.CNOT, [1, 2]);
        builder.Gate(GateCatalog.CNOT, [0, 1]).Gate(GateCatalog.H, [0]).Measure(0, 0).Measure(1, 1);
        builder.If(new Condition([1], 1), [Gate(GateCatalog.X, 2)]).If(new Condition([0], 1), [Gate(GateCatalog.Z, 2)]);
        builder.Gate(GateCatalog.RY, [2], -1.1).Measure(2, 2);
        var counts = ShotSampler.Counts(_backend, builder.Build(), new Bindings<double>(), 2000, Seed);
        Assert.Equal(["000", "001", "010", "011"], counts.Keys);
    }

    [Fact]
    public void Counts_OfRepeatUntilSuccess_EndInSuccess()
    {
        // Until the first 1, flip a coin again: nested blocks that read a bit which the block before wrote.
        Instruction[] attempt = [new ResetInstruction(0), Gate(GateCatalog.H, 0), new MeasureInstruction(0, 0)];
        var builder = new ProgramBuilder(1, 1).Gate(GateCatalog.H, [0]).Measure(0, 0);
        for (var i = 0; i < 12; i++)
        {
            builder.If(new Condition([0], 1, QDiff.Engine.Programs.Comparison.Less), [.. attempt]);
        }

        var counts = ShotSampler.Counts(_backend, builder.Build(), new Bindings<float>(), Shots, Seed);
        Sampling.AssertWithin(Shots * (1 - Math.Pow(0.5, 13)), counts["1"], Math.Sqrt(Shots * Math.Pow(0.5, 13)) + 1e-9, $"seed {Seed}");
    }

    [Fact]
    public void Counts_OfNestedBlocks_FollowTheBranches()
    {
        var builder = new ProgramBuilder(3, 3);
        builder.Gate(GateCatalog.RY, [0], 1.0).Gate(GateCatalog.RY, [1], 2.0).Measure(0, 0).Measure(1, 1);
        builder.If(
            new Condition([0, 1], 1, QDiff.Engine.Programs.Comparison.GreaterOrEqual),
            [
                Gate(GateCatalog.SX, 2),
                new IfInstruction(new Condition([1], 1), [Gate(GateCatalog.X, 2), new MeasureInstruction(2, 0)], [Gate(GateCatalog.SWAP, 0, 2)]),
                Gate(GateCatalog.CNOT, 0, 2),
            ],
            [Gate(GateCatalog.Y, 2), new ResetInstruction(1)]);
        AssertCounts(builder.Gate(GateCatalog.H, [1]).Measure(2, 2).Measure(1, 1).Build(), "nested blocks");
    }

    [Fact]
    public void Counts_WithReadoutErrors_AreConfusedOnTheBits()
    {
        var program = new ProgramBuilder(2, 2).Gate(GateCatalog.X, [1]).Measure(0, 0).Measure(1, 1).Build();
        var readout = new ReadoutNoise(2, [new ReadoutGroup(ReadoutError.FromFlips(0.1, 0.2), [1])]);
        var counts = ShotSampler.Counts(_backend, program, new Bindings<float>(), Shots, Seed, readout);
        Assert.Equal(["00", "10"], counts.Keys);
        Sampling.AssertWithin(0.2 * Shots, counts["00"], Math.Sqrt(Shots * 0.16), $"seed {Seed}");
    }

    [Fact]
    public void Sample_InPieces_IsTheSame()
    {
        var program = new ProgramBuilder(2, 2).Gate(GateCatalog.H, [0]).Channel(ChannelCatalog.AmplitudeDamping.Create(0.3), 0)
            .Gate(GateCatalog.CNOT, [0, 1]).Measure(0, 0).Measure(1, 1).Build();
        var all = ShotSampler.Sample(_backend, program, new Bindings<float>(), 40_000, Seed);
        var piece = new bool[2 * 100];
        _backend.SampleTrajectories(TrajectoryPlanner.Plan(program), new Bindings<float>(), 1, new TrajectoryRun(100, Seed, 20_001), piece);
        Assert.Equal(all[40_002..40_202], piece);
    }

    [Fact]
    public void Sample_OfWhatCannotBe_IsRefused()
    {
        var noBits = new ProgramBuilder(1, 0).Gate(GateCatalog.H, [0]).Build();
        Refusal.Says("The program has no classical bits", () => ShotSampler.Sample(_backend, noBits, new Bindings<float>(), 1, Seed));
        var one = new ProgramBuilder(1, 1).Measure(0, 0).Build();
        Refusal.Says<ArgumentOutOfRangeException>("", () => ShotSampler.Sample(_backend, one, new Bindings<float>(), 0, Seed));
        Refusal.Says(
            "The readout errors are for 2 bit(s) and the program has 1",
            () => ShotSampler.Sample(_backend, one, new Bindings<float>(), 1, Seed, new ReadoutNoise(2, [])));
    }

    private static GateInstruction Gate(GateDefinition gate, params int[] qubits) => new(new Operation(gate, [.. qubits], []));

    private void AssertCounts(QuantumProgram program, string what)
    {
        var parameters = TestCircuits.Numbers(program.TrainableCount, 8, 2);
        var inputs = TestCircuits.Numbers(program.InputCount, 9, 2);
        var expected = ReferenceProgram.BitProbabilities(program, ReferenceProgram.Bind(parameters, inputs));
        var counts = ShotSampler.Counts(
            _backend, program, new Bindings<float>(Array.ConvertAll(parameters, p => (float)p), Array.ConvertAll(inputs, p => (float)p)), Shots, Seed);
        Assert.Equal(Shots, counts.Values.Sum());
        Assert.Empty(counts.Keys.Except(expected.Keys));
        string[] keys = [.. expected.Keys];
        double[] probabilities = [.. keys.Select(key => expected[key])];
        int[] observed = [.. keys.Select(key => counts.GetValueOrDefault(key))];
        Sampling.AssertCounts(probabilities, observed, Shots, $"{what}, seed {Seed}");
    }
}
