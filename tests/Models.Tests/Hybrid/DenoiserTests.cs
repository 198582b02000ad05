using QDiff.Engine.Cpu;
using QDiff.Models.Diffusion;
using QDiff.Models.Generators;
using QDiff.Models.Hybrid;
using QDiff.Models.Quantum;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Hybrid;

public sealed class DenoiserTests
{
    private static readonly DenoiserShape s_main = new(10, 15, Entangler.Chain, MeasuredFeatures.Paulis);
    private static readonly DenoiserShape s_small = new(3, 3, Entangler.Chain, MeasuredFeatures.Paulis);

    [Theory]
    [InlineData(DenoiserVariant.Trained)]
    [InlineData(DenoiserVariant.Frozen)]
    [InlineData(DenoiserVariant.NoEntangler)]
    public void ParameterCount_MainModel_IsTheDocumentedOne(DenoiserVariant variant)
    {
        using var backend = new CpuBackend();
        Assert.Equal(29_413, new Denoiser(s_main, variant, backend).ParameterCount);
    }

    [Fact]
    public void ParameterCount_OfTheMlp_IsTheTrainedModelsWithinOnePercent()
    {
        using var backend = new CpuBackend();
        double mlp = new Denoiser(s_main, DenoiserVariant.Mlp, backend).ParameterCount;
        double circuit = new Denoiser(s_main, DenoiserVariant.Trained, backend).ParameterCount;
        Assert.InRange(mlp / circuit, 0.99, 1.01);
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
        var diffusion = new SphericalDiffusion(3, new DepolarizingSchedule(50));
        var conditioning = new Conditioning(diffusion);
        int[] steps = [1, 10, 30, 50];
        Tensor noisy = diffusion.Prior(new byte[4], 1, 0, 0);
        return denoiser.call(noisy, conditioning.Shrink(steps, CPU), conditioning.Rows(steps, [0, 3, 5, 9], CPU));
    }
}
