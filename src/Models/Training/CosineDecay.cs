namespace QDiff.Models.Training;

/// <summary>
/// Learning rate that rises linearly over the first steps and then falls along half a cosine to 1 % of its peak
/// (Loshchilov and Hutter 2017, docs/references.md: LoshchilovHutter2017). A function of the step alone, so resuming needs no scheduler state.
/// </summary>
/// <param name="Peak">Highest learning rate.</param>
/// <param name="TotalSteps">Steps of the whole training.</param>
/// <param name="WarmupSteps">Steps of the rise.</param>
public sealed record CosineDecay(double Peak, long TotalSteps, long WarmupSteps = 100)
{
    private const double Floor = 0.01;

    /// <summary>The learning rate for step <paramref name="step"/>, counted from 0.</summary>
    public double At(long step)
    {
        double rise = Math.Min(1, (step + 1.0) / Math.Max(1, WarmupSteps));
        double fall = 0.5 * (1 + Math.Cos(Math.PI * step / Math.Max(1, TotalSteps)));
        return Peak * rise * (Floor + ((1 - Floor) * fall));
    }
}
