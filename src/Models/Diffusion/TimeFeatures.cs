namespace QDiff.Models.Diffusion;

/// <summary>Sixteen sines and cosines of a step t of T (Vaswani et al. 2017, docs/references.md: Vaswani2017): what a denoiser is told about time.</summary>
public sealed class TimeFeatures
{
    /// <summary>Numbers per step.</summary>
    public const int Width = 16;

    private readonly float[] _table;

    /// <summary>Tabulates the features of steps 0 to <paramref name="steps"/>.</summary>
    public TimeFeatures(int steps)
    {
        _table = new float[(steps + 1) * Width];
        for (int t = 0; t <= steps; t++)
        {
            for (int k = 0; k < Width / 2; k++)
            {
                // Periods from 2π/50 of the whole diffusion to beyond it.
                double phase = 50.0 * t / steps * Math.Pow(0.01, k / ((Width / 2) - 1.0));
                _table[(t * Width) + (2 * k)] = (float)Math.Sin(phase);
                _table[(t * Width) + (2 * k) + 1] = (float)Math.Cos(phase);
            }
        }
    }

    /// <summary>The features of step <paramref name="t"/>.</summary>
    public ReadOnlySpan<float> Of(int t) => _table.AsSpan(t * Width, Width);
}
