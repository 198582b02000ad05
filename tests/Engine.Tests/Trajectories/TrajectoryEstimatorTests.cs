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

public sealed class TrajectoryEstimatorTests : IDisposable
{
    private const ulong Seed = 11;

    private readonly CpuBackend _backend = new();

    public static TheoryData<int> ChannelNumbers => [.. Enumerable.Range(0, TestPrograms.Channels.Count)];

    public void Dispose() => _backend.Dispose();

    [Theory]
    [MemberData(nameof(ChannelNumbers))]
    public void Run_OfEveryChannel_IsTheDensityMatrixWithinFiveSigma(int channelNumber)
    {
        var channel = TestPrograms.Channels[channelNumber];
        var program = new ProgramBuilder(3, 0).Append(TestCircuits.Random(3, 12, channelNumber)).Channel(channel, [.. new[] { 2, 0, 1 }.Take(channel.QubitCount)])
            .Append(TestCircuits.Random(3, 12, channelNumber + 50)).Build();
        AssertMean(program, TestCircuits.RandomPaulis(3, channelNumber), channel.ToString());
        AssertMean(program, Readout.BornProbabilities(3), channel.ToString());
    }

    [Fact]
    public void Run_OfRandomPrograms_IsTheSumOverBranchesWithinFiveSigma()
    {
        for (var seed = 0; seed < 8; seed++)
        {
            AssertMean(TestPrograms.Random(3, 20, 5, seed + 500), TestCircuits.RandomPaulis(3, seed), $"program {seed}");
        }
    }

    [Fact]
    public void Run_OfDepolarizingOnAllOfFiveQubits_ShrinksEveryString()
    {
        // No Kraus operators: strings are drawn directly.
        const int Qubits = 5;
        var circuit = TestCircuits.Ansatz(Qubits, 3);
        var program = new ProgramBuilder(Qubits, 0).Append(circuit).Channel(ChannelCatalog.Depolarizing.CreateOn(Qubits, 0.7), 4, 1, 0, 2, 3).Build();
        var readout = TestCircuits.RandomPaulis(Qubits, 4);
        var parameters = TestCircuits.Numbers(circuit.TrainableCount, 2, 3);
        var pure = ReferenceProgram.Mean(QuantumProgram.From(circuit), readout, ReferenceProgram.Bind(parameters, []));
        var estimate = TrajectoryEstimator.Run(
            _backend, program, readout, new Bindings<float>(Array.ConvertAll(parameters, p => (float)p)), 1, new TrajectoryRun(20_000, Seed));
        for (var k = 0; k < readout.Count; k++)
        {
            var expected = readout.Strings[k].Weight == 0 ? 1 : 0.3 * pure[k];
            Sampling.AssertWithin(expected, estimate.Mean[k], estimate.StandardError[k] + 1e-6, $"string {readout.Strings[k]}, seed {Seed}");
        }
    }

    [Fact]
    public void Run_InOnePieceOrMany_HasTheMeanAndSpreadOfItsTrajectories()
    {
        var program = new ProgramBuilder(2, 0).Gate(GateCatalog.RY, [0], Parameter.Input(0)).Channel(ChannelCatalog.AmplitudeDamping.Create(0.5), 0)
            .Channel(ChannelCatalog.BitFlip.Create(0.25), 1).Build();
        var readout = Readout.Expectations(PauliString.Z(0), PauliString.Z(1));
        double[] inputs = [0.4, 2.0];
        const int Trajectories = 20_000;
        var estimate = TrajectoryEstimator.Run(_backend, program, readout, new Bindings<double>([], inputs), 2, new TrajectoryRun(Trajectories, Seed, 3));
        var values = new double[2 * Trajectories * 2];
        _backend.RunTrajectories(TrajectoryPlanner.Plan(program), readout, new Bindings<double>([], inputs), 2, new TrajectoryRun(Trajectories, Seed, 3), values);
        for (var j = 0; j < 4; j++)
        {
            double[] own = [.. Enumerable.Range(0, Trajectories).Select(t => values[(((j / 2) * Trajectories) + t) * 2 + (j % 2)])];
            var mean = own.Average();
            Assert.Equal(mean, estimate.Mean[j], 1e-11);
            var variance = own.Sum(v => Math.Pow(v - mean, 2)) / (Trajectories - 1);
            Assert.Equal(Math.Sqrt(variance / Trajectories), estimate.StandardError[j], 1e-11);
        }

        Assert.Equal(Trajectories, estimate.Trajectories);
        var single = TrajectoryEstimator.Run(_backend, program, readout, new Bindings<double>([], inputs), 2, new TrajectoryRun(1, Seed));
        Assert.All(single.StandardError, error => Assert.True(double.IsNaN(error)));
    }

    private void AssertMean(QuantumProgram program, Readout readout, string what)
    {
        const int Trajectories = 4000;
        var parameters = TestCircuits.Numbers(program.TrainableCount, 8, 2);
        var inputs = TestCircuits.Numbers(program.InputCount, 9, 2);
        var expected = ReferenceProgram.Mean(program, readout, ReferenceProgram.Bind(parameters, inputs));
        var estimate = TrajectoryEstimator.Run(
            _backend, program, readout, new Bindings<float>(Array.ConvertAll(parameters, p => (float)p), Array.ConvertAll(inputs, p => (float)p)), 1,
            new TrajectoryRun(Trajectories, Seed));
        for (var k = 0; k < readout.Count; k++)
        {
            // Rounding in float, where no trajectory differs from another.
            Sampling.AssertWithin(expected[k], estimate.Mean[k], estimate.StandardError[k] + 3e-6, $"{what}, value {k}, seed {Seed}");
        }
    }
}
