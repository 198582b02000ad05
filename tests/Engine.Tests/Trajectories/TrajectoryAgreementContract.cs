using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Noise;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Programs;
using QDiff.Engine.Randomness;
using QDiff.Engine.Tests.Contracts;
using QDiff.Engine.Tests.Reference;
using QDiff.Engine.Trajectories;

namespace QDiff.Engine.Tests.Trajectories;

/// <summary>
/// Contract: every trajectory is the one that the documented random numbers choose, compared with a naive one in double; a fixture supplies the backend, and its
/// precision is T.
/// </summary>
public abstract class TrajectoryAgreementContract<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const ulong Seed = 20260601;

    protected abstract ITrajectoryBackend Create();

    /// <summary>How many of so many programs are run: fewer on a device that is there to debug kernels.</summary>
    protected virtual int Programs(int count) => count;

    public static TheoryData<int> ChannelNumbers => [.. Enumerable.Range(0, TestPrograms.Channels.Count)];

    [ContractTheory]
    [MemberData(nameof(ChannelNumbers))]
    public void RunTrajectories_EveryChannelAtEveryPlace_AreThoseThatTheNumbersChoose(int channelNumber)
    {
        using var backend = Create();
        var channel = TestPrograms.Channels[channelNumber];
        const int Qubits = 3;
        var before = TestCircuits.Random(Qubits, 12, channelNumber);
        var after = TestCircuits.Random(Qubits, 12, 100 + channelNumber);
        var readout = TestCircuits.RandomPaulis(Qubits, 5);
        foreach (var place in TestCircuits.Placements(channel.QubitCount, Qubits))
        {
            var program = new ProgramBuilder(Qubits, 0).Append(before).Channel(channel, place).Append(after).Channel(channel, place).Build();
            foreach (var batch in new[] { 1, 3, 17 })
            {
                AssertAgree(backend, program, readout, batch, 1, $"{channel} on {string.Join(",", place)}");
            }
        }
    }

    [ContractFact]
    public void RunTrajectories_RandomProgramsWithBlocks_AreThoseThatTheNumbersChoose()
    {
        using var backend = Create();
        for (var seed = 0; seed < Programs(60); seed++)
        {
            var qubits = 2 + seed % 4;
            var program = TestPrograms.Random(qubits, 25, 8, seed);
            var readout = seed % 3 == 0 ? Readout.BornProbabilities(qubits) : TestCircuits.RandomPaulis(qubits, seed);
            AssertAgree(backend, program, readout, 3, 7, $"program {seed}");
        }
    }

    [ContractFact]
    public void RunTrajectories_OneQubit_AreThoseThatTheNumbersChoose()
    {
        using var backend = Create();
        var builder = new ProgramBuilder(1, 1);
        foreach (var channel in TestPrograms.Channels.Where(channel => channel.QubitCount == 1))
        {
            builder.Append(TestCircuits.Random(1, 5, 9)).Channel(channel, 0);
        }

        var program = builder.Measure(0, 0).Append(TestCircuits.Random(1, 5, 10)).Reset(0).Append(TestCircuits.Random(1, 5, 11)).Build();
        AssertAgree(backend, program, Readout.BornProbabilities(1), 2, 9, "one qubit");
        AssertAgree(backend, program, TestCircuits.RandomPaulis(1, 3), 2, 9, "one qubit");
    }

    [ContractFact]
    public void RunTrajectories_PauliNoiseOnEveryKindOfGate_IsThatOfExplicitJumps()
    {
        // The same program with its Paulis drawn from the same numbers and applied as gates: no frame.
        using var backend = Create();
        for (var seed = 0; seed < Programs(20); seed++)
        {
            var circuit = TestCircuits.Random(4, 60, seed);
            var builder = new ProgramBuilder(4, 0);
            foreach (var operation in circuit.Operations)
            {
                builder.Append(new GateInstruction(operation));
                builder.Channel(ChannelCatalog.Depolarizing.Create(0.4), operation.Qubits[0]);
            }

            var program = builder.Build();
            Assert.True(TrajectoryPlanner.Plan(program).IsPauliFrame);
            AssertAgree(backend, program, TestCircuits.RandomPaulis(4, seed), 2, 5, $"circuit {seed}");
            AssertAgree(backend, program, Readout.BornProbabilities(4), 2, 5, $"circuit {seed}");
        }
    }

    private static void AssertAgree(ITrajectoryBackend backend, QuantumProgram program, Readout readout, int batch, int trajectories, string what)
    {
        var parameters = TestCircuits.Numbers(program.TrainableCount, 21, 2);
        var inputs = TestCircuits.Numbers(batch * program.InputCount, 22, 2);
        var run = new TrajectoryRun(trajectories, Seed, 1000);
        var values = new T[batch * trajectories * readout.Count];
        backend.RunTrajectories(
            TrajectoryPlanner.Plan(program), readout, new Bindings<T>(Array.ConvertAll(parameters, T.CreateChecked), Array.ConvertAll(inputs, T.CreateChecked)),
            batch, run, values);
        for (var row = 0; row < batch * trajectories; row++)
        {
            var sample = row / trajectories;
            var random = new CounterRandom(Seed, 1000 + row, TrajectoryRun.Operation);
            var (state, _) = ReferenceProgram.Trajectory(
                program,
                ReferenceProgram.Bind(parameters, inputs[(sample * program.InputCount)..((sample + 1) * program.InputCount)]), random.Double);
            var norm = state.Probabilities().Sum();
            double[] expected = [.. ReferenceCircuit.Read(state, readout).Select(value => value / norm)];
            Comparison.AssertClose<T>(
                expected, values.AsSpan(row * readout.Count, readout.Count), Tolerances.Trajectory<T>(), $"{what}, {typeof(T).Name}, batch {batch}, row {row}");
        }
    }
}
