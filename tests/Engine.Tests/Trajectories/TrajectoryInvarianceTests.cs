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

public class TrajectoryInvarianceTests
{
    private const ulong Seed = 9;

    private static readonly QuantumProgram s_program = TestPrograms.Random(4, 25, 8, 12);
    private static readonly Readout s_readout = TestCircuits.RandomPaulis(4, 2);
    private static readonly float[] s_parameters = Array.ConvertAll(TestCircuits.Numbers(s_program.TrainableCount, 3, 2), p => (float)p);

    [Fact]
    public void RunTrajectories_InPieces_HasTheSameBits()
    {
        using var backend = new CpuBackend();
        var whole = Run(backend, 0, 200);
        foreach (var (first, count) in new[] { (0, 1), (3, 17), (50, 100), (199, 1) })
        {
            Comparison.AssertSameBits<float>(whole.AsSpan(first * s_readout.Count, count * s_readout.Count), Run(backend, first, count), $"{count} from {first}");
        }
    }

    [Fact]
    public void BackwardTrajectories_OnOtherThreads_HasTheSameBits()
    {
        using CpuBackend one = new(new CpuOptions { Threads = 1 }), three = new(new CpuOptions { Threads = 3 });
        var (values, toParameters, toInputs) = Gradient(one);
        var (otherValues, otherToParameters, otherToInputs) = Gradient(three);
        Comparison.AssertSameBits<float>(values, otherValues, "values");
        Comparison.AssertSameBits<float>(toParameters, otherToParameters, "parameters");
        Comparison.AssertSameBits<float>(toInputs, otherToInputs, "inputs");
    }

    [Fact]
    public void RunTrajectories_WithOtherLanes_DrawsTheSame()
    {
        using var scalar = new CpuBackend(new CpuOptions { LaneWidth = LaneWidth.Scalar });
        var expected = Array.ConvertAll(Run(scalar, 0, 64), v => (double)v);
        foreach (var width in Enum.GetValues<LaneWidth>().Where(width => width <= CpuBackend.Widest))
        {
            using var backend = new CpuBackend(new CpuOptions { LaneWidth = width });
            Comparison.AssertClose<float>(expected, Run(backend, 0, 64), Tolerances.Trajectory<float>(), $"{width}");
        }
    }

    [Fact]
    public void BackwardTrajectories_InTheLanesOfLargeRegisters_IsTheSame()
    {
        using CpuBackend usual = new(), narrow = new(new CpuOptions { NarrowTrajectoriesFrom = 1 });
        Comparison.AssertClose<float>(Array.ConvertAll(Run(usual, 5, 30), v => (double)v), Run(narrow, 5, 30), Tolerances.Trajectory<float>(), "values");
        var (_, toParameters, toInputs) = Gradient(usual);
        var (_, narrowToParameters, narrowToInputs) = Gradient(narrow);
        var tolerance = Tolerances.Gradient<float>(TestCircuits.Numbers(9 * 30 * s_readout.Count, 5));
        Comparison.AssertClose<float>(Array.ConvertAll(toParameters, g => (double)g), narrowToParameters, tolerance, "parameters");
        Comparison.AssertClose<float>(Array.ConvertAll(toInputs, g => (double)g), narrowToInputs, tolerance, "inputs");

        // And for circuits afterwards the machines are the usual ones.
        var circuit = TestCircuits.Ansatz(4, 2);
        float[] a = new float[40 * s_readout.Count], b = new float[a.Length];
        usual.Run(Planner.Plan(circuit), s_readout, new Bindings<float>(new float[circuit.TrainableCount]), 40, a);
        narrow.Run(Planner.Plan(circuit), s_readout, new Bindings<float>(new float[circuit.TrainableCount]), 40, b);
        Comparison.AssertSameBits<float>(a, b, "circuit");
    }

    [Fact]
    public void RunTrajectories_OfTheSameSeed_DiffersFromOtherSeedsAndNumbers()
    {
        using var backend = new CpuBackend();
        var values = Run(backend, 0, 50);
        Comparison.AssertSameBits<float>(values, Run(backend, 0, 50), "again");
        Assert.NotEqual(values, Run(backend, 50, 50));
        Assert.NotEqual(values, Run(backend, 0, 50, Seed + 1));
    }

