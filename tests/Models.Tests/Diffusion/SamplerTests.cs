using QDiff.Models.Diffusion;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Diffusion;

public sealed class SamplerTests
{
    private const int T = 512;
    private const int Until = 64;

    /// <summary>Data N(m, s²): the posterior mean is linear in x_t and the probability flow has a closed form, so the global error is known exactly.</summary>
    [Theory]
    [InlineData("ddim", 1)]
    [InlineData("dpm++", 2)]
    public void Run_OnGaussianData_ConvergesToTheExactFlowAtItsOrder(string name, int order)
    {
        const double mean = 0.7, deviation = 0.4, start = 1.3;
        var schedule = new GaussianSchedule(T);
        var diffusion = new GaussianDiffusion([1], schedule, 1, x => x, x => x);
        double Variance(int t) => Math.Pow(schedule.Signal(t) * deviation, 2) + Math.Pow(schedule.Noise(t), 2);
        Tensor Predict(Tensor x, int t)
            => mean + ((x - (schedule.Signal(t) * mean)) * (schedule.Signal(t) * deviation * deviation / Variance(t)));
        double exact = (schedule.Signal(Until) * mean) + ((start - (schedule.Signal(T) * mean)) * Math.Sqrt(Variance(Until) / Variance(T)));

        double Error(int steps)
        {
            Tensor end = Sampler.Named(name).Run(diffusion, tensor(new[] { start }, [1, 1]), Predict, Even(steps), new SamplerDraw(1, 0, 1), Until);
            return Math.Abs(end.item<double>() - exact);
        }

        AssertOrder(Error(56), Error(112), order);
    }

    /// <summary>
    /// Data vMF(μ, k): given r_t the clean vector is vMF(kμ + κ̄_t·r_t), so the flow's differential equation is known; it is integrated here by itself, in small
    /// Runge-Kutta steps of u = −ln α.
    /// </summary>
    [Theory]
    [InlineData("ddim", 1)]
    [InlineData("dpm++", 2)]
    public void Run_OnConcentratedSphericalData_ConvergesToTheFlowAtItsOrder(string name, int order)
    {
        const double focus = 4;
        double[] begin = [0.48, -0.6, 0.64];
        double[] pole = [0, 0, 1];
        var schedule = new DepolarizingSchedule(T);
        var diffusion = new SphericalDiffusion(1, schedule);
        double[] Mean(double[] r, double kappa)
        {
            double[] sum = [.. r.Select((x, i) => (kappa * x) + (focus * pole[i]))];
            double length = Math.Sqrt(sum.Sum(x => x * x));
            return [.. sum.Select(x => x / length * ((1 / Math.Tanh(length)) - (1 / length)))];
        }

        Tensor Predict(Tensor r, int t) => tensor(Mean(r.data<double>().ToArray(), Concentration(schedule.Shrink(t))), [1, 3]);
        double[] exact = Integrate(begin, -Math.Log(schedule.Shrink(T)), -Math.Log(schedule.Shrink(Until)), Mean);

        double Error(int steps)
        {
            Tensor end = Sampler.Named(name).Run(diffusion, tensor(begin, [1, 3]), Predict, Even(steps), new SamplerDraw(1, 0, 1), Until);
            return Math.Sqrt(end.data<double>().ToArray().Zip(exact, (a, b) => (a - b) * (a - b)).Sum());
        }

        AssertOrder(Error(56), Error(112), order);
    }

    [Fact]
    public void Flow_TowardsAKnownVector_CarriesTheNoisyEnsembleToTheEarlierStepsMean()
    {
        const int rows = 20_000;
        var diffusion = new SphericalDiffusion(1, new DepolarizingSchedule(50));
        Tensor clean = tensor(new float[] { 0.6f, 0, 0.8f }, [1, 3]).repeat(rows, 1);
        Tensor noisy = diffusion.Diffuse(clean, [.. Enumerable.Repeat(35, rows)], 3, 1);
        double mean = (diffusion.Flow(noisy, clean, 15, 35) * clean).sum(-1).mean().item<float>();
        // The flow is exact in the mean where the ensemble is von Mises-Fisher; half way it is so to better than a percent.
        Assert.Equal(diffusion.Schedule.Shrink(15), mean, 0.01 + (5 / Math.Sqrt(rows)));
    }

    [Fact]
    public void Flow_WhereNothingIsKnown_MovesNothing()
    {
        var diffusion = new SphericalDiffusion(2, new DepolarizingSchedule(50));
        Tensor noisy = diffusion.Prior(new byte[5], 1, 0, 0);
        Tensor moved = diffusion.Flow(noisy, zeros_like(noisy), 5, 50);
        Assert.Equal(0, (moved - noisy).abs().max().item<float>(), 1e-6);
    }

