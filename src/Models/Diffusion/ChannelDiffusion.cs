using QDiff.Engine.Noise;
using QDiff.Models.Metrics;
using static TorchSharp.torch;

namespace QDiff.Models.Diffusion;

/// <summary>
/// Diffusion of product states of n qubits by any channel on every qubit, written in Bloch vectors as in <see cref="SphericalDiffusion"/>: t steps of the channel
/// make m_t(r) = A_t·r + b_t of a Bloch vector r.
/// </summary>
/// <remarks>
/// <para>Forward: r_t ~ vMF with mean m_t(r_0), on every sphere: of all ensembles of pure states whose mean is the channel's output, the one of greatest entropy.</para>
/// <para>Reverse: r_s ~ vMF with mean m_s(x̂_0) + k·(r_t − m_t(x̂_0)), k = (α_t/α_s)(1 − α_s²)/(1 − α_t²), its concentration times τ. This mean is linear in the
/// clean state, so that a prediction x̂_0 that is the mean of r_0 gives r_s the forward process's mean exactly, whatever the scatter of r_0; k is what Gaussian noise
/// has there (Ho, Jain and Abbeel 2020, docs/references.md: Ho2020). Of amplitude damping and the mixture it may leave the ball by a few percent (docs/channels.md);
/// it is drawn with κ = 10⁶ then.</para>
/// <para>Every draw is keyed by (seed, stream, row): the same whatever the batch, the order or the number of threads.</para>
/// </remarks>
public sealed class ChannelDiffusion : IDiffusion
{
    // Below this correlation of r_0 with r_T the reverse process starts from noise alone; depolarizing ends at 0.02.
    private const double Forgotten = 0.2;

    // Gives the mean a direction where the channel leaves none; its κ is 0 to nine digits.
    private const float Pole = 1e-9f;

    private readonly int _qubits;
    private readonly DepolarizingSchedule _schedule;
    private readonly GaussianMixture? _ends;
    private readonly float[] _linear;
    private readonly float[] _offset;
    private readonly double[] _signal;
    private readonly double[] _precision;

    /// <summary>Tabulates the channel's steps.</summary>
    /// <param name="qubits">n.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="schedule">α_t, the factor that coherences keep.</param>
    /// <param name="ends">The distribution of m_T(r_0), a component for every class, where the channel does not forget all; null if nothing is drawn from the end.</param>
    public ChannelDiffusion(int qubits, NoiseChannel channel, DepolarizingSchedule schedule, GaussianMixture? ends = null)
    {
        (_qubits, _schedule, _ends) = (qubits, schedule, ends);
        int count = schedule.Steps + 1;
        (_linear, _offset, _signal, _precision) = (new float[9 * count], new float[3 * count], new double[count], new double[count]);
        double correlation = 1;
        for (int t = 0; t < count; t++)
        {
            double[,] transfer = SuperOperator.Of(ForwardChannel.Of(channel, schedule.Shrink(t), (double)t / schedule.Steps)).ToPauliTransfer();
            (double squares, double offset) = (0, 0);
            for (int i = 0; i < 3; i++)
            {
                offset += transfer[i + 1, 0] * transfer[i + 1, 0];
                _offset[(3 * t) + i] = (float)transfer[i + 1, 0];
                for (int j = 0; j < 3; j++)
                {
                    squares += transfer[i + 1, j + 1] * transfer[i + 1, j + 1] / 3;
                    _linear[(9 * t) + (3 * i) + j] = (float)transfer[i + 1, j + 1];
                }
            }

            // For a uniform r_0: root mean square of A_t·r_0, and the same of r_t − b_t.
            _signal[t] = Math.Sqrt(squares);
            correlation = t == 0 ? 1 : Math.Sqrt(squares / (1 - offset));
            _precision[t] = t == 0 ? double.PositiveInfinity : VonMisesFisher.Concentration(correlation);
        }

        ForgetsAll = correlation < Forgotten;
    }

    /// <summary>Whether T steps leave nothing of the state, so that the reverse process starts from noise alone.</summary>
    public bool ForgetsAll { get; }

    /// <inheritdoc/>
    public int Steps => _schedule.Steps;

