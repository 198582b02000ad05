namespace QDiff.Models.Diffusion;

/// <summary>
/// Variances of a Gaussian diffusion, x_t = √ᾱ_t·x_0 + √(1 − ᾱ_t)·ε, with ᾱ_t = Π (1 − β_s) and β rising linearly from 10⁻⁴ to 20/T
/// (that is 0.02 at T = 1000, as in Ho, Jain and Abbeel 2020, docs/references.md: Ho2020), or with ᾱ_t a cosine. Computed in double.
/// </summary>
public sealed class GaussianSchedule
{
    private const double First = 1e-4;
    private const double LastTimesSteps = 20;
    private const double Greatest = 0.999;
    private const double Offset = 0.008;

    private readonly double[] _kept;

    /// <summary>Makes the linear schedule for T steps.</summary>
    /// <param name="steps">T, 2 to 10,000.</param>
    public GaussianSchedule(int steps)
        : this(steps, t => First + ((Math.Min(LastTimesSteps / steps, Greatest) - First) * (t - 1) / (steps - 1)))
    {
    }

    private GaussianSchedule(int steps, Func<int, double> beta)
    {
        if (steps is < 2 or > 10_000)
        {
            throw new ArgumentOutOfRangeException(nameof(steps), $"The diffusion has 2 to 10000 steps; got {steps}.");
        }

        Steps = steps;
        _kept = new double[steps + 1];
        _kept[0] = 1;
        for (int t = 1; t <= steps; t++)
        {
            _kept[t] = _kept[t - 1] * (1 - beta(t));
        }
    }

    /// <summary>
    /// The schedule ᾱ_t ∝ cos²((t/T + 0.008)/1.008·π/2) with no β above 0.999 (Nichol and Dhariwal 2021, docs/references.md: NicholDhariwal2021).
    /// </summary>
    /// <param name="steps">T, 2 to 10,000.</param>
    public static GaussianSchedule Cosine(int steps)
    {
        double Kept(int t) => Math.Pow(Math.Cos((((double)t / steps) + Offset) / (1 + Offset) * Math.PI / 2), 2);
        return new GaussianSchedule(steps, t => Math.Min(1 - (Kept(t) / Kept(t - 1)), Greatest));
    }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>√ᾱ_t: how much of x_0 is left.</summary>
    public double Signal(int t) => Math.Sqrt(_kept[t]);

    /// <summary>√(1 − ᾱ_t): standard deviation of the noise.</summary>
    public double Noise(int t) => Math.Sqrt(1 - _kept[t]);

    /// <summary>λ_t = ln(√ᾱ_t/√(1 − ᾱ_t)), half the logarithm of the signal-to-noise ratio; infinite at t = 0.</summary>
    public double FlowTime(int t) => 0.5 * Math.Log(_kept[t] / (1 - _kept[t]));

    /// <summary>
    /// The posterior q(x_{t−1} | x_t, x_0) = N(a·x_0 + b·x_t, s²): a = √ᾱ_{t−1}·β_t/(1 − ᾱ_t), b = √(1 − β_t)·(1 − ᾱ_{t−1})/(1 − ᾱ_t),
    /// s² = β_t·(1 − ᾱ_{t−1})/(1 − ᾱ_t).
    /// </summary>
    /// <param name="t">1 to T; at t = 1, a = 1 and b = s = 0.</param>
    public (double Clean, double Noisy, double Deviation) Posterior(int t) => Posterior(t - 1, t);

    /// <summary>The same of any earlier step s instead of t − 1, with β = 1 − ᾱ_t/ᾱ_s.</summary>
    /// <param name="s">0 ≤ s &lt; t.</param>
    /// <param name="t">1 to T.</param>
    public (double Clean, double Noisy, double Deviation) Posterior(int s, int t)
    {
        double beta = 1 - (_kept[t] / _kept[s]), all = 1 - _kept[t], before = 1 - _kept[s];
        return (Math.Sqrt(_kept[s]) * beta / all, Math.Sqrt(1 - beta) * before / all, Math.Sqrt(beta * before / all));
    }
}