    /// <summary>Ancestral steps with the exact posterior mean end in the data's own distribution.</summary>
    [Fact]
    public void Run_AncestralOnGaussianData_EndsInTheDatasDistribution()
    {
        const double mean = 0.7, deviation = 0.4;
        const int rows = 20_000, last = 1;
        var schedule = new GaussianSchedule(300);
        var diffusion = new GaussianDiffusion([1], schedule, 1, x => x, x => x);
        Tensor Predict(Tensor x, int t)
        {
            double signal = schedule.Signal(t), variance = Math.Pow(signal * deviation, 2) + Math.Pow(schedule.Noise(t), 2);
            return mean + ((x - (signal * mean)) * (signal * deviation * deviation / variance));
        }

        using var scope = NewDisposeScope();
        Tensor end = Sampler.Ancestral.Run(
            diffusion, diffusion.Prior(new byte[rows], 5, 0, 0), Predict, Sampler.Visit(300, 300), new SamplerDraw(5, 0, 1), last);
        Assert.Equal(mean, end.mean().item<float>(), 5 * deviation / Math.Sqrt(rows));
        // At the last step before the clean one, where the noise's own variance still adds; the posterior's scatter costs 2 % in 300 steps.
        double expected = Math.Sqrt(Math.Pow(schedule.Signal(last) * deviation, 2) + Math.Pow(schedule.Noise(last), 2));
        Assert.Equal(1, Math.Sqrt((end - end.mean()).square().mean().item<float>()) / expected, 0.02 + (5 / Math.Sqrt(2.0 * rows)));
    }

    [Fact]
    public void Reverse_HigherInverseTemperature_ScattersLessByItsRoot()
    {
        var diffusion = new GaussianDiffusion([2], new GaussianSchedule(50), 1, x => x, x => x);
        Tensor rest = zeros(1000, 2);
        double Scatter(double tau) => diffusion.Reverse(rest, rest, 20, 25, tau, 3, 1, 0).square().mean().item<float>();
        Assert.Equal(4, Scatter(1) / Scatter(4), 3);
    }

    [Fact]
    public void Draws_OfGaussianNoise_AreTheSameInPieces()
    {
        var diffusion = new GaussianDiffusion([3], new GaussianSchedule(50), 1, x => x, x => x);
        float[] whole = diffusion.Prior(new byte[7], 2, 4, 0).data<float>().ToArray();
        Assert.Equal(whole[9..], diffusion.Prior(new byte[4], 2, 4, 3).data<float>().ToArray());
    }

    [Fact]
    public void Attainable_BeyondTheBall_IsBroughtBackToItsSurfaceAndElseKept()
    {
        Tensor back = SphericalDiffusion.IntoBall(tensor(new float[] { 0, 3, 4, 0.1f, 0.2f, 0.3f }, [1, 6]));
        Assert.Equal([0, 0.6f, 0.8f, 0.1f, 0.2f, 0.3f], back.data<float>().ToArray());
    }

    [Fact]
    public void Named_Unknown_IsRefused()
        => Assert.Contains("There is no sampler 'euler'", Assert.Throws<UserErrorException>(() => Sampler.Named("euler")).Message, StringComparison.Ordinal);

    // From T down to Until in even steps.
    private static int[] Even(int steps) => [.. Enumerable.Range(0, steps + 1).Select(i => T - ((T - Until) * i / steps))];

    private static void AssertOrder(double coarse, double fine, int order)
        => Assert.True(
            Math.Log2(coarse / fine) > order - 0.3 && Math.Log2(coarse / fine) < order + 0.7,
            $"errors {coarse:g3} and {fine:g3} of one and twice as many steps: order {Math.Log2(coarse / fine):0.00}, expected {order}");

    // The κ with coth κ − 1/κ = α, by bisection.
    private static double Concentration(double alpha)
    {
        double low = 1e-9, high = 1e6;
        for (int i = 0; i < 200; i++)
        {
            double middle = Math.Sqrt(low * high);
            bool isBelow = (middle < 1e-3 ? middle / 3 : (1 / Math.Tanh(middle)) - (1 / middle)) < alpha;
            (low, high) = isBelow ? (middle, high) : (low, middle);
        }

        return low;
    }

    // dr/du = −½κ̄(e^−u)·(x̂_0 − (x̂_0·r) r) from u to the smaller end.
    private static double[] Integrate(double[] r, double u, double end, Func<double[], double, double[]> mean)
    {
        const int steps = 4000;
        double h = (end - u) / steps;
        double[] Slope(double[] at, double when)
        {
            double kappa = Concentration(Math.Exp(-when));
            double[] m = mean(at, kappa);
            double along = m.Zip(at, (a, b) => a * b).Sum();
            return [.. m.Select((x, i) => -0.5 * kappa * (x - (along * at[i])))];
        }

        static double[] Plus(double[] a, double[] b, double factor) => [.. a.Select((x, i) => x + (factor * b[i]))];
        for (int i = 0; i < steps; i++, u += h)
        {
            double[] a = Slope(r, u), b = Slope(Plus(r, a, h / 2), u + (h / 2)), c = Slope(Plus(r, b, h / 2), u + (h / 2)), d = Slope(Plus(r, c, h), u + h);
            r = [.. r.Select((x, k) => x + (h / 6 * (a[k] + (2 * b[k]) + (2 * c[k]) + d[k])))];
        }

        return r;
    }
}
