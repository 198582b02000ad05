using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Measurement;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Tests.Measurement;

public sealed class SampledReadoutTests : IDisposable
{
    private readonly CpuBackend _backend = new();

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void Group_LocalPaulisOnALine_NeedsNineBases()
    {
        Pauli[] paulis = [Pauli.X, Pauli.Y, Pauli.Z];
        PauliString[] strings =
        [
            .. from q in Enumerable.Range(0, 10) from p in paulis select PauliString.From((q, p)),
            .. from q in Enumerable.Range(0, 9) from a in paulis from b in paulis select PauliString.Pair(a, q, b, q + 1),
        ];
        var bases = MeasurementBasis.Group(strings, 10);
        Assert.Equal(9, bases.Length);
        Assert.Equal(Enumerable.Range(0, strings.Length), bases.SelectMany(b => b.Members).Order());
        foreach (var basis in bases)
        {
            Assert.All(basis.Members, k => Assert.All(strings[k].Factors, f => Assert.Equal(basis.Factors[f.Qubit], f.Pauli)));
        }
    }

    [Fact]
    public void Group_StringsThatDifferOnASharedQubit_AreMeasuredApart()
    {
        var bases = MeasurementBasis.Group([PauliString.Parse("X0 Z1"), PauliString.Parse("Z0 X1"), PauliString.Parse("Z1 Y2"), PauliString.Identity], 3);
        Assert.Equal([[0, 2, 3], [1]], bases.Select(b => b.Members.ToArray()));
        Refusal.Says("The readout asks for qubit 5", () => MeasurementBasis.Group([PauliString.Z(5)], 3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Measure_ManyShots_IsWithinFiveStandardErrorsOfTheReadout(bool born)
    {
        const int shots = 4000, batch = 5;
        var circuit = TestCircuits.Random(4, 40, 3);
        var readout = born ? Readout.BornProbabilities(4) : TestCircuits.RandomPaulis(4, 2);
        var bindings = (Parameters: TestCircuits.Numbers(circuit.TrainableCount, 1), Inputs: TestCircuits.Numbers(batch * circuit.InputCount, 2));
        double[] exact = new double[batch * readout.Count], sampled = new double[exact.Length];
        _backend.Run(Planner.Plan(circuit), readout, new Bindings<double>(bindings.Parameters, bindings.Inputs), batch, exact);
        new SampledReadout(_backend, circuit, readout, shots).Measure<double>(new(bindings.Parameters, bindings.Inputs), batch, sampled, seed: 5);
        for (var i = 0; i < exact.Length; i++)
        {
            var variance = born ? exact[i] * (1 - exact[i]) : 1 - exact[i] * exact[i];
            Sampling.AssertWithin(exact[i], sampled[i], Math.Sqrt(Math.Max(variance, 1e-12) / shots), $"seed 5, value {i}");
        }
    }

    [Fact]
    public void Measure_MoreInputsThanTheBatchReads_IsRefused()
    {
        var circuit = new CircuitBuilder(1).RY(0, Parameter.Input(0)).RX(0, Parameter.Input(1)).Build();
        var sampled = new SampledReadout(_backend, circuit, Readout.Expectations(PauliString.Z(0)), 10);
        Refusal.Says(
            "The circuit reads 2 input(s) for each of 2 sample(s), 4 in all; got 5.",
            () => sampled.Measure(new Bindings<float>(default, new float[5]), 2, new float[2], 1));
    }

    [Fact]
    public void Measure_BatchInPieces_GivesTheSameBits()
    {
        var circuit = TestCircuits.Random(3, 20, 3);
        var sampled = new SampledReadout(_backend, circuit, TestCircuits.RandomPaulis(3, 2), 50);
        var parameters = TestCircuits.Numbers(circuit.TrainableCount, 1);
        var inputs = TestCircuits.Numbers(4 * circuit.InputCount, 2);
        double[] whole = new double[4 * sampled.Readout.Count], pieces = new double[whole.Length];
        sampled.Measure<double>(new(parameters, inputs), 4, whole, 8);
        for (var sample = 0; sample < 4; sample++)
        {
            sampled.Measure(
                new Bindings<double>(parameters, inputs.AsSpan(sample * circuit.InputCount, circuit.InputCount)), 1,
                pieces.AsSpan(sample * sampled.Readout.Count, sampled.Readout.Count), 8, sample);
        }

        Comparison.AssertSameBits<double>(whole, pieces, "values");
    }
}