    /// <summary>The root mean square of A_t·r over all directions r.</summary>
    /// <inheritdoc/>
    public double Signal(int t) => _signal[t];

    /// <summary>κ of the correlation of r_0 with r_t − b_t: that of depolarizing noise which tells as much of r_0.</summary>
    /// <inheritdoc/>
    public double Precision(int t) => _precision[t];

    /// <inheritdoc/>
    public Tensor Clean(Tensor predicted) => SphericalDiffusion.Normalise(predicted);

    /// <inheritdoc/>
    public Tensor Attainable(Tensor predicted) => SphericalDiffusion.IntoBall(predicted);

    /// <summary>m_t(r): what t steps of the channel make of Bloch vectors.</summary>
    /// <param name="vectors">r, [batch, 3n].</param>
    /// <param name="timesteps">t of every row, or one for all.</param>
    /// <returns>[batch, 3n].</returns>
    public Tensor Mean(Tensor vectors, ReadOnlySpan<int> timesteps)
    {
        using var scope = NewDisposeScope();
        var linear = new float[9 * timesteps.Length];
        var offset = new float[3 * timesteps.Length];
        for (int b = 0; b < timesteps.Length; b++)
        {
            _linear.AsSpan(9 * timesteps[b], 9).CopyTo(linear.AsSpan(9 * b));
            _offset.AsSpan(3 * timesteps[b], 3).CopyTo(offset.AsSpan(3 * b));
        }

        Tensor split = vectors.reshape(vectors.shape[0], -1, 1, 3);
        Tensor moved = (split * tensor(linear, [timesteps.Length, 1, 3, 3], device: vectors.device)).sum(-1);
        return (moved + tensor(offset, [timesteps.Length, 1, 3], device: vectors.device)).reshape(vectors.shape).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Diffuse(Tensor clean, ReadOnlySpan<int> timesteps, ulong seed, ulong stream)
    {
        using var scope = NewDisposeScope();
        return Draw(Mean(clean, timesteps), 1, seed, stream, 0).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Draws where the reverse process starts: about what the channel makes of the maximally mixed state where it forgets all, else about a draw from the
    /// distribution of m_T(r_0) of the row's class, brought into the ball.
    /// </summary>
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The channel does not forget all, and there is no distribution of what it keeps.</exception>
    public Tensor Prior(ReadOnlySpan<byte> classes, ulong seed, ulong stream, long firstRow, Device? device = null)
    {
        using var scope = NewDisposeScope();
        Tensor mean;
        if (ForgetsAll)
        {
            mean = Mean(zeros(classes.Length, 3 * _qubits), [Steps]) + tensor(new float[] { 0, 0, Pole }).repeat(_qubits);
        }
        else
        {
            GaussianMixture ends = _ends ?? throw new InvalidOperationException("This channel keeps a part of the state for ever; drawing from its end needs the distribution of that part.");
            mean = SphericalDiffusion.IntoBall(ends.Sample(classes, seed, firstRow));
        }

        return Draw(mean, 1, seed, stream, firstRow).to(device ?? CPU).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Reverse(Tensor noisy, Tensor predicted, int s, int t, double temperatureInverse, ulong seed, ulong stream, long firstRow)
    {
        using var scope = NewDisposeScope();
        double before = _schedule.Shrink(s), now = _schedule.Shrink(t);
        double kept = now / before * (1 - (before * before)) / (1 - (now * now));
        Tensor mean = Mean(predicted, [s]) + ((noisy - Mean(predicted, [t])) * kept);
        return Draw(mean, temperatureInverse, seed, stream, firstRow).MoveToOuterDisposeScope();
    }

    // Means [batch, 3n], whose lengths say how far the directions scatter about them.
    private Tensor Draw(Tensor means, double temperatureInverse, ulong seed, ulong stream, long firstRow)
    {
        Tensor lengths = means.reshape(means.shape[0], _qubits, 3).square().sum(-1).sqrt();
        return TensorVonMisesFisher.Draw(means, TensorVonMisesFisher.Concentration(lengths) * temperatureInverse, seed, stream, firstRow);
    }
}
