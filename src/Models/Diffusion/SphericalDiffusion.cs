using static TorchSharp.torch;

namespace QDiff.Models.Diffusion;

/// <summary>
/// Diffusion of product states of n qubits by depolarizing noise, written in Bloch vectors: a tensor [batch, 3n] of n unit vectors
/// (x, y, z) per row. Other channels: <see cref="ChannelDiffusion"/>.
/// </summary>
/// <remarks>
/// <para>Forward: r_t ~ vMF(r_0, κ̄_t) on every sphere. A pure-state unravelling of the depolarizing channel: its mean α_t·r_0 is
/// exactly the channel's shrink (docs/model.md, "Forward process").</para>
/// <para>Reverse: were r_0 known, r_s would follow the product of the two von Mises-Fisher factors that it sees from both sides, which
/// is vMF(η/|η|, |η|) with η = κ·r_t + κ̄_s·r_0 and κ the concentration of the noise between s and t. The denoiser knows the mean x̂_0
/// of r_0; the scatter v of r_0 about it, per direction across it, moves η/|η| by κ̄_s²·v/|η|² (the variance that the
/// clean sample's posterior adds to a reverse step: Bao et al. 2022, docs/references.md: Bao2022). Hence
/// r_s ~ vMF(η/|η|, τ·|η|²/(|η| + κ̄_s²·v)), η = κ·r_t + κ̄_s·x̂_0, v = (1 − |x̂_0|²)/(3 − |x̂_0|²): the transverse variance
/// of the von Mises-Fisher distribution of mean length |x̂_0| (Banerjee et al. 2005, docs/references.md: Banerjee2005).</para>
/// <para>Probability flow: dr/dλ = x̂_0 − (x̂_0·r) r, for the score of a von Mises-Fisher distribution is κ̄_t times the part of its mean direction
/// across r, whatever r_0 is averaged over. With x̂_0 constant it is solved by a boost, the aberration of light:
/// r_s = (r⊥/cosh a + (z + tanh a) μ)/(1 + z tanh a), with x̂_0 = ρμ, a = ρ(λ_s − λ_t), z = r·μ and r⊥ = r − zμ
/// (docs/model.md, "Samplers").</para>
/// <para>Every draw is keyed by (seed, stream, row): the same whatever the batch, the order or the number of threads.</para>
/// </remarks>
/// <param name="qubits">n.</param>
/// <param name="schedule">How fast the noise grows.</param>
public sealed class SphericalDiffusion(int qubits, DepolarizingSchedule schedule) : IProbabilityFlow
{
    /// <summary>The noise schedule.</summary>
    public DepolarizingSchedule Schedule { get; } = schedule;

    /// <inheritdoc/>
    public int Steps => Schedule.Steps;

    /// <inheritdoc/>
    public double Signal(int t) => Schedule.Shrink(t);

    /// <inheritdoc/>
    public double Precision(int t) => Schedule.Concentration(t);

    /// <inheritdoc/>
    public double FlowTime(int t) => Schedule.FlowTime(t);

