using static TorchSharp.torch;

namespace QDiff.Models.Diffusion;

/// <summary>
/// Diffusion by Gaussian noise, x_t = √ᾱ_t·c·x_0 + √(1 − ᾱ_t)·ε, of rows of any shape (Ho, Jain and Abbeel 2020, docs/references.md: Ho2020); c brings the
/// clean numbers to variance 1.
/// </summary>
/// <remarks>
/// <para>Reverse: x_s ~ N(a·c·x̂_0 + b·x_t, s²/τ) with the posterior's coefficients (<see cref="GaussianSchedule.Posterior(int, int)"/>).</para>
/// <para>Probability flow: x_s = (σ_s/σ_t)·x_t + (α_s − α_t·σ_s/σ_t)·c·x̂_0 with α = √ᾱ and σ = √(1 − ᾱ), and λ = ln α/σ
/// (Song, Meng and Ermon 2021; Lu et al. 2022, docs/references.md: Song2021DDIM, Lu2022DPMSolverPlusPlus).</para>
/// </remarks>
/// <param name="shape">Shape of a row, such as [30].</param>
/// <param name="schedule">How fast the noise grows.</param>
/// <param name="scale">c.</param>
/// <param name="clean">The clean rows that a prediction stands for.</param>
/// <param name="attainable">The nearest rows that can be means of clean ones.</param>
public sealed class GaussianDiffusion(
    IReadOnlyList<long> shape, GaussianSchedule schedule, double scale, Func<Tensor, Tensor> clean, Func<Tensor, Tensor> attainable) : IProbabilityFlow
{
    /// <inheritdoc/>
    public int Steps => schedule.Steps;

    /// <inheritdoc/>
    public double Signal(int t) => schedule.Signal(t);

    /// <inheritdoc/>
    public double Precision(int t) => Math.Pow(scale * schedule.Signal(t) / schedule.Noise(t), 2);

    /// <inheritdoc/>
    public double FlowTime(int t) => schedule.FlowTime(t);

    /// <inheritdoc/>
    public Tensor Diffuse(Tensor clean, ReadOnlySpan<int> timesteps, ulong seed, ulong stream)
    {
        using var scope = NewDisposeScope();
        var signal = new float[timesteps.Length];
        var noise = new float[timesteps.Length];
        for (int b = 0; b < timesteps.Length; b++)
        {
            signal[b] = (float)(scale * schedule.Signal(timesteps[b]));
            noise[b] = (float)schedule.Noise(timesteps[b]);
        }

        long[] perRow = [timesteps.Length, .. Enumerable.Repeat(1L, shape.Count)];
        Tensor drawn = GaussianNoise.Draw(timesteps.Length, shape, seed, stream, 0, clean.device);
        return ((clean * tensor(signal, perRow, device: clean.device)) + (drawn * tensor(noise, perRow, device: clean.device))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Prior(ReadOnlySpan<byte> classes, ulong seed, ulong stream, long firstRow, Device? device = null)
        => GaussianNoise.Draw(classes.Length, shape, seed, stream, firstRow, device ?? CPU);

    /// <inheritdoc/>
    public Tensor Reverse(Tensor noisy, Tensor predicted, int s, int t, double temperatureInverse, ulong seed, ulong stream, long firstRow)
    {
        using var scope = NewDisposeScope();
        (double ofClean, double ofNoisy, double deviation) = schedule.Posterior(s, t);
        Tensor drawn = GaussianNoise.Draw((int)noisy.shape[0], shape, seed, stream, firstRow, noisy.device);
        return ((predicted * (ofClean * scale)) + (noisy * ofNoisy) + (drawn * (deviation / Math.Sqrt(temperatureInverse)))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Flow(Tensor noisy, Tensor predicted, int s, int t)
    {
        using var scope = NewDisposeScope();
        double kept = schedule.Noise(s) / schedule.Noise(t);
        return ((noisy * kept) + (predicted * (scale * (schedule.Signal(s) - (schedule.Signal(t) * kept))))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Clean(Tensor predicted) => clean(predicted);

    /// <inheritdoc/>
    public Tensor Attainable(Tensor predicted) => attainable(predicted);
}
