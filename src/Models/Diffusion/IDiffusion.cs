using static TorchSharp.torch;

namespace QDiff.Models.Diffusion;

/// <summary>
/// A forward process on rows of numbers, and all that a <see cref="Sampler"/> needs to reverse it once a network predicts the mean x̂_0 of the
/// clean row. Draws are keyed by (seed, stream, row): the same whatever the batch, the order or the number of threads.
/// </summary>
public interface IDiffusion
{
    /// <summary>T, steps of the forward process.</summary>
    int Steps { get; }

    /// <summary>α_t: how much of the clean row is left in the mean at step t, 0 ≤ t ≤ T; α_0 = 1.</summary>
    double Signal(int t);

    /// <summary>
    /// 1/σ_t², σ_t being the standard deviation of a noisy number about its clean one, relative to α_t, in units of a Bloch vector's length: what an error of x̂_0
    /// weighs in training.
    /// </summary>
    double Precision(int t);

    /// <summary>Draws the noisy rows given the clean ones: row b at step <paramref name="timesteps"/>[b].</summary>
    /// <param name="clean">[batch, …].</param>
    /// <param name="timesteps">t of every row, 1 to T.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="stream">Which draw this is: one number per call.</param>
    /// <returns>Of the same shape and on the same device.</returns>
    Tensor Diffuse(Tensor clean, ReadOnlySpan<int> timesteps, ulong seed, ulong stream);

    /// <summary>Draws where the reverse process starts.</summary>
    /// <param name="classes">Class of every row, 0 to 9, which the start may depend on.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="stream">Which draw this is.</param>
    /// <param name="firstRow">Number of the first row, so that a large batch may be drawn in pieces.</param>
    /// <param name="device">Where to put it; null for the CPU.</param>
    Tensor Prior(ReadOnlySpan<byte> classes, ulong seed, ulong stream, long firstRow, Device? device = null);

    /// <summary>Draws the row at s given that at t and the predicted mean of the clean one: an ancestral step.</summary>
    /// <param name="noisy">The rows at t.</param>
    /// <param name="predicted">x̂_0.</param>
    /// <param name="s">The step to go to, 1 ≤ s &lt; t.</param>
    /// <param name="t">The step that <paramref name="noisy"/> is at.</param>
    /// <param name="temperatureInverse">τ &gt; 0: 1 samples the posterior, larger values sharpen it.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="stream">Which draw this is.</param>
    /// <param name="firstRow">Number of the first row.</param>
    Tensor Reverse(Tensor noisy, Tensor predicted, int s, int t, double temperatureInverse, ulong seed, ulong stream, long firstRow);

    /// <summary>The clean rows that a prediction stands for: the last step of every sampler.</summary>
    Tensor Clean(Tensor predicted);

    /// <summary>The nearest rows that can be means of clean ones: what guidance has pushed beyond them is brought back.</summary>
    Tensor Attainable(Tensor predicted);
}
