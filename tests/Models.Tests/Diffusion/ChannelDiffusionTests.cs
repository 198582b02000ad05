using QDiff.Engine.Noise;
using QDiff.Models.Diffusion;
using QDiff.Models.Generators;
using QDiff.Models.Metrics;
using QDiff.Models.Training;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Diffusion;

public sealed class ChannelDiffusionTests
{
    private const int Rows = 20_000;
    private const ulong Seed = 12;

    private static readonly DepolarizingSchedule s_schedule = new(50);
    private static readonly float[] s_clean = [0.48f, -0.6f, 0.64f, 0.8f, 0, -0.6f];

    public static TheoryData<NoiseChannel> Channels => [.. Enum.GetValues<NoiseChannel>()];

    [Theory]
    [MemberData(nameof(Channels))]
    public void Diffuse_OfEveryChannel_IsVonMisesFisherWithTheChannelsMean(NoiseChannel channel)
    {
        var diffusion = new ChannelDiffusion(2, channel, s_schedule);
        foreach (int t in (int[])[1, 20, 35, 50])
        {
            Tensor noisy = diffusion.Diffuse(Clean(), Repeated(t), Seed, (ulong)t);
            Assert.Equal(0, (noisy.reshape(-1, 3).square().sum(-1) - 1).abs().max().item<float>(), 1e-5);
            double[] mean = Expected(channel, t);
            AssertMean(mean, noisy);
            // Of the von Mises-Fisher distribution of mean length R about μ: E (r·μ)² = 1 − 2R/κ. The square lies in [0, 1]: its deviation is at most 1/2.
            double length = Math.Sqrt(mean.Take(3).Sum(x => x * x));
            Tensor along = (noisy.narrow(1, 0, 3) * tensor([.. mean.Take(3).Select(x => (float)(x / length))], [1, 3])).sum(-1);
            Assert.Equal(1 - (2 * length / VonMisesFisher.Concentration(length)), along.square().mean().item<float>(), 2.5 / Math.Sqrt(Rows));
        }
    }

    /// <summary>With the true r_0 a reverse step gives the forward process's ensemble at s: the mean to the statistical error, with no allowance.</summary>
    [Theory]
    [MemberData(nameof(Channels))]
    public void Reverse_FromTheTrueState_KeepsTheForwardMean(NoiseChannel channel)
    {
        var diffusion = new ChannelDiffusion(2, channel, s_schedule);
        foreach ((int s, int t) in ((int, int)[])[(1, 2), (25, 30), (20, 40), (45, 50)])
        {
            Tensor noisy = diffusion.Diffuse(Clean(), Repeated(t), Seed, 5);
            AssertMean(Expected(channel, s), diffusion.Reverse(noisy, Clean(), s, t, 1, Seed, 6, 0));
        }
    }

    /// <summary>Two states in unequal shares, whose posterior mean is known: the whole way back gives both their shares.</summary>
    [Theory]
    [MemberData(nameof(Channels))]
    public void Run_AncestralOnTwoStates_EndsInTheirShares(NoiseChannel channel)
    {
        const double share = 0.3;
        const int rows = 2000;
        float[] a = [0.48f, -0.6f, 0.64f], b = [-0.6f, 0, 0.8f];
        var diffusion = new ChannelDiffusion(1, channel, s_schedule);
        Tensor first = tensor(a, [1, 3]), second = tensor(b, [1, 3]);
        Tensor Predict(Tensor r, int t)
        {
            Tensor against = (LogDensity(r, diffusion.Mean(second, [t])) - LogDensity(r, diffusion.Mean(first, [t])) + Math.Log((1 - share) / share)).exp();
            Tensor weight = 1 / (1 + against);
            return ((weight * first) + ((1 - weight) * second)).to(ScalarType.Float32);
        }

        int ofFirst = (int)(share * rows);
        Tensor clean = cat([first.repeat(ofFirst, 1), second.repeat(rows - ofFirst, 1)], 0);
        Tensor start = diffusion.Diffuse(clean, [.. Enumerable.Repeat(50, rows)], Seed, 0);
        Tensor end = Sampler.Ancestral.Run(diffusion, start, Predict, Sampler.Visit(50, 25), new SamplerDraw(Seed, 0, 1));
        double reached = (end * (first - second)).sum(-1).gt(0).to(ScalarType.Float32).mean().item<float>();
        // Five deviations are 0.05; the reverse step's higher moments, which are not the forward process's, get the rest.
        Assert.Equal(share, reached, 0.1);
    }

