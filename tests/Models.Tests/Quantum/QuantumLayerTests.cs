using QDiff.Engine.Chips;
using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Observables;
using QDiff.Models.Quantum;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Quantum;

public sealed class QuantumLayerTests
{
    private const string ReadoutFile = """{ "format": "qdiff-noise-1", "readout": [ { "probabilities": [[0.9, 0.1], [0.3, 0.7]] } ] }""";
    private const string GateFile = """
        { "format": "qdiff-noise-1", "rules": [ { "after": "two-qubit gates", "channels": [ { "name": "Depolarizing", "p": 0.2 } ] } ],
          "readout": [ { "probabilities": [[0.95, 0.05], [0.1, 0.9]] } ] }
        """;

    private const double FiniteDifference = 2e-3;
    private const double GradientTolerance = 2e-3;

    [Fact]
    public void Forward_OneRotation_GivesTheTextbookExpectation()
    {
        using var backend = new CpuBackend();
        Circuit circuit = new CircuitBuilder(1).RY(0, Engine.Circuits.Parameter.Input(0)).Build();
        var layer = new QuantumLayer(circuit, Readout.Expectations([PauliString.Z(0), PauliString.X(0)]), backend);
        float[] angles = [0f, 0.3f, 1.2f, -2.5f];
        float[] values = layer.call(tensor(angles, [4, 1])).data<float>().ToArray();
        for (int b = 0; b < angles.Length; b++)
        {
            Assert.Equal(Math.Cos(angles[b]), values[2 * b], 5);
            Assert.Equal(Math.Sin(angles[b]), values[(2 * b) + 1], 5);
        }
    }

    [Theory]
    [InlineData(Entangler.Chain, false)]
    [InlineData(Entangler.Staircase, false)]
    [InlineData(Entangler.None, true)]
    public void Backward_AnsatzInputs_AgreesWithFiniteDifferences(Entangler entangler, bool born)
    {
        using var backend = new CpuBackend();
        var ansatz = new ReuploadingAnsatz(3, 3, entangler);
        Readout readout = born ? Readout.BornProbabilities(3) : ReuploadingAnsatz.LocalPaulis(3);
        var layer = new QuantumLayer(ansatz.Circuit, readout, backend);
        random.manual_seed(5);
        int width = ansatz.Circuit.InputCount;
        float[] inputs = (randn(2, width) * 0.7).data<float>().ToArray();
        Tensor weights = randn(2, readout.Count);

        Tensor leaf = tensor(inputs, [2, width]).requires_grad_(true);
        (layer.call(leaf) * weights).sum().backward();
        layer.ThrowIfBackwardFailed();
        float[] gradient = leaf.grad!.data<float>().ToArray();

        double Loss(float[] at) => (layer.call(tensor(at, [2, width])) * weights).to(ScalarType.Float64).sum().item<double>();
        for (int i = 0; i < inputs.Length; i++)
        {
            float[] plus = [.. inputs];
            float[] minus = [.. inputs];
            plus[i] += (float)FiniteDifference;
            minus[i] -= (float)FiniteDifference;
            double expected = (Loss(plus) - Loss(minus)) / (plus[i] - (double)minus[i]);
            Assert.True(Math.Abs(expected - gradient[i]) < GradientTolerance, $"input {i}: adjoint {gradient[i]}, difference {expected}");
        }
    }

