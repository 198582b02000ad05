using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
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
/// Contract: the gradient of a trajectory is that of ⟨φ|K†OK|φ⟩/p with the drawn K and its probability p held fixed; a fixture supplies the backend.
/// </summary>
public abstract class TrajectoryGradientContract<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const ulong Seed = 20260602;

    protected abstract ITrajectoryBackend Create();

    /// <summary>How many of so many programs are run: fewer on a device that is there to debug kernels.</summary>
    protected virtual int Programs(int count) => count;

    // Truncation h⁴ f⁗'/30 and rounding 1e-16/h are both below 1e-10.
    private const double Step = 5e-4;

    [ContractFact]
    public void BackwardTrajectories_RandomProgramsWithBlocks_AreDifferencesWithTheChoicesHeldFixed()
    {
        using var backend = Create();
        for (var seed = 0; seed < Programs(12); seed++)
        {
            var qubits = 2 + seed % 3;
            var program = TestPrograms.Random(qubits, 18, 6, seed + 300);
            AssertAgree(backend, program, seed % 4 == 0 ? Readout.BornProbabilities(qubits) : TestCircuits.RandomPaulis(qubits, seed), $"program {seed}");
        }
    }

    [ContractFact]
    public void BackwardTrajectories_MixturesOfUnitaries_AreDifferencesWithTheChoicesHeldFixed()
    {
        using var backend = Create();
        for (var seed = 0; seed < Programs(4); seed++)
        {
            var circuit = TestCircuits.Random(3, 20, seed + 40);
            var builder = new ProgramBuilder(3, 0);
            foreach (var operation in circuit.Operations)
            {
                builder.Append(new GateInstruction(operation));
                builder.Channel(ChannelCatalog.Pauli.Create(0.1, 0.15, 0.2), operation.Qubits[0]);
                builder.Channel(seed % 2 == 0 ? TestPrograms.Channels[13] : ChannelCatalog.Depolarizing.CreateOn(2, 0.3), 2, 0);
            }

            var program = builder.Build();
            Assert.False(TrajectoryPlanner.Plan(program).Replays);
            AssertAgree(backend, program, TestCircuits.RandomPaulis(3, seed), $"circuit {seed}");
        }
    }

    [ContractFact]
    public void BackwardTrajectories_ManyDampings_KeepTheirDigits()
    {
        // Each alone can be undone; all in a row would let rounding errors grow by 10^12, so states must be kept on the way.
        using var backend = Create();
        var builder = new ProgramBuilder(2, 0);
        for (var i = 0; i < 80; i++)
        {
            builder.Gate(GateCatalog.RY, [i % 2], Parameter.Trainable(i % 3)).Gate(GateCatalog.RXX, [0, 1], Parameter.Input(i % 2));
            builder.Channel(ChannelCatalog.GeneralizedAmplitudeDamping.Create(0.5, 0.4), i % 2);
        }

        AssertAgree(backend, builder.Build(), TestCircuits.RandomPaulis(2, 1), "dampings");
    }

    [ContractFact]
    public void BackwardTrajectories_ARowWithoutLoweringInABlock_KnowsWhichTrajectoriesHaveIt()
    {
        using var backend = Create();
        var dense = GateCatalog.CRY with { Decomposition = null };
        var builder = new ProgramBuilder(2, 1).Gate(GateCatalog.H, [0]).Gate(GateCatalog.RX, [1], Parameter.Trainable(0));
        builder.Channel(ChannelCatalog.Depolarizing.CreateOn(2, 0.8), 0, 1).Gate(dense, [0, 1], Parameter.Trainable(1)).Measure(0, 0);
        builder.If(new Condition([0], 1), [new GateInstruction(new Operation(dense, [0, 1], [Parameter.Trainable(0)]))]);
        AssertAgree(backend, builder.Build(), TestCircuits.RandomPaulis(2, 1), "dense rows");
    }

    private static void AssertAgree(ITrajectoryBackend backend, QuantumProgram program, Readout readout, string what)
    {
        const int Batch = 3, Trajectories = 2;
        var parameters = TestCircuits.Numbers(program.TrainableCount, 31, 2);
        var inputs = TestCircuits.Numbers(Batch * program.InputCount, 32, 2);
        var cotangents = TestCircuits.Numbers(Batch * Trajectories * readout.Count, 33);
        var run = new TrajectoryRun(Trajectories, Seed);
        var values = new T[cotangents.Length];
        using var tape = backend.ForwardTrajectories(
            TrajectoryPlanner.Plan(program), readout, new Bindings<T>(Array.ConvertAll(parameters, T.CreateChecked), Array.ConvertAll(inputs, T.CreateChecked)),
            Batch, run, values);
        T[] toParameters = new T[program.TrainableCount], toInputs = new T[inputs.Length];
        backend.BackwardTrajectories(tape, Array.ConvertAll(cotangents, T.CreateChecked), toParameters, toInputs);

        var expectedParameters = new double[parameters.Length];
        var expectedInputs = new double[inputs.Length];
        for (var row = 0; row < Batch * Trajectories; row++)
        {
            var sample = row / Trajectories;
            var own = inputs[(sample * program.InputCount)..((sample + 1) * program.InputCount)];
            var weights = cotangents[(row * readout.Count)..((row + 1) * readout.Count)];
            var choices = new Dictionary<int, int>();
            var random = new CounterRandom(Seed, row, TrajectoryRun.Operation);
            var probability = ReferenceProgram.Trajectory(program, ReferenceProgram.Bind(parameters, own), random.Double, choices).State.Probabilities().Sum();
            for (var p = 0; p < parameters.Length; p++)
            {
                expectedParameters[p] += Derivative(ParameterKind.Trainable, p);
            }

            for (var i = 0; i < own.Length; i++)
            {
                expectedInputs[sample * own.Length + i] += Derivative(ParameterKind.Input, i);
            }

            double Derivative(ParameterKind kind, int index)
            {
                return (8 * (Loss(Step) - Loss(-Step)) - (Loss(2 * Step) - Loss(-2 * Step))) / (12 * Step);

                double Loss(double shift)
                {
                    var values = ReferenceProgram.Bind(parameters, own, kind, index, shift);
                    var state = ReferenceProgram.Trajectory(program, values, random.Double, choices, replay: true).State;
                    return ReferenceCircuit.Read(state, readout).Zip(weights, (value, weight) => value * weight).Sum() / probability;
                }
            }
        }

        var tolerance = Tolerances.Gradient<T>(cotangents);
        Comparison.AssertClose<T>(expectedParameters, toParameters, tolerance, $"{what}, parameters");
        Comparison.AssertClose<T>(expectedInputs, toInputs, tolerance, $"{what}, inputs");
    }
}
