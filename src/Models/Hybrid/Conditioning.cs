using QDiff.Models.Diffusion;
using static TorchSharp.torch;

namespace QDiff.Models.Hybrid;

/// <summary>
/// What a denoiser is told about a row: 16 sines and cosines of its step (Vaswani et al. 2017, docs/references.md: Vaswani2017) and its
/// class as one-hot; and the shrink α_t of its step.
/// </summary>
public sealed class Conditioning
{
    /// <summary>Number of image classes.</summary>
    public const int Classes = 10;

    /// <summary>Numbers per row of <see cref="Rows"/>.</summary>
    public const int Width = TimeFeatures + Classes;

    private const int TimeFeatures = 16;

    private readonly DepolarizingSchedule _schedule;
    private readonly float[] _time;

    /// <summary>Tabulates the timestep features of a schedule.</summary>
    public Conditioning(DepolarizingSchedule schedule)
    {
        _schedule = schedule;
        _time = new float[(schedule.Steps + 1) * TimeFeatures];
        for (int t = 0; t <= schedule.Steps; t++)
        {
            for (int k = 0; k < TimeFeatures / 2; k++)
            {
                // Periods from 2π/50 of the whole diffusion to beyond it.
                double phase = 50.0 * t / schedule.Steps * Math.Pow(0.01, k / ((TimeFeatures / 2) - 1.0));
                _time[(t * TimeFeatures) + (2 * k)] = (float)Math.Sin(phase);
                _time[(t * TimeFeatures) + (2 * k) + 1] = (float)Math.Cos(phase);
            }
        }
    }

    /// <summary>Time features ⊕ one-hot class, float32 [batch, 26].</summary>
    /// <param name="timesteps">Step of every row, 0 to T.</param>
    /// <param name="classes">Class of every row, 0 to 9.</param>
    /// <param name="device">Where the tensor is to be.</param>
    public Tensor Rows(ReadOnlySpan<int> timesteps, ReadOnlySpan<byte> classes, Device device)
    {
        var rows = new float[timesteps.Length * Width];
        for (int b = 0; b < timesteps.Length; b++)
        {
            _time.AsSpan(timesteps[b] * TimeFeatures, TimeFeatures).CopyTo(rows.AsSpan(b * Width));
            rows[(b * Width) + TimeFeatures + classes[b]] = 1;
        }

        return tensor(rows, [timesteps.Length, Width], device: device);
    }

    /// <summary>α_t of every row, float32 [batch, 1].</summary>
    public Tensor Shrink(ReadOnlySpan<int> timesteps, Device device)
    {
        var rows = new float[timesteps.Length];
        for (int b = 0; b < rows.Length; b++)
        {
            rows[b] = (float)_schedule.Shrink(timesteps[b]);
        }

        return tensor(rows, [rows.Length, 1], device: device);
    }
}
