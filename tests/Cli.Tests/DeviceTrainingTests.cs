using System.Text.Json.Nodes;
using QDiff.Engine.Backends;
using QDiff.Engine.Chips;
using QDiff.Engine.Cpu;
using QDiff.Kernels;
using QDiff.Models.Quantum;
using static TorchSharp.torch;

namespace QDiff.Cli.Tests;

/// <summary>Models on the kernels of the GPU, run by the processor; their tensors are handed over by address.</summary>
public sealed class DeviceTrainingTests
{
    private const string Noise = """{ "format": "qdiff-noise-1", "rules": [ { "after": "two-qubit gates", "channels": [ { "name": "Depolarizing", "p": 0.2 } ] } ] }""";
    private const int Batch = 3;

    [Theory]
    [InlineData(GradientMethod.Adjoint, 0, false)]
    [InlineData(GradientMethod.Shift, 0, false)]
    [InlineData(GradientMethod.Antithetic, 50, false)]
    [InlineData(GradientMethod.Adjoint, 0, true)]
    public void QuantumLayer_OnKernels_HasTheValuesAndGradientsOfTheCpu(GradientMethod gradient, int shots, bool noisy)
    {
        using var cpu = new CpuBackend();
        using var device = new IlgpuBackend("ilgpu-cpu");
        var execution = new CircuitExecution(gradient, shots, noisy ? new CircuitNoise(NoiseFile.Parse(Noise), Mitigation.None, 2, 100, 1) : null);
        float[][] expected = Run(cpu, execution), got = Run(device, execution);
        for (int i = 0; i < expected.Length; i++)
        {
            // A value of a few layers is within 2e-6, a gradient adds up a batch of them.
            Assert.All(expected[i].Zip(got[i]), pair => Assert.Equal(pair.First, pair.Second, i == 0 ? 2e-6f : 1e-5f));
        }
    }

    [Fact]
    public void Train_OnKernels_EndsAndNamesTheDevice()
    {
        using var folder = new TemporaryFolder();
        string run = folder.File("run");
        CommandRunner.Run(
            "train", "--model", "cqgdm", "--device", "ilgpu-cpu", "--qubits", "2", "--layers", "1", "--diffusion-steps", "2", "--denoiser-steps", "4", "--batch", "4",
            "--samples", "1000", "--out", run).Done();
        Assert.Equal("ilgpu-cpu", (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(run, "config.json")))!["device"]);
        Assert.True(double.IsFinite(JsonNode.Parse(File.ReadAllText(Path.Combine(run, "metrics.json")))!["kl_histogram"]!.GetValue<double>()));

        CommandResult resumed = CommandRunner.Run("train", "--resume", "--out", run, "--device", "cpu").Done();
        Assert.Contains("begun on 'ilgpu-cpu' and goes on on 'cpu'", resumed.Output + resumed.Error, StringComparison.Ordinal);
    }

    private static float[][] Run(IBackend backend, CircuitExecution execution)
    {
        random.manual_seed(8);
        var ansatz = new ReuploadingAnsatz(3, 2, Entangler.Chain);
        using var layer = new QuantumLayer(ansatz.Circuit, ReuploadingAnsatz.LocalPaulis(3), backend, execution);
        layer.Randomness = new CircuitRandomness(4, 0);
        Tensor inputs = (randn(Batch, ansatz.Circuit.InputCount) * 0.5).requires_grad_(true);
        Tensor values = layer.call(inputs);
        (values * randn(values.shape)).sum().backward();
        layer.ThrowIfBackwardFailed();
        return [values.data<float>().ToArray(), inputs.grad!.data<float>().ToArray()];
    }
}