    [Fact]
    public void Diffuse_OfRandomUnitaries_IsThatOfDepolarizingNoise()
    {
        int[] steps = [.. Enumerable.Range(0, Rows).Select(i => 1 + (i % 50))];
        Tensor one = new ChannelDiffusion(2, NoiseChannel.RandomUnitary, s_schedule).Diffuse(Clean(), steps, Seed, 1);
        Tensor other = new SphericalDiffusion(2, s_schedule).Diffuse(Clean(), steps, Seed, 1);
        Assert.Equal(0, (one - other).abs().max().item<float>(), 1e-3);
    }

    [Fact]
    public void Signal_OfRandomUnitaries_IsThatOfDepolarizingNoise()
    {
        IDiffusion one = new ChannelDiffusion(1, NoiseChannel.RandomUnitary, s_schedule), other = new SphericalDiffusion(1, s_schedule);
        Assert.All(Enumerable.Range(1, 50), t => Assert.Equal(other.Signal(t), one.Signal(t), 1e-9));
        Assert.All(Enumerable.Range(1, 50), t => Assert.Equal(other.Precision(t), one.Precision(t), 1e-6 * other.Precision(t)));
    }

    [Theory]
    [InlineData(NoiseChannel.RandomUnitary, true)]
    [InlineData(NoiseChannel.Mixture, true)]
    [InlineData(NoiseChannel.AmplitudeDamping, false)]
    [InlineData(NoiseChannel.BitFlip, false)]
    [InlineData(NoiseChannel.PhaseFlip, false)]
    [InlineData(NoiseChannel.PhaseDamping, false)]
    public void Prior_OfAClass_HasTheMeanOfWhatTheChannelKeepsAndNoMore(NoiseChannel channel, bool forgets)
    {
        double[] kept = [.. diffusionMean(channel)];
        var ends = new GaussianMixture([new(0.5, [0, 0, 0, 0, 0, 0], Diagonal(1e-6)), new(0.5, kept, Diagonal(1e-4))]);
        var diffusion = new ChannelDiffusion(2, channel, s_schedule, ends);
        Assert.Equal(forgets, diffusion.ForgetsAll);
        byte[] classes = new byte[Rows];
        Array.Fill(classes, (byte)1);
        Tensor start = diffusion.Prior(classes, Seed, 0, 0);
        AssertMean(forgets ? [.. Expected(channel, 50, [0, 0, 0, 0, 0, 0])] : kept, start);
        Assert.Equal(start.narrow(0, 5, 4).data<float>().ToArray(), diffusion.Prior(classes.AsSpan(0, 4), Seed, 0, 5).data<float>().ToArray());

        static IEnumerable<double> diffusionMean(NoiseChannel channel) => Expected(channel, 50).Select(x => 0.9 * x);
    }

    [Fact]
    public void Prior_WithoutTheDistributionThatItNeeds_IsRefused() => Assert.Throws<InvalidOperationException>(
        () => new ChannelDiffusion(1, NoiseChannel.BitFlip, s_schedule).Prior(new byte[2], 1, 0, 0));

