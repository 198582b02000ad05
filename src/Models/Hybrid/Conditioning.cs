using QDiff.Models.Diffusion;
using static TorchSharp.torch;

namespace QDiff.Models.Hybrid;

/// <summary>
/// What a denoiser is told about a row: <see cref="TimeFeatures"/> of its step and its class as one-hot, all zeros for none; and α_t of its step.
/// </summary>
public sealed class Conditioning
{
    /// <summary>Number of image classes.</summary>
    public const int Classes = 10;

    /// <summary>Stands for no class.</summary>
    public const byte NoClass = byte.MaxValue;

    /// <summary>Numbers per row of <see cref="Rows"/>.</summary>
    public const int Width = TimeFeatures.Width + Classes;

    private readonly IDiffusion _diffusion;
    private readonly TimeFeatures _time;

    /// <summary>Tabulates the timestep features of a diffusion.</summary>
    public Conditioning(IDiffusion diffusion)
    {
        _diffusion = diffusion;
        _time = new TimeFeatures(diffusion.Steps);
    }

    /// <summary>Time features ⊕ one-hot class, float32 [batch, 26].</summary>
    /// <param name="timesteps">Step of every row, 0 to T.</param>
    /// <param name="classes">Class of every row, 0 to 9, or <see cref="NoClass"/>.</param>
    /// <param name="device">Where the tensor is to be.</param>
    public Tensor Rows(ReadOnlySpan<int> timesteps, ReadOnlySpan<byte> classes, Device device)
    {
        var rows = new float[timesteps.Length * Width];
        for (int b = 0; b < timesteps.Length; b++)
        {
            _time.Of(timesteps[b]).CopyTo(rows.AsSpan(b * Width));
            if (classes[b] != NoClass)
            {
                rows[(b * Width) + TimeFeatures.Width + classes[b]] = 1;
            }
        }

        return tensor(rows, [timesteps.Length, Width], device: device);
    }

    /// <summary>α_t of every row, float32 [batch, 1].</summary>
    public Tensor Shrink(ReadOnlySpan<int> timesteps, Device device)
    {
        var rows = new float[timesteps.Length];
        for (int b = 0; b < rows.Length; b++)
        {
            rows[b] = (float)_diffusion.Signal(timesteps[b]);
        }

        return tensor(rows, [rows.Length, 1], device: device);
    }
}
