using System.Runtime.CompilerServices;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Density;
using QDiff.Engine.Gates;
using QDiff.Engine.Measurement;
using QDiff.Engine.Noise;
using QDiff.Engine.Observables;
using QDiff.Engine.Programs;
using QDiff.Engine.States;

namespace QDiff.Engine.Tests.Density;

/// <summary>The example in docs/simulation.md is this test's text, and does what its comments say.</summary>
public class DocumentationTests
{
    [Fact]
    public void Example_OfTheDocumentation_RunsAndIsWhatTheFileShows()
    {
        // begin of the example
        QuantumProgram program = new ProgramBuilder(qubits: 2, bits: 0)
            .Gate(GateCatalog.RY, [0], Parameter.Trainable(0))
            .Gate(GateCatalog.RZ, [1], Parameter.Input(0))
            .Gate(GateCatalog.CNOT, [0, 1])
            .Channel(ChannelCatalog.AmplitudeDamping.Create(0.1), 0)
            .Channel(ChannelCatalog.Depolarizing.CreateOn(2, 0.05), 0, 1)
            .Build();
        DensityPlan plan = DensityPlanner.Plan(program);
        Readout readout = Readout.Expectations(PauliString.Z(0), PauliString.Pair(Pauli.X, 0, Pauli.X, 1));
        using var backend = new CpuBackend();

        // Values of three samples, and the gradient of their sum.
        float[] parameters = [0.7f], inputs = [0.1f, 0.2f, 0.3f], values = new float[3 * readout.Count];
        using DensityTape<float> tape = backend.Forward(plan, readout, new Bindings<float>(parameters, inputs), batch: 3, values);
        float[] toParameters = new float[1], toInputs = new float[3], weights = [1, 1, 1, 1, 1, 1];
        backend.Backward(tape, weights, toParameters, toInputs);

        // The states themselves.
        using DensityMatrixBatch<float> states = DensityMatrixBatch<float>.Zero(batch: 3, qubits: 2);
        backend.Evolve(plan, new Bindings<float>(parameters, inputs), states);
        double purity = states.Purity(sample: 0);
        double[] concurrence = Entanglement.Concurrence(states);
        double[] bits = Entropy.VonNeumann(states);
        int[,] outcomes = BornSampler.Sample(states, shots: 1000, seed: 7, operation: 0);
        // end of the example

        Assert.Equal(0.95 * (1 - 0.9 * (1 - Math.Cos(0.7))), values[0], Tolerances.Expectation<float>());
        Assert.Equal(values[0], states.Expectation(0, PauliString.Z(0)), Tolerances.Expectation<float>());
        Assert.InRange(purity, 0.25, 1);
        Assert.All(concurrence, c => Assert.InRange(c, 0.1, 1));
        Assert.All(bits, s => Assert.InRange(s, 0.01, 2));
        Assert.Equal(3000, outcomes.Length);
        Assert.NotEqual(0, toParameters[0]);
        Assert.All(toInputs, gradient => Assert.True(float.IsFinite(gradient)));

        string source = File.ReadAllText(Here()), folder = Path.GetDirectoryName(Here())!;
        string document = File.ReadAllText(Path.Combine(folder, "..", "..", "..", "docs", "simulation.md"));
        const string Begin = "// begin of the example\n";
        int begin = source.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        string example = source[begin..source.IndexOf("        // end of the example", StringComparison.Ordinal)].Replace("\n        ", "\n", StringComparison.Ordinal)[8..];
        Assert.Contains(example, document, StringComparison.Ordinal);
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