    [Fact]
    public void Run_AlongAFlowThatTheChannelHasNot_IsRefused()
    {
        var diffusion = new ChannelDiffusion(1, NoiseChannel.Mixture, s_schedule);
        var error = Assert.Throws<ArgumentException>(() => Sampler.Ddim.Run(diffusion, zeros(1, 3), (r, _) => r, [50, 25], new SamplerDraw(1, 0, 1)));
        Assert.Contains("probability flow", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Process_OfARunThatNamesNoChannel_IsTheDepolarizingOne()
    {
        Assert.IsType<SphericalDiffusion>(LatentProcess.Of(new RunConfig()));
        Assert.DoesNotContain("channel", new RunConfig().ToJson(), StringComparison.Ordinal);
        var config = new RunConfig { Channel = NoiseChannel.PhaseFlip };
        Assert.Equal(config, RunConfig.Parse(config.ToJson(), "config.json"));
        Assert.NotEqual(new RunConfig().Fingerprint, config.Fingerprint);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-4)]
    [InlineData(0.0099)]
    [InlineData(0.0101)]
    [InlineData(0.3)]
    [InlineData(0.9)]
    [InlineData(0.9999)]
    public void Concentration_OfTensors_IsTheEngines(double length)
    {
        double kappa = TensorVonMisesFisher.Concentration(tensor([length], [1, 1])).item<float>();
        Assert.Equal(VonMisesFisher.Concentration(length), kappa, 1e-6 * (1 + kappa));
    }

    [Fact]
    public void Concentration_OfAVectorThatIsTooLong_IsTheGreatest() =>
        Assert.Equal(1e6f, TensorVonMisesFisher.Concentration(tensor(new float[] { 1.5f }, [1, 1])).item<float>(), 1e2f);

    // ln of the von Mises-Fisher density at r with a given mean, without the constant 1/2π.
    private static Tensor LogDensity(Tensor r, Tensor mean)
    {
        double[] m = [.. mean.data<float>().ToArray().Select(x => (double)x)];
        double length = Math.Min(Math.Sqrt(m.Sum(x => x * x)), 1 - 1e-6), kappa = VonMisesFisher.Concentration(length);
        Tensor direction = tensor([.. m.Select(x => x / length)], [1, 3]);
        return (((r.to(ScalarType.Float64) * direction).sum(-1, keepdim: true) - 1) * kappa) + Math.Log(kappa) - Math.Log(1 - Math.Exp(-2 * kappa));
    }

    private static double[] Expected(NoiseChannel channel, int t) => Expected(channel, t, [.. s_clean.Select(x => (double)x)]);

    private static double[] Expected(NoiseChannel channel, int t, double[] r)
    {
        double a = s_schedule.Shrink(t), turn = Math.PI * t / 50;
        return [.. r.Chunk(3).SelectMany(v => (double[])(channel switch
        {
            NoiseChannel.BitFlip => [v[0], a * v[1], a * v[2]],
            NoiseChannel.PhaseFlip or NoiseChannel.PhaseDamping => [a * v[0], a * v[1], v[2]],
            NoiseChannel.AmplitudeDamping => [a * v[0], a * v[1], 1 - (a * a * (1 - v[2]))],
            NoiseChannel.Mixture =>
            [
                a * ((Math.Cos(turn) * v[0]) - (Math.Sin(turn) * v[1])), a * ((Math.Sin(turn) * v[0]) + (Math.Cos(turn) * v[1])), 1 - (a * (1 - v[2])),
            ],
            _ => [a * v[0], a * v[1], a * v[2]],
        }))];
    }

    private static double[] Diagonal(double variance) => [.. Enumerable.Range(0, 36).Select(i => i % 7 == 0 ? variance : 0)];

    private static Tensor Clean() => tensor(s_clean, [1, 6]).repeat(Rows, 1);

    private static int[] Repeated(int t) => [.. Enumerable.Repeat(t, Rows)];

    private static void AssertMean(double[] expected, Tensor drawn)
    {
        float[] mean = drawn.mean([0]).data<float>().ToArray();
        // A component lies in [−1, 1]: its deviation is at most 1.
        Assert.All(expected.Zip(mean), pair => Assert.Equal(pair.First, pair.Second, 5 / Math.Sqrt(Rows)));
    }
}
