using QDiff.Engine.Cpu;
using QDiff.Models.Diffusion;
using QDiff.Models.Generators;
using QDiff.Models.Hybrid;
using QDiff.Models.Quantum;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Hybrid;

public sealed class DenoiserTests
{
    private static readonly DenoiserShape s_main = new(10, 15, Entangler.Chain, MeasuredFeatures.Paulis, ReuploadRadius: 10);
    private static readonly DenoiserShape s_small = new(3, 3, Entangler.Chain, MeasuredFeatures.Paulis, ReuploadRadius: 10);

    [Theory]
    [InlineData(DenoiserVariant.Trained)]
    [InlineData(DenoiserVariant.Frozen)]
    [InlineData(DenoiserVariant.NoEntangler)]
    public void ParameterCount_MainModel_IsTheDocumentedOne(DenoiserVariant variant)
    {
        using var backend = new CpuBackend();
        Assert.Equal(29_413, new Denoiser(s_main, variant, backend).ParameterCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(9)]
    public void ParameterCount_OfTheMlp_IsTheTrainedModelsWithinOnePercent(int radius)
    {
        using var backend = new CpuBackend();
        DenoiserShape shape = s_main with { ReuploadRadius = radius };
        double mlp = new Denoiser(shape, DenoiserVariant.Mlp, backend).ParameterCount;
        double circuit = new Denoiser(shape, DenoiserVariant.Trained, backend).ParameterCount;
        Assert.InRange(mlp / circuit, 0.99, 1.01);
    }

    [Theory]
    [InlineData(0, 21_313)] // 29,413 − 90 pairs of qubits × 15 layers × 2 angles × 3 components
    [InlineData(1, 22_933)]
    [InlineData(3, 25_633)]
    [InlineData(9, 29_413)]
    [InlineData(15, 29_413)]
    public void ParameterCount_OfAReuploadRadius_CountsWhatCanBeOtherThanZero(int radius, long parameters)
    {
        using var backend = new CpuBackend();
        DenoiserShape shape = s_main with { ReuploadRadius = radius };
        Assert.Equal(parameters, new Denoiser(shape, DenoiserVariant.Trained, backend).ParameterCount);
        Assert.Equal(parameters, Denoiser.ParameterCountOf(shape));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void CircuitInputs_AnotherQubitsVectorTurned_ChangeWithinTheReuploadRadiusAlone(int radius)
    {
        const int qubits = 5, layers = 2, turned = 3;
        using var backend = new CpuBackend();
        random.manual_seed(4);
        var denoiser = new Denoiser(new DenoiserShape(qubits, layers, Entangler.Chain, MeasuredFeatures.Paulis, radius), DenoiserVariant.Trained, backend);
        using var adam = optim.Adam(denoiser.parameters(), lr: 0.01);
        Assert.Equal(Expected(), Moved());
        Predict(denoiser).square().sum().backward();
        adam.step();
        Assert.Equal(Expected(), Moved());

        bool[] Expected() => [.. Enumerable.Range(0, 2 * qubits * layers).Select(angle => Math.Abs((angle % qubits) - turned) <= radius)];

        bool[] Moved()
        {
            (Tensor noisy, Tensor shrink, Tensor condition) = Inputs(qubits);
            Tensor before = denoiser.CircuitInputs(noisy, shrink, condition);
            noisy.narrow(1, 3 * turned, 3).neg_();
            Tensor change = (denoiser.CircuitInputs(noisy, shrink, condition) - before).abs().amax([0]);
            return [.. change.data<float>().ToArray().Select(size => size > 0)];
        }
    }

    [Theory]
    [InlineData(DenoiserVariant.Trained, true)]
    [InlineData(DenoiserVariant.NoEntangler, true)]
    [InlineData(DenoiserVariant.Frozen, false)]
    public void Backward_CircuitParameters_MoveUnlessFrozen(DenoiserVariant variant, bool moves)
    {
        using var backend = new CpuBackend();
        random.manual_seed(3);
        var denoiser = new Denoiser(s_small, variant, backend);
        Predict(denoiser).sum().backward();
        denoiser.ThrowIfBackwardFailed();
        foreach ((string name, var parameter) in denoiser.named_parameters())
        {
            bool ofCircuit = new[] { "circuitEmbedding", "angles", "reupload" }.Any(part => name.StartsWith(part, StringComparison.Ordinal));
            bool moved = parameter.grad is { } gradient && gradient.abs().sum().item<float>() > 0;
            Assert.True(moved == (!ofCircuit || moves), $"{name}: gradient {(moved ? "present" : "absent")}");
        }
    }

    [Fact]
    public void Constructor_SameSeed_GivesFrozenTheTrainedModelsInitialValues()
    {
        using var backend = new CpuBackend();
        random.manual_seed(3);
        var trained = new Denoiser(s_small, DenoiserVariant.Trained, backend);
        random.manual_seed(3);
        var frozen = new Denoiser(s_small, DenoiserVariant.Frozen, backend);
        Assert.Equal(Predict(trained).data<float>().ToArray(), Predict(frozen).data<float>().ToArray());
    }

    [Fact]
    public void Forward_Removed_IgnoresNothingButTheCircuit()
    {
        using var backend = new CpuBackend();
        var denoiser = new Denoiser(s_small, DenoiserVariant.Removed, backend);
        Assert.Equal([4, 9], Predict(denoiser).shape);
        Assert.DoesNotContain(denoiser.named_parameters(), p => p.name.StartsWith("angles", StringComparison.Ordinal));
    }

    [Fact]
    public void Sample_FewerRows_GivesTheFirstOfTheSameUnitVectors()
    {
        using var backend = new CpuBackend();
        var diffusion = new SphericalDiffusion(3, new DepolarizingSchedule(10));
        var sampler = new ReverseSampler(new Denoiser(s_small, DenoiserVariant.Trained, backend), diffusion, CPU);
        Tensor many = sampler.Sample(LatentDiffusionModel.UniformClasses(12), new DrawSettings(5, 2, 9));
        Tensor few = sampler.Sample(LatentDiffusionModel.UniformClasses(4), new DrawSettings(5, 2, 9));
        Assert.Equal([12, 9], many.shape);
        Assert.All(many.reshape(12, 3, 3).square().sum(-1).data<float>().ToArray(), length => Assert.Equal(1, length, 4));
        float[] a = many.narrow(0, 0, 4).contiguous().data<float>().ToArray();
        float[] b = few.data<float>().ToArray();
        for (int i = 0; i < b.Length; i++)
        {
            Assert.Equal(b[i], a[i], 3);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Sample_TemperatureOutOfRange_IsRefused(double temperature)
    {
        using var backend = new CpuBackend();
        var diffusion = new SphericalDiffusion(3, new DepolarizingSchedule(10));
        var sampler = new ReverseSampler(new Denoiser(s_small, DenoiserVariant.Removed, backend), diffusion, CPU);
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Sample(new byte[1], new DrawSettings(5, temperature, 9)));
    }

    private static Tensor Predict(Denoiser denoiser)
    {
        (Tensor noisy, Tensor shrink, Tensor condition) = Inputs(denoiser.Shape.Qubits);
        return denoiser.call(noisy, shrink, condition);
    }

    private static (Tensor Noisy, Tensor Shrink, Tensor Condition) Inputs(int qubits)
    {
        var diffusion = new SphericalDiffusion(qubits, new DepolarizingSchedule(50));
        var conditioning = new Conditioning(diffusion);
        int[] steps = [1, 10, 30, 50];
        return (diffusion.Prior(new byte[4], 1, 0, 0), conditioning.Shrink(steps, CPU), conditioning.Rows(steps, [0, 3, 5, 9], CPU));
    }
}