    [Fact]
    public void Forward_OnAChipThatNeedsExchanges_ReadsTheQubitsWhereTheyEnd()
    {
        using var backend = new CpuBackend();
        string Qubit(int number, params int[] neighbours) =>
            $"\"{number}\":{{\"single_gate_fidelity\":1,\"readout_fidelity\":[1,1],\"t1_us\":10,\"t2star_us\":5,\"two_gate_fidelities\":{{{string.Join(',', neighbours.Select(n => $"\"{n}\":1"))}}}}}";
        NoiseFile chip = NoiseFile.Parse($"{{\"chip\":\"line\",\"profiles\":{{{Qubit(1, 2)},{Qubit(2, 1, 3)},{Qubit(3, 2, 4)},{Qubit(4, 3)}}}}}");
        var builder = new CircuitBuilder(4);
        for (int q = 0; q < 4; q++)
        {
            builder.RY(q, Engine.Circuits.Parameter.Input(q));
        }

        Circuit circuit = builder.CNOT(0, 3).CNOT(1, 3).CNOT(0, 2).CNOT(2, 0).CNOT(1, 2).CNOT(3, 0).Build();
        Readout readout = ReuploadingAnsatz.LocalPaulis(4);
        Tensor angles = tensor(new[] { 0.3f, 0.9f, 1.7f, 2.5f }, [1, 4]);
        float[] ideal = new QuantumLayer(circuit, readout, backend).call(angles).data<float>().ToArray();
        var execution = new CircuitExecution(Noise: new CircuitNoise(chip, Mitigation.None, 1, 100, 1));
        float[] routed = new QuantumLayer(circuit, readout, backend, execution).call(angles).data<float>().ToArray();
        Assert.All(ideal.Zip(routed), pair => Assert.Equal(pair.First, pair.Second, 5));
        Assert.Throws<UserErrorException>(() => new QuantumLayer(circuit, Readout.BornProbabilities(4), backend, execution));
    }

    [Fact]
    public void Backward_TrainableAngles_FillsTheParametersGradient()
    {
        using var backend = new CpuBackend();
        Circuit circuit = new CircuitBuilder(2)
            .RX(0, Engine.Circuits.Parameter.Trainable(0)).CNOT(0, 1).RY(1, Engine.Circuits.Parameter.Input(0)).Build();
        var layer = new QuantumLayer(circuit, Readout.Expectations([PauliString.Z(0)]), backend);
        Tensor angle = layer.parameters().Single();
        using (no_grad())
        {
            angle.fill_(0.4);
        }

        layer.call(zeros(3, 1)).sum().backward();
        Assert.Equal(3 * -Math.Sin(0.4), angle.grad!.item<float>(), 4);
    }

    [Fact]
    public void Forward_WrongWidth_IsRefusedWithBothShapes()
    {
        using var backend = new CpuBackend();
        Circuit circuit = new CircuitBuilder(1).RY(0, Engine.Circuits.Parameter.Input(0)).Build();
        var layer = new QuantumLayer(circuit, Readout.Expectations([PauliString.Z(0)]), backend);
        var error = Assert.Throws<ArgumentException>(() => layer.call(zeros(2, 3)));
        Assert.Contains("[batch, 1]", error.Message);
        Assert.Contains("[2, 3]", error.Message);
    }

    [Fact]
    public void ThrowIfBackwardFailed_TapeUsedTwice_ThrowsAfterBackwardReturned()
    {
        using var backend = new CpuBackend();
        Circuit circuit = new CircuitBuilder(1).RY(0, Engine.Circuits.Parameter.Input(0)).Build();
        var layer = new QuantumLayer(circuit, Readout.Expectations([PauliString.Z(0)]), backend);
        Tensor leaf = ones(1, 1).requires_grad_(true);
        Tensor sum = layer.call(leaf).sum();
        sum.backward(retain_graph: true);
        layer.ThrowIfBackwardFailed();
        sum.backward();
        Assert.Throws<InvalidOperationException>(layer.ThrowIfBackwardFailed);
        layer.ThrowIfBackwardFailed();
    }

    [Fact]
    public void Backward_ByShifts_IsTheAdjoint()
    {
        float[] adjoint = Gradient(new CircuitExecution(), 0);
        float[] shifted = Gradient(new CircuitExecution(GradientMethod.Shift), 0);
        Assert.All(adjoint.Zip(shifted), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Theory]
    [InlineData(GradientMethod.Shift)]
    [InlineData(GradientMethod.Antithetic)]
    [InlineData(GradientMethod.Spsa)]
    public void Backward_UnderShots_DependsOnTheNamedRandomNumbersAlone(GradientMethod method)
    {
        var execution = new CircuitExecution(method, 100);
        Assert.Equal(Gradient(execution, 3), Gradient(execution, 3));
        Assert.NotEqual(Gradient(execution, 3), Gradient(execution, 4));
    }

    [Fact]
    public void Forward_UnderShots_IsSampledInTrainingAndExactOtherwise()
    {
        using var backend = new CpuBackend();
        Circuit circuit = new CircuitBuilder(1).RY(0, Engine.Circuits.Parameter.Input(0)).Build();
        var layer = new QuantumLayer(circuit, Readout.Expectations([PauliString.Z(0)]), backend, new CircuitExecution(GradientMethod.Shift, 10));
        float sampled = layer.call(tensor(new float[] { 1f }, [1, 1])).item<float>();
        Assert.Equal(Math.Round(sampled * 10), sampled * 10, 5);
        layer.eval();
        Assert.Equal(Math.Cos(1), layer.call(tensor(new float[] { 1f }, [1, 1])).item<float>(), 5);
    }

    [Theory]
    [InlineData(Mitigation.None, 0.6)]
    [InlineData(Mitigation.Readout, 1)]
    public void Forward_UnderReadoutErrors_ShowsThemUnlessTheyAreUndone(Mitigation mitigation, double contrast)
    {
        // P(1|0) = 0.1, P(0|1) = 0.3: Z is read as 0.2 + 0.6 Z.
        using var backend = new CpuBackend();
        Circuit circuit = new CircuitBuilder(1).RY(0, Engine.Circuits.Parameter.Input(0)).Build();
        var noise = new CircuitNoise(NoiseFile.Parse(ReadoutFile), mitigation, 2, 1_000_000, 3);
        var layer = new QuantumLayer(circuit, Readout.Expectations([PauliString.Z(0)]), backend, new CircuitExecution(Noise: noise));
        Tensor leaf = tensor(new float[] { 0.7f }, [1, 1]).requires_grad_(true);
        Tensor value = layer.call(leaf);
        value.sum().backward();
        layer.ThrowIfBackwardFailed();
        double offset = mitigation == Mitigation.None ? 0.2 : 0;
        // The calibration's probabilities are known to 0.0005.
        Assert.Equal(offset + (contrast * Math.Cos(0.7)), value.item<float>(), 0.005);
        Assert.Equal(-contrast * Math.Sin(0.7), leaf.grad!.item<float>(), 0.005);
    }

    [Fact]
    public void Backward_UnderDepolarizingNoise_IsTheDerivativeOfTheSameTrajectories()
    {
        using var backend = new CpuBackend();
        var ansatz = new ReuploadingAnsatz(3, 3, Entangler.Chain);
        var noise = new CircuitNoise(NoiseFile.Parse(GateFile), Mitigation.Readout, 4, 10_000, 3);
        var layer = new QuantumLayer(ansatz.Circuit, ReuploadingAnsatz.LocalPaulis(3), backend, new CircuitExecution(Noise: noise))
        {
            Randomness = new CircuitRandomness(5, 0),
        };
        int width = ansatz.Circuit.InputCount;
        float[] inputs = (randn(2, width, generator: new Generator(5)) * 0.7).data<float>().ToArray();
        Tensor weights = randn(2, layer.Readout.Count, generator: new Generator(6));
        Tensor leaf = tensor(inputs, [2, width]).requires_grad_(true);
        (layer.call(leaf) * weights).sum().backward();
        layer.ThrowIfBackwardFailed();
        float[] gradient = leaf.grad!.data<float>().ToArray();
        double Loss(float[] at) => (layer.call(tensor(at, [2, width])) * weights).to(ScalarType.Float64).sum().item<double>();
        for (int i = 0; i < width; i++)
        {
            float[] plus = [.. inputs], minus = [.. inputs];
            plus[i] += (float)FiniteDifference;
            minus[i] -= (float)FiniteDifference;
            double expected = (Loss(plus) - Loss(minus)) / (plus[i] - (double)minus[i]);
            Assert.True(Math.Abs(expected - gradient[i]) < GradientTolerance, $"input {i}: adjoint {gradient[i]}, difference {expected}");
        }
    }

    private static float[] Gradient(CircuitExecution execution, ulong seed)
    {
        using var backend = new CpuBackend();
        var ansatz = new ReuploadingAnsatz(3, 2, Entangler.Chain);
        var layer = new QuantumLayer(ansatz.Circuit, ReuploadingAnsatz.LocalPaulis(3), backend, execution) { Randomness = new CircuitRandomness(seed, 0) };
        Tensor leaf = (randn(2, ansatz.Circuit.InputCount, generator: new Generator(5)) * 0.7).requires_grad_(true);
        (layer.call(leaf) * randn(2, layer.Readout.Count, generator: new Generator(6))).sum().backward();
        layer.ThrowIfBackwardFailed();
        return leaf.grad!.data<float>().ToArray();
    }
}
