using System.Numerics;
using QDiff.Engine.Observables;
using QDiff.Engine.Randomness;
using QDiff.Engine.States;

namespace QDiff.Engine.Noise;

/// <summary>
/// The depolarizing channel as random unitaries on state vectors: every draw maps pure states to pure states, and the mean over draws
/// is exactly ρ → (1 − p) ρ + p I/2 on each chosen qubit.
/// </summary>
/// <remarks>
/// Draws are keyed by (seed, sample, operation) and by the qubit within an operation, so they do not depend on batch size,
/// thread count or the order in which qubits are listed.
/// For 1 − p = A(κ) ≥ 0 the random rotations are those of <see cref="IsotropicRotation"/> with concentration κ; for p in (1, 4/3] a half
/// turn about a uniformly random axis, whose mean is −1/3, follows one with A(κ) = 3(p − 1).
/// </remarks>
public sealed class DepolarizingUnravelling
{
    // Three blocks for a rotation or one for a jump, and one for the half turn.
    private const int BlocksPerQubit = IsotropicRotation.BlocksPerDraw + 1;

    private readonly bool _rotates;
    private readonly double _kappa;

    /// <summary>Chooses channel and kind.</summary>
    /// <param name="channel">The channel that is the mean, on one qubit.</param>
    /// <param name="kind">How single draws look.</param>
    /// <exception cref="ArgumentException">The channel is not on one qubit, or <paramref name="kind"/> is none of the kinds.</exception>
    public DepolarizingUnravelling(DepolarizingChannel channel, UnravellingKind kind)
    {
        ArgumentNullException.ThrowIfNull(channel);
        Guard.OneQubitUnravelling(channel);
        Guard.Defined(kind);
        Channel = channel;
        Kind = kind;
        var length = channel.Shrink >= 0 ? channel.Shrink : -3 * channel.Shrink;
        _rotates = length < 1;
        _kappa = _rotates ? VonMisesFisher.Concentration(length) : double.PositiveInfinity;
    }

    /// <summary>The channel that is the mean.</summary>
    public DepolarizingChannel Channel { get; }

    /// <summary>How single draws look.</summary>
    public UnravellingKind Kind { get; }

    /// <summary>Threads to use, 1 or more; null for one on each processor. The results do not depend on it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than one thread.</exception>
    public int? Threads
    {
        get;
        init
        {
            Guard.UnravellingThreads(value);
            field = value;
        }
    }

    /// <summary>Applies one independent draw to each listed qubit of each state.</summary>
    /// <param name="states">Changed in place; state i is sample firstSample + i of the run.</param>
    /// <param name="qubits">The qubits that the channel acts on, each once.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="operation">Which use of randomness this is: a new number for every application in a run.</param>
    /// <param name="firstSample">Number within the run of state 0.</param>
    /// <exception cref="ArgumentException">A qubit is outside the register or repeated, or a sample number is out of range.</exception>
    public void Apply<T>(StateVectorBatch<T> states, ReadOnlySpan<int> qubits, ulong seed, ulong operation, long firstSample = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(states);
        Guard.DistinctQubits(qubits, states.QubitCount);
        Guard.SampleNumbers(firstSample, states.Batch);
        if (Channel.P == 0)
        {
            return;
        }

        int[] targets = [.. qubits];
        Parallel.For(0, states.Batch, new ParallelOptions { MaxDegreeOfParallelism = Threads ?? -1 }, sample =>
        {
            var random = new CounterRandom(seed, firstSample + sample, operation);
            foreach (var qubit in targets)
            {
                if (Kind == UnravellingKind.PauliJumps)
                {
                    Jump(states, sample, qubit, DrawJump(random, qubit));
                }
                else
                {
                    Rotate(states, sample, qubit, DrawRotation(random, qubit));
                }
            }
        });
    }

    /// <summary>The Pauli that a jump applies to a qubit: I with probability 1 − 3p/4, X, Y, Z with p/4 each.</summary>
    /// <param name="random">The stream of the sample and operation.</param>
    /// <param name="qubit">The qubit.</param>
    public Pauli DrawJump(CounterRandom random, int qubit)
    {
        var cell = random.Double(2 * qubit * BlocksPerQubit) / Channel.PauliProbability;
        return cell < 1 ? Pauli.X : cell < 2 ? Pauli.Y : cell < 3 ? Pauli.Z : Pauli.I;
    }

    /// <summary>The rotation that the random-rotation kind applies to a qubit.</summary>
    /// <param name="random">The stream of the sample and operation.</param>
    /// <param name="qubit">The qubit.</param>
    public BlochRotation DrawRotation(CounterRandom random, int qubit)
    {
        var block = qubit * BlocksPerQubit;
        var rotation = _rotates ? IsotropicRotation.Sample(_kappa, random, block) : BlochRotation.Identity;
        return Channel.Shrink >= 0
            ? rotation
            : IsotropicRotation.SampleHalfTurn(random, block + IsotropicRotation.BlocksPerDraw).After(rotation);
    }

    private static void Jump<T>(StateVectorBatch<T> states, int sample, int qubit, Pauli pauli)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (pauli == Pauli.I)
        {
            return;
        }

        Span<T> real = states.Real(sample), imaginary = states.Imaginary(sample);
        var bit = 1 << qubit;
        for (var i1 = bit; i1 < real.Length; i1 = (i1 + 1) | bit)
        {
            var i0 = i1 ^ bit;
            switch (pauli)
            {
                case Pauli.X:
                    (real[i0], real[i1]) = (real[i1], real[i0]);
                    (imaginary[i0], imaginary[i1]) = (imaginary[i1], imaginary[i0]);
                    break;
                case Pauli.Y:
                    // (a0, a1) → (−i a1, i a0)
                    (real[i0], imaginary[i0], real[i1], imaginary[i1]) = (imaginary[i1], -real[i1], -imaginary[i0], real[i0]);
                    break;
                default:
                    (real[i1], imaginary[i1]) = (-real[i1], -imaginary[i1]);
                    break;
            }
        }
    }

    private static void Rotate<T>(StateVectorBatch<T> states, int sample, int qubit, BlochRotation rotation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // W − i(X σx + Y σy + Z σz) = [[W − iZ, −Y − iX], [Y − iX, W + iZ]]
        Span<T> real = states.Real(sample), imaginary = states.Imaginary(sample);
        T w = T.CreateChecked(rotation.W), x = T.CreateChecked(rotation.X), y = T.CreateChecked(rotation.Y), z = T.CreateChecked(rotation.Z);
        var bit = 1 << qubit;
        for (var i1 = bit; i1 < real.Length; i1 = (i1 + 1) | bit)
        {
            var i0 = i1 ^ bit;
            T r0 = real[i0], m0 = imaginary[i0], r1 = real[i1], m1 = imaginary[i1];
            real[i0] = w * r0 + z * m0 - y * r1 + x * m1;
            imaginary[i0] = w * m0 - z * r0 - y * m1 - x * r1;
            real[i1] = y * r0 + x * m0 + w * r1 - z * m1;
            imaginary[i1] = y * m0 - x * r0 + w * m1 + z * r1;
        }
    }
}