    [Fact]
    public void Plan_OfPauliNoiseAfterEveryGate_HasNoMorePassesThanTheCircuit()
    {
        var circuit = TestCircuits.Ansatz(6, 4);
        var builder = new ProgramBuilder(6, 0);
        foreach (var operation in circuit.Operations)
        {
            builder.Append(new GateInstruction(operation)).Channel(ChannelCatalog.Depolarizing.Create(0.01), operation.Qubits[0]);
        }

        var plan = TrajectoryPlanner.Plan(builder.Build());
        Assert.True(plan.IsPauliFrame);
        Assert.Equal(Planner.Plan(circuit).PassCount, plan.PassCount);
    }

    [Fact]
    public void RunTrajectories_OfWhatCannotBe_IsRefused()
    {
        using var backend = new CpuBackend();
        var plan = TrajectoryPlanner.Plan(new ProgramBuilder(1, 0).Gate(GateCatalog.RX, [0], Parameter.Trainable(0)).Build());
        var readout = Readout.Expectations(PauliString.Z(0));
        Refusal.Says("Every sample needs at least 1 trajectory; got 0.", () => _ = new TrajectoryRun(0, Seed));
        Refusal.Says("Trajectories are numbered from 0", () => _ = new TrajectoryRun(1, Seed, -1));
        Refusal.Says("Every sample needs at least 1 trajectory; got 0.", () => backend.RunTrajectories(plan, readout, new Bindings<float>([1f]), 1, default, new float[1]));
        Refusal.Says("One run has up to", () => backend.RunTrajectories(
            plan, readout, new Bindings<float>([1f]), 100_000, new TrajectoryRun(100_000, Seed), new float[1]));
        Refusal.Says("'values' must have 3 entries", () => backend.RunTrajectories(plan, readout, new Bindings<float>([1f]), 1, new TrajectoryRun(3, Seed), new float[1]));
        Refusal.Says("The circuit has 1 trainable parameter(s); got 0", () => backend.RunTrajectories(
            plan, readout, new Bindings<float>(), 1, new TrajectoryRun(1, Seed), new float[1]));
        Refusal.Says("The readout asks for qubit 1", () => backend.RunTrajectories(
            plan, Readout.Expectations(PauliString.Z(1)), new Bindings<float>([1f]), 1, new TrajectoryRun(1, Seed), new float[1]));
        using var tape = backend.ForwardTrajectories(plan, readout, new Bindings<float>([1f]), 1, new TrajectoryRun(1, Seed), new float[1]);
        using var other = new CpuBackend();
        Refusal.Says("The tape was made by another backend", () => other.BackwardTrajectories(tape, new float[1], new float[1], default));
        tape.Dispose();
        Assert.Throws<ObjectDisposedException>(() => backend.BackwardTrajectories(tape, new float[1], new float[1], default));
    }

    private static float[] Run(CpuBackend backend, int first, int count, ulong seed = Seed)
    {
        var values = new float[count * s_readout.Count];
        var inputs = new float[s_program.InputCount];
        Array.Fill(inputs, 0.3f);
        backend.RunTrajectories(
            TrajectoryPlanner.Plan(s_program), s_readout, new Bindings<float>(s_parameters, inputs), 1, new TrajectoryRun(count, seed, first), values);
        return values;
    }

    private static (float[] Values, float[] ToParameters, float[] ToInputs) Gradient(CpuBackend backend)
    {
        const int Batch = 9, Trajectories = 30;
        var inputs = Array.ConvertAll(TestCircuits.Numbers(Batch * s_program.InputCount, 4, 2), p => (float)p);
        float[] values = new float[Batch * Trajectories * s_readout.Count], toParameters = new float[s_parameters.Length], toInputs = new float[inputs.Length];
        using var tape = backend.ForwardTrajectories(
            TrajectoryPlanner.Plan(s_program), s_readout, new Bindings<float>(s_parameters, inputs), Batch, new TrajectoryRun(Trajectories, Seed), values);
        backend.BackwardTrajectories(tape, Array.ConvertAll(TestCircuits.Numbers(values.Length, 5), c => (float)c), toParameters, toInputs);
        return (values, toParameters, toInputs);
    }
}