    /// <inheritdoc/>
    public Tensor Flow(Tensor noisy, Tensor predicted, int s, int t)
    {
        using var scope = NewDisposeScope();
        Tensor r = noisy.reshape(noisy.shape[0], -1, 3), mean = predicted.reshape(noisy.shape[0], -1, 3);
        Tensor length = mean.square().sum(-1, keepdim: true).sqrt().clamp_min(1e-12);
        Tensor direction = mean / length;
        Tensor along = (r * direction).sum(-1, keepdim: true);
        Tensor decay = (length * (Schedule.FlowTime(t) - Schedule.FlowTime(s))).exp();
        Tensor square = decay.square();
        Tensor tanh = (1 - square) / (1 + square), sech = decay * 2 / (1 + square);
        Tensor moved = (((r - (direction * along)) * sech) + (direction * (along + tanh))) / (1 + (along * tanh)).clamp_min(1e-12);
        return Normalise(moved.reshape(noisy.shape)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Clean(Tensor predicted) => Normalise(predicted);

    /// <inheritdoc/>
    public Tensor Attainable(Tensor predicted) => IntoBall(predicted);

    /// <summary>Brings every vector of [batch, 3n] that is longer than 1 back to length 1.</summary>
    public static Tensor IntoBall(Tensor vectors)
    {
        using var scope = NewDisposeScope();
        Tensor split = vectors.reshape(vectors.shape[0], -1, 3);
        Tensor length = split.square().sum(-1, keepdim: true).sqrt().clamp_min(1);
        return (split / length).reshape(vectors.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Scales every Bloch vector of [batch, 3n] to length 1.</summary>
    public static Tensor Normalise(Tensor vectors)
    {
        using var scope = NewDisposeScope();
        Tensor split = vectors.reshape(vectors.shape[0], -1, 3);
        Tensor length = split.square().sum(-1, keepdim: true).sqrt().clamp_min(1e-12);
        return (split / length).reshape(vectors.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Draws r_t given r_0: row b at step <paramref name="timesteps"/>[b].</summary>
    /// <param name="clean">r_0, [batch, 3n].</param>
    /// <param name="timesteps">t of every row, 1 to T.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="stream">Which draw this is: one number per call.</param>
    /// <returns>[batch, 3n].</returns>
    public Tensor Diffuse(Tensor clean, ReadOnlySpan<int> timesteps, ulong seed, ulong stream)
    {
        var concentrations = new float[timesteps.Length * qubits];
        for (int b = 0; b < timesteps.Length; b++)
        {
            concentrations.AsSpan(b * qubits, qubits).Fill((float)Schedule.Concentration(timesteps[b]));
        }

        using var scope = NewDisposeScope();
        return TensorVonMisesFisher.Draw(clean, tensor(concentrations, [timesteps.Length, qubits]), seed, stream, 0).MoveToOuterDisposeScope();
    }

    /// <summary>Draws the start of the reverse process: the maximally mixed state, every Bloch vector uniform on its sphere.</summary>
    /// <param name="classes">One for every row; they do not matter.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="stream">Which draw this is.</param>
    /// <param name="firstRow">Number of the first row.</param>
    /// <param name="device">Where to put it; null for the CPU.</param>
    /// <returns>[batch, 3n].</returns>
    public Tensor Prior(ReadOnlySpan<byte> classes, ulong seed, ulong stream, long firstRow, Device? device = null)
    {
        using var scope = NewDisposeScope();
        Tensor pole = tensor(new float[] { 0, 0, 1 }).repeat(classes.Length, qubits);
        return TensorVonMisesFisher.Draw(pole, zeros(classes.Length, qubits), seed, stream, firstRow).to(device ?? CPU).MoveToOuterDisposeScope();
    }

    /// <summary>Draws r_s given r_t and the predicted mean of r_0.</summary>
    /// <param name="noisy">r_t, [batch, 3n].</param>
    /// <param name="predicted">x̂_0, [batch, 3n], not normalised: a posterior mean is shorter than 1.</param>
    /// <param name="s">The step to go to, 1 ≤ s &lt; t.</param>
    /// <param name="t">The step that <paramref name="noisy"/> is at.</param>
    /// <param name="temperatureInverse">τ &gt; 0: 1 samples the posterior, larger values sharpen it.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="stream">Which draw this is.</param>
    /// <param name="firstRow">Number of the first row, so that a large batch may be drawn in pieces.</param>
    /// <returns>r_s, [batch, 3n].</returns>
    public Tensor Reverse(Tensor noisy, Tensor predicted, int s, int t, double temperatureInverse, ulong seed, ulong stream, long firstRow)
    {
        using var scope = NewDisposeScope();
        double before = Schedule.Concentration(s);
        Tensor eta = (noisy * Schedule.BridgeConcentration(s, t)) + (predicted * before);
        Tensor known = SquaredLengths(predicted).clamp_max(1);
        Tensor scatter = (1 - known) / (3 - known);
        Tensor squared = SquaredLengths(eta);
        Tensor lengths = squared / (squared.sqrt() + (scatter * (before * before))).clamp_min(1e-12) * temperatureInverse;
        return TensorVonMisesFisher.Draw(Normalise(eta), lengths, seed, stream, firstRow).MoveToOuterDisposeScope();
    }

    // [batch, 3n] to [batch, n].
    private Tensor SquaredLengths(Tensor vectors) => vectors.reshape(vectors.shape[0], qubits, 3).square().sum(-1);
}
