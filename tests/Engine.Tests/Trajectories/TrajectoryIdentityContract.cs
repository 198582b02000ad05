using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Gates;
using QDiff.Engine.Noise;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Programs;
using QDiff.Engine.Tests.Contracts;
using QDiff.Engine.Trajectories;

namespace QDiff.Engine.Tests.Trajectories;

/// <summary>
/// Contract: a trajectory is a function of its seed and number alone: every backend draws the same as the CPU's, however a run is cut. A fixture supplies the backend.
/// </summary>
public abstract class TrajectoryIdentityContract<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const ulong Seed = 20261121;

    protected abstract ITrajectoryBackend Create();

    [ContractFact]
    public void SampleTrajectories_RandomPrograms_GiveTheBitsOfTheCpu()
    {
        using var backend = Create();
        using var cpu = new CpuBackend();
        for (var seed = 0; seed < 12; seed++)
        {
            var qubits = 1 + seed % 5;
            var random = qubits == 1
                ? new ProgramBuilder(1, 2).Append(TestCircuits.Random(1, 5, 9)).Channel(ChannelCatalog.AmplitudeDamping.Create(0.4), 0).Measure(0, 1)
                    .Append(TestCircuits.Random(1, 5, 10)).Build()
                : TestPrograms.Random(qubits, 25, 8, seed + 40);
            var builder = new ProgramBuilder(qubits, 2 + qubits);
            foreach (var instruction in random.Instructions)
            {
                builder.Append(instruction);
            }

            for (var q = 0; q < qubits; q++)
            {
                builder.Measure(q, 2 + q);
            }

            AssertSameBits(backend, cpu, builder.Build(), $"program {seed}");
        }
    }

    [ContractFact]
    public void SampleTrajectories_EveryChannel_GivesTheBitsOfTheCpu()
    {
        using var backend = Create();
        using var cpu = new CpuBackend();
        foreach (var channel in TestPrograms.Channels.Append(ChannelCatalog.Depolarizing.CreateOn(4, 0.8)))
        {
            var builder = new ProgramBuilder(4, 5).Append(TestCircuits.Random(4, 12, 3, 0, 0)).Channel(channel, [.. new[] { 2, 0, 3, 1 }.Take(channel.QubitCount)])
                .Gate(GateCatalog.CNOT, [2, 1]).Measure(2, 0).If(new Condition([0], 0), [new GateInstruction(new Operation(GateCatalog.H, [0], []))]);
            for (var q = 0; q < 4; q++)
            {
                builder.Measure(q, 1 + q);
            }

            AssertSameBits(backend, cpu, builder.Build(), $"{channel}");
        }
    }

    [ContractFact]
    public void SampleTrajectories_NestedBlocksOnEveryComparison_GiveTheBitsOfTheCpu()
    {
        using var backend = Create();
        using var cpu = new CpuBackend();
        foreach (var comparison in Enum.GetValues<QDiff.Engine.Programs.Comparison>())
        {
            var builder = new ProgramBuilder(3, 4);
            for (var q = 0; q < 3; q++)
            {
                builder.Gate(GateCatalog.RY, [q], 0.8 + q).Channel(ChannelCatalog.BitPhaseFlip.Create(0.2), q);
            }

            builder.Measure(0, 0).Measure(1, 1).If(
                new Condition([0, 1], 1, comparison),
                [
                    new GateInstruction(new Operation(GateCatalog.SX, [2], [])),
                    new IfInstruction(new Condition([1], 1), [new GateInstruction(new Operation(GateCatalog.X, [2], [])), new MeasureInstruction(2, 0)], [new ResetInstruction(1)]),
                    new ChannelInstruction(ChannelCatalog.Depolarizing.Create(0.9), [1]),
                ],
                [new GateInstruction(new Operation(GateCatalog.Y, [2], [])), new ResetInstruction(1)]);
            AssertSameBits(backend, cpu, builder.Gate(GateCatalog.H, [1]).Measure(2, 2).Measure(1, 3).Build(), $"{comparison}");
        }
    }

    [ContractFact]
    public void RunTrajectories_InPieces_HasTheSameBits()
    {
        using var backend = Create();
        var program = TestPrograms.Random(4, 25, 8, 12);
        var readout = TestCircuits.RandomPaulis(4, 2);
        var whole = Run(backend, program, readout, 0, 40);
        foreach (var (first, count) in new[] { (0, 1), (3, 17), (39, 1) })
        {
            Comparison.AssertSameBits<T>(whole.AsSpan(first * readout.Count, count * readout.Count), Run(backend, program, readout, first, count), $"{count} from {first}");
        }

        Assert.NotEqual(whole, Run(backend, program, readout, 40, 40));
        Assert.NotEqual(whole, Run(backend, program, readout, 0, 40, Seed + 1));
    }

    [ContractFact]
    public void BackwardTrajectories_Repeated_HasTheSameBits()
    {
        using var backend = Create();
        var program = TestPrograms.Random(3, 20, 6, 13);
        var readout = TestCircuits.RandomPaulis(3, 2);
        const int Batch = 3, Trajectories = 5;
        var inputs = Array.ConvertAll(TestCircuits.Numbers(Batch * program.InputCount, 4, 2), T.CreateChecked);
        var parameters = Array.ConvertAll(TestCircuits.Numbers(program.TrainableCount, 3, 2), T.CreateChecked);
        var values = new T[Batch * Trajectories * readout.Count];
        using var tape = backend.ForwardTrajectories(
            TrajectoryPlanner.Plan(program), readout, new Bindings<T>(parameters, inputs), Batch, new TrajectoryRun(Trajectories, Seed), values);
        var weights = Array.ConvertAll(TestCircuits.Numbers(values.Length, 5), T.CreateChecked);
        T[] first = new T[parameters.Length], again = new T[parameters.Length], firstInputs = new T[inputs.Length], againInputs = new T[inputs.Length];
        backend.BackwardTrajectories(tape, weights, first, firstInputs);
        backend.BackwardTrajectories(tape, weights, again, againInputs);
        Comparison.AssertSameBits<T>(first, again, "parameters");
        Comparison.AssertSameBits<T>(firstInputs, againInputs, "inputs");
        backend.BackwardTrajectories(tape, weights, again, []);
        Comparison.AssertSameBits<T>(first, again, "parameters without inputs");
    }

    [ContractFact]
    public void RunTrajectories_OfWhatCannotBe_IsRefused()
    {
        using var backend = Create();
        var plan = TrajectoryPlanner.Plan(new ProgramBuilder(1, 0).Gate(GateCatalog.RX, [0], Parameter.Trainable(0)).Build());
        var readout = Readout.Expectations(PauliString.Z(0));
        T[] one = [T.One];
        Refusal.Says("Every sample needs at least 1 trajectory; got 0.", () => backend.RunTrajectories(plan, readout, new Bindings<T>(one), 1, default, new T[1]));
        Refusal.Says("One run has up to", () => backend.RunTrajectories(
            plan, readout, new Bindings<T>(one), 100_000, new TrajectoryRun(100_000, Seed), new T[1]));
        Refusal.Says("'values' must have 3 entries", () => backend.RunTrajectories(plan, readout, new Bindings<T>(one), 1, new TrajectoryRun(3, Seed), new T[1]));
        Refusal.Says("The circuit has 1 trainable parameter(s); got 0", () => backend.RunTrajectories(
            plan, readout, new Bindings<T>(), 1, new TrajectoryRun(1, Seed), new T[1]));
        Refusal.Says("The readout asks for qubit 1", () => backend.RunTrajectories(
            plan, Readout.Expectations(PauliString.Z(1)), new Bindings<T>(one), 1, new TrajectoryRun(1, Seed), new T[1]));
        Refusal.Says("The program has no classical bits", () => backend.SampleTrajectories(plan, new Bindings<T>(one), 1, new TrajectoryRun(1, Seed), []));
        using var tape = backend.ForwardTrajectories(plan, readout, new Bindings<T>(one), 1, new TrajectoryRun(1, Seed), new T[1]);
        using var other = new CpuBackend();
        Refusal.Says("The tape was made by another backend", () => other.BackwardTrajectories(tape, new T[1], new T[1], default));
        tape.Dispose();
        Assert.Throws<ObjectDisposedException>(() => backend.BackwardTrajectories(tape, new T[1], new T[1], default));
    }

    private static void AssertSameBits(ITrajectoryBackend backend, CpuBackend cpu, QuantumProgram program, string what)
    {
        const int Batch = 2, Trajectories = 20;
        var inputs = Array.ConvertAll(TestCircuits.Numbers(Batch * program.InputCount, 4, 2), T.CreateChecked);
        var parameters = Array.ConvertAll(TestCircuits.Numbers(program.TrainableCount, 3, 2), T.CreateChecked);
        var run = new TrajectoryRun(Trajectories, Seed, 7);
        bool[] expected = new bool[Batch * Trajectories * program.BitCount], actual = new bool[expected.Length];
        cpu.SampleTrajectories(TrajectoryPlanner.Plan(program), new Bindings<T>(parameters, inputs), Batch, run, expected);
        backend.SampleTrajectories(TrajectoryPlanner.Plan(program), new Bindings<T>(parameters, inputs), Batch, run, actual);
        Assert.Contains(true, expected);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(
                expected[i] == actual[i], $"{what}, {typeof(T).Name}: bit {i % program.BitCount} of row {i / program.BitCount} is {actual[i]}, on the CPU {expected[i]}; seed {Seed}.");
        }
    }

    private static T[] Run(ITrajectoryBackend backend, QuantumProgram program, Readout readout, int first, int count, ulong seed = Seed)
    {
        var values = new T[count * readout.Count];
        var inputs = new T[program.InputCount];
        Array.Fill(inputs, T.CreateChecked(0.3));
        backend.RunTrajectories(
            TrajectoryPlanner.Plan(program), readout,
            new Bindings<T>(Array.ConvertAll(TestCircuits.Numbers(program.TrainableCount, 3, 2), T.CreateChecked), inputs), 1, new TrajectoryRun(count, seed, first), values);
        return values;
    }
}
