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

/// <summary>The mean of the gradients of many trajectories is the gradient of the density matrix's value, within 5σ.</summary>
public class TrajectoryGradientMeanTests
{
    [Fact]
    public void BackwardTrajectories_MeanOverMany_IsTheGradientOfTheMean()
    {
        // Damping, a measurement that decides, and a reset: the probabilities of all choices depend on the parameters.
        var builder = new ProgramBuilder(2, 1);
        builder.Gate(GateCatalog.RY, [0], Parameter.Trainable(0)).Gate(GateCatalog.RX, [1], Parameter.Trainable(1)).Gate(GateCatalog.CNOT, [0, 1]);
        builder.Channel(ChannelCatalog.AmplitudeDamping.Create(0.4), 0).Gate(GateCatalog.RXX, [0, 1], Parameter.Trainable(2)).Measure(0, 0);
        builder.If(new Condition([0], 1), [new GateInstruction(new Operation(GateCatalog.RY, [1], [Parameter.Trainable(3)]))]);
        builder.Gate(GateCatalog.CRY, [1, 0], Parameter.Trainable(0)).Reset(1).Gate(GateCatalog.RY, [1], Parameter.Trainable(1));
        var program = builder.Build();
        var readout = Readout.Expectations(PauliString.Parse("Z0"), PauliString.Parse("X0 Z1"), PauliString.Parse("X1"));
        double[] parameters = [0.7, -1.1, 0.9, 1.3], weights = [1, -0.5, 0.75];
        const double Step = 1e-3;
        const int Groups = 100, Trajectories = 300;
        using var backend = new CpuBackend();
        var gradients = new double[Groups][];
        var values = new double[Trajectories * readout.Count];
        double[] cotangents = [.. Enumerable.Range(0, values.Length).Select(k => weights[k % readout.Count] / Trajectories)];
        for (var g = 0; g < Groups; g++)
        {
            using var tape = backend.ForwardTrajectories(
                TrajectoryPlanner.Plan(program), readout, new Bindings<double>(parameters), 1, new TrajectoryRun(Trajectories, 77, g * Trajectories), values);
            gradients[g] = new double[parameters.Length];
            backend.BackwardTrajectories(tape, cotangents, gradients[g], default);
        }

        for (var p = 0; p < parameters.Length; p++)
        {
            var exact = (Value(p, Step) - Value(p, -Step)) / (2 * Step);
            double[] means = [.. gradients.Select(g => g[p])];
            var error = Math.Sqrt(means.Sum(m => Math.Pow(m - means.Average(), 2)) / (Groups * (Groups - 1)));
            Sampling.AssertWithin(exact, means.Average(), error, $"parameter {p}, seed 77");
        }

        double Value(int index, double shift) =>
            ReferenceProgram.Mean(program, readout, ReferenceProgram.Bind(parameters, [], ParameterKind.Trainable, index, shift))
                .Zip(weights, (value, weight) => value * weight).Sum();
    }
}
