using QDiff.Engine.Noise;

namespace QDiff.Models.Diffusion;

/// <summary>
/// How far t steps of depolarizing noise shrink a Bloch vector: α_t = 1 − p(t), a cosine of t from 0.99 at t = 1 to 0.02 at t = T,
/// with α_0 = 1. Computed in double (after Nichol and Dhariwal 2021, docs/references.md: NicholDhariwal2021).
/// </summary>
public sealed class DepolarizingSchedule
{
    private const double First = 0.99;
    private const double Last = 0.02;
    private const int Panels = 2000;

    private readonly double[] _shrink;
    private readonly double[] _concentration;
    private readonly Lazy<double[]> _flowTime;

    /// <summary>Makes the schedule for T steps.</summary>
    /// <param name="steps">T, 2 to 10,000.</param>
    public DepolarizingSchedule(int steps)
    {
        if (steps is < 2 or > 10_000)
        {
            throw new ArgumentOutOfRangeException(nameof(steps), $"The diffusion has 2 to 10000 steps; got {steps}.");
        }

        Steps = steps;
        _flowTime = new Lazy<double[]>(FlowTimes);
        _shrink = new double[steps + 1];
        _concentration = new double[steps + 1];
        _shrink[0] = 1;
        _concentration[0] = double.PositiveInfinity;
        double from = Math.Acos(First);
        double to = Math.Acos(Last);
        for (int t = 1; t <= steps; t++)
        {
            _shrink[t] = Math.Cos(from + ((to - from) * (t - 1) / (steps - 1)));
            _concentration[t] = VonMisesFisher.Concentration(_shrink[t]);
        }
    }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>α_t, the factor by which t steps shrink every Bloch vector in the mean; 0 ≤ t ≤ T.</summary>
    public double Shrink(int t) => _shrink[t];

    /// <summary>κ̄_t, the von Mises-Fisher concentration whose mean length is α_t; infinite at t = 0.</summary>
    public double Concentration(int t) => _concentration[t];

    /// <summary>κ of the noise between steps s and t &gt; s: its mean length is α_t / α_s.</summary>
    public double BridgeConcentration(int s, int t) => VonMisesFisher.Concentration(_shrink[t] / _shrink[s]);

    /// <summary>
    /// λ_t of the probability flow of Brownian motion on the sphere: λ_T = 0 and dλ = ½κ̄ d(ln α), so that the flow is dr/dλ = x̂_0 across r
    /// (docs/model.md, "Samplers"). Infinite at t = 0.
    /// </summary>
    /// <param name="t">1 to T.</param>
    public double FlowTime(int t) => _flowTime.Value[t];

    private double[] FlowTimes()
    {
        var times = new double[Steps + 1];
        times[0] = double.PositiveInfinity;
        int panels = Math.Max(1, Panels / Steps);
        for (int t = Steps - 1; t >= 1; t--)
        {
            // Simpson's rule in u = ln α.
            double from = Math.Log(_shrink[t + 1]), width = (Math.Log(_shrink[t]) - from) / (2 * panels);
            double sum = _concentration[t + 1] + _concentration[t];
            for (int i = 1; i < 2 * panels; i++)
            {
                sum += (i % 2 == 1 ? 4 : 2) * VonMisesFisher.Concentration(Math.Exp(from + (i * width)));
            }

            times[t] = times[t + 1] + (0.5 * sum * width / 3);
        }

        return times;
    }
}
