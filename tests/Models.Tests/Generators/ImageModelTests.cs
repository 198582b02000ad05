using QDiff.Engine.Cpu;
using QDiff.Models.Diffusion;
using QDiff.Models.Generators;
using QDiff.Models.Hybrid;
using QDiff.Models.Latents;
using QDiff.Models.Metrics;
using QDiff.Models.Training;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Generators;

public sealed class ImageModelTests
{
    [Fact]
    public void ParameterCount_OfLatentBaselines_IsTheHybridsWithinOnePercent()
    {
        using var backend = new CpuBackend();
        var config = new RunConfig();
        double hybrid = new Denoiser(config.DenoiserShape, DenoiserVariant.Trained, backend).ParameterCount;
        Assert.Equal(hybrid, Denoiser.ParameterCountOf(config.DenoiserShape));
        Assert.Equal(1, new Denoiser(config.DenoiserShape, DenoiserVariant.Mlp, backend).ParameterCount / hybrid, 0.01);
        Assert.Equal(1, new GanGenerator(config with { Model = "wgan-latent" }).ParameterCount / hybrid, 0.01);
        Assert.InRange(new UNet().ParameterCount, 200_000, 400_000);
    }

    [Theory]
    [InlineData("gmm")]
    [InlineData("vae")]
    [InlineData("wgan-latent")]
    [InlineData("wgan")]
    [InlineData("unet")]
    public void Generate_FewerImages_AreTheFirstOfTheSame(string model)
    {
        using var backend = new CpuBackend();
        var device = new ComputeDevice("cpu", CPU, backend);
        var config = new RunConfig { Model = model, Qubits = 2, Layers = 2, DiffusionSteps = 4 };
        random.manual_seed(5);
        IImageModel made = model switch
        {
            "gmm" => new MixtureModel(new SphericalAutoencoder(2), new GaussianMixture([new MixtureComponent(1, new double[6], Identity(6))]), device),
            "vae" => new VaeModel(new VariationalAutoencoder(6), device),
            "unet" => new UNetModel(new UNet(), 4, device),
            _ => new GanModel(config.Kind, new GanGenerator(config), model == "wgan" ? null : new SphericalAutoencoder(2), device),
        };
        Assert.Equal(model, made.Kind.Name);
        var draw = new DrawSettings(2, 1, 9) { Sampler = Sampler.DpmSolver };
        Tensor many = made.Generate(LatentDiffusionModel.UniformClasses(6), draw), few = made.Generate(LatentDiffusionModel.UniformClasses(3), draw);
        Assert.Equal([6, 1, 28, 28], many.shape);
        Assert.Equal(0, (many.narrow(0, 0, 3) - few).abs().max().item<float>(), 1e-5);
        Assert.InRange(many.min().item<float>(), 0, 1);
        Assert.InRange(many.max().item<float>(), 0, 1);
        Assert.True((few[0] - few[1]).abs().max().item<float>() > 1e-4, "two images are the same");
    }

    [Fact]
    public void MixtureParameters_SetAndRead_AreTheSameMixture()
    {
        var mixture = new GaussianMixture([new MixtureComponent(0.3, [1, 2], [2, 0.5, 0.5, 1]), new MixtureComponent(0.7, [0, -1], [1, 0, 0, 3])]);
        var stored = new MixtureParameters(2, 2);
        stored.Set(mixture);
        Assert.Equal(mixture.Components.SelectMany(c => c.Covariance.Concat(c.Mean).Append(c.Weight)), stored.Mixture().Components.SelectMany(c => c.Covariance.Concat(c.Mean).Append(c.Weight)));
    }

    /// <summary>KL(N(m, s²) ‖ N(0, 1)) by a sum over a fine grid; the reconstruction's part is taken off by a decoder that never sees z's noise.</summary>
    [Fact]
    public void Loss_OfTheVariationalAutoencoder_IsEntropyPlusDivergenceOverPixels()
    {
        random.manual_seed(6);
        var vae = new VariationalAutoencoder(2);
        using var frozen = no_grad();
        Tensor images = rand(4, 1, 28, 28), still = zeros(4, 2);
        double entropy = nn.functional.binary_cross_entropy_with_logits(vae.call(images), images).item<float>();
        Tensor posterior = vae.Posterior(images);
        double divergence = 0;
        for (int b = 0; b < 4; b++)
        {
            for (int i = 0; i < 2; i++)
            {
                double mean = posterior[b, i].item<float>(), deviation = Math.Exp(0.5 * posterior[b, i + 2].item<float>());
                for (int k = -8000; k < 8000; k++)
                {
                    double z = k * 1e-3, u = (z - mean) / deviation;
                    double density = Math.Exp(-0.5 * u * u) / (deviation * Math.Sqrt(2 * Math.PI));
                    divergence += 1e-3 * density * ((0.5 * z * z) - (0.5 * u * u) - Math.Log(deviation)) / 4;
                }
            }
        }

        Assert.Equal(entropy + (divergence / 784), vae.Loss(images, still).item<float>(), 1e-6);
    }

    [Fact]
    public void Velocity_OfTheKnownCleanImage_GivesItBack()
    {
        var schedule = GaussianSchedule.Cosine(100);
        Assert.Equal(1, schedule.Signal(0), 12);
        for (int t = 1; t <= 100; t += 9)
        {
            double clean = 0.3, noisy = (schedule.Signal(t) * clean) + (schedule.Noise(t) * -1.2);
            double velocity = (schedule.Signal(t) * -1.2) - (schedule.Noise(t) * clean);
            Assert.Equal(clean, (schedule.Signal(t) * noisy) - (schedule.Noise(t) * velocity), 12);
            Assert.True(schedule.Signal(t) < schedule.Signal(t - 1));
        }

        Assert.InRange(schedule.Signal(50), 0.69, 0.71);
    }

    [Fact]
    public void Guidance_OnTheSphere_StaysInTheBallAndZeroChangesNothing()
    {
        using var backend = new CpuBackend();
        random.manual_seed(7);
        var shape = new DenoiserShape(2, 2, QDiff.Models.Quantum.Entangler.Chain, MeasuredFeatures.Paulis, ReuploadRadius: 10);
        var denoiser = new Denoiser(shape, DenoiserVariant.Mlp, backend);
        var sampler = new ReverseSampler(denoiser, new SphericalDiffusion(2, new DepolarizingSchedule(8)), CPU);
        byte[] classes = [1, 2, 3];
        float[] plain = sampler.Sample(classes, new DrawSettings(4, 1, 3)).data<float>().ToArray();
        Assert.Equal(plain, sampler.Sample(classes, new DrawSettings(4, 1, 3, 0)).data<float>().ToArray());
        Tensor guided = sampler.Sample(classes, new DrawSettings(4, 1, 3, 20));
        Assert.NotEqual(plain, guided.data<float>().ToArray());
        Assert.All(guided.reshape(3, 2, 3).square().sum(-1).data<float>().ToArray(), length => Assert.Equal(1, length, 4));
    }

    private static double[] Identity(int size) => [.. Enumerable.Range(0, size * size).Select(i => i % (size + 1) == 0 ? 1.0 : 0)];
}
