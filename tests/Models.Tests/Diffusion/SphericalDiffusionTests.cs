using QDiff.Engine.Noise;
using QDiff.Models.Diffusion;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Diffusion;

public sealed class SphericalDiffusionTests
{
    private const int Rows = 20_000;
    private const ulong Seed = 11;

    private static readonly SphericalDiffusion s_diffusion = new(2, new DepolarizingSchedule(50));

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(50)]
    public void Diffuse_MeanOfManyDraws_IsTheChannelsShrink(int t)
    {
        Tensor clean = Clean();
        var steps = new int[Rows];
        Array.Fill(steps, t);
        AssertMean(clean, s_diffusion.Schedule.Shrink(t), s_diffusion.Diffuse(clean, steps, Seed, 3), 0);
    }

    /// <summary>With the true r_0, a reverse step must give the forward process's own ensemble at s.</summary>
    [Theory]
    [InlineData(2, 1)]
    [InlineData(26, 25)]
    [InlineData(30, 25)]
    [InlineData(50, 45)]
    public void Reverse_FromTheTrueState_KeepsTheForwardMean(int t, int s)
    {
        Tensor clean = Clean();
        var steps = new int[Rows];
        Array.Fill(steps, t);
        Tensor noisy = s_diffusion.Diffuse(clean, steps, Seed, 5);
        Tensor earlier = s_diffusion.Reverse(noisy, clean, s, t, 1, Seed, 6, 0);
        // The bridge's concentration is exact in the mean to half a percent (its worst case is near α = 0.7).
        AssertMean(clean, s_diffusion.Schedule.Shrink(s), earlier, 0.005);
    }

    [Theory]
    [InlineData(30, 25)]
    [InlineData(20, 15)]
    [InlineData(10, 5)]
    public void Reverse_OfAUniformEnsemble_KeepsTheKnownPosteriorMean(int t, int s)
    {
        // Points spread evenly over the sphere: given r_t, r_0 has mean α_t·r_t and r_s has mean (α_t/α_s)·r_t.
        DepolarizingSchedule schedule = s_diffusion.Schedule;
        Tensor noisy = Clean();
        Tensor earlier = s_diffusion.Reverse(noisy, noisy * schedule.Shrink(t), s, t, 1, Seed, 6, 0);
        float mean = (earlier * noisy).reshape(Rows, -1, 3).sum(-1).mean().item<float>();
        // 0.003 for the formula's own error and 5 deviations of the mean; without the scatter of r_0 the mean is 0.03 to 0.04 too large.
        Assert.Equal(schedule.Shrink(t) / schedule.Shrink(s), mean, 0.008);
    }

    [Fact]
    public void Reverse_HigherInverseTemperature_ScattersLess()
    {
        Tensor clean = Clean();
        var steps = new int[Rows];
        Array.Fill(steps, 30);
        Tensor noisy = s_diffusion.Diffuse(clean, steps, Seed, 5);
        double Mean(double tau) => (s_diffusion.Reverse(noisy, clean, 25, 30, tau, Seed, 6, 0) * clean).sum(-1).mean().item<float>();
        Assert.True(Mean(4) > Mean(1) + 0.05);
    }

    [Fact]
    public void Prior_DrawnInPieces_IsTheSameDraw()
    {
        float[] whole = s_diffusion.Prior(new byte[7], Seed, 0, 0).data<float>().ToArray();
        float[] tail = s_diffusion.Prior(new byte[4], Seed, 0, 3).data<float>().ToArray();
        Assert.Equal(whole[18..], tail);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1e-6f)]
    [InlineData(0.7f)]
    [InlineData(40f)]
    [InlineData(1e5f)]
    public void TensorSampling_SameRandomNumbers_DrawsTheDirectionsOfTheEngine(float kappa)
    {
        const int samples = 500, vectors = 3;
        float[] means = Clean().reshape(-1).narrow(0, 0, 3 * samples * vectors).data<float>().ToArray();
        (means[0], means[1], means[2], means[3], means[4], means[5]) = (0, 0, -1, 0, 0, 2);
        var expected = new float[means.Length];
        VonMisesFisher.Sample(means, [kappa], Seed, 4, 9, expected, vectors);
        var chances = new float[means.Length];
        VonMisesFisher.Chances(Seed, 4, 9, chances, vectors);
        float[] drawn = TensorVonMisesFisher.Sample(
            tensor(means, [samples, 3 * vectors]), full(samples, vectors, kappa), tensor(chances, [samples, 3 * vectors])).data<float>().ToArray();
        Assert.All(expected.Zip(drawn), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
    }

    [Fact]
    public void Normalise_AnyVectors_HaveUnitLength()
    {
        Tensor lengths = SphericalDiffusion.Normalise(randn(5, 12)).reshape(5, 4, 3).square().sum(-1);
        Assert.All(lengths.data<float>().ToArray(), length => Assert.Equal(1, length, 5));
    }

    private static Tensor Clean()
        => SphericalDiffusion.Normalise(tensor(new float[] { 0.3f, -0.5f, 0.8f, 1, 0.2f, 0 }, [1, 6])).repeat(Rows, 1);

    private static void AssertMean(Tensor clean, double shrink, Tensor drawn, double bias)
    {
        float[] expected = (clean[0] * shrink).data<float>().ToArray();
        float[] mean = drawn.mean([0]).data<float>().ToArray();
        double deviation = 5 / Math.Sqrt(Rows);
        for (int i = 0; i < mean.Length; i++)
        {
            Assert.True(Math.Abs(mean[i] - expected[i]) < deviation + bias, $"component {i}: {mean[i]}, expected {expected[i]} (seed {Seed})");
        }
    }
}
