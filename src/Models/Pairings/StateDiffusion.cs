using System.Numerics;
using QDiff.Engine.Noise;
using QDiff.Engine.Randomness;
using QDiff.Models.Diffusion;

namespace QDiff.Models.Pairings;

/// <summary>
/// Diffusion of pure states by a channel: every draw is a pure state, and the mean of the draws is exactly what the channel makes of the state.
/// Coherences keep the factor α_t = 1 − p(t) of a <see cref="DepolarizingSchedule"/>.
/// </summary>
/// <remarks>
/// Depolarizing (of the register): <see cref="ComplexWatson"/>. Random unitary: each qubit is turned by a Haar-random unitary with probability 1 − α.
/// The others (<see cref="ForwardChannel"/>) act on each qubit by one of their Kraus operators, chosen with its probability ‖Kψ‖² (Dalibard, Castin and Mølmer 1992, docs/references.md: Dalibard1992).
/// </remarks>
internal sealed class StateDiffusion
{
    private const int BlocksPerQubit = 1 + IsotropicRotation.BlocksPerDraw;

    private readonly NoiseChannel _channel;
    private readonly StateData _data;
    private readonly int _qubits;
    private readonly ComplexWatson?[] _watson;
    private readonly Complex[][][,] _kraus;

    public StateDiffusion(NoiseChannel channel, int steps, StateData data)
    {
        _channel = channel;
        _data = data;
        _qubits = data.QubitCount;
        Schedule = new DepolarizingSchedule(steps);
        _watson = new ComplexWatson?[steps + 1];
        _kraus = new Complex[steps + 1][][,];
        for (int t = 1; t <= steps; t++)
        {
            double kept = Schedule.Shrink(t);
            _watson[t] = channel == NoiseChannel.Depolarizing ? new ComplexWatson(1 << _qubits, kept) : null;
            _kraus[t] = channel is NoiseChannel.Depolarizing or NoiseChannel.RandomUnitary ? [] : [.. ForwardChannel.Of(channel, kept, (double)t / steps).Kraus];
        }
    }

    /// <summary>How fast the noise grows.</summary>
    public DepolarizingSchedule Schedule { get; }

    /// <summary>Whether T steps leave nothing of the state, so that the reverse process starts from noise alone.</summary>
    public bool ForgetsAll => _channel is NoiseChannel.Depolarizing || IsCooling || (_channel == NoiseChannel.RandomUnitary && _qubits == 1);

    // Ends in |0…0⟩.
    private bool IsCooling => _channel is NoiseChannel.AmplitudeDamping or NoiseChannel.Mixture;

    /// <summary>Draws ψ_t given ψ_0.</summary>
    public Complex[] Diffuse(ReadOnlySpan<Complex> clean, int t, CounterRandom random)
    {
        if (t == 0)
        {
            return clean.ToArray();
        }

        if (_watson[t] is { } watson)
        {
            return watson.Draw(clean, random);
        }

        Complex[] state = clean.ToArray();
        for (int q = 0; q < _qubits; q++)
        {
            int block = q * BlocksPerQubit;
            double chance = random.Double(2 * block);
            if (_channel != NoiseChannel.RandomUnitary)
            {
                ApplyOneOf(_kraus[t], state, q, chance);
            }
            else if (chance >= Schedule.Shrink(t))
            {
                BlochRotation turn = IsotropicRotation.Sample(0, random, block + 1);
                Apply(
                    new Complex[,] { { new(turn.W, -turn.Z), new(-turn.Y, -turn.X) }, { new(turn.Y, -turn.X), new(turn.W, turn.Z) } }, state, state, q);
            }
        }

        return state;
    }

    /// <summary>
    /// Draws where the reverse process starts: the channel's own limit where it forgets all (uniformly random states; |0…0⟩ for amplitude damping and the mixture), else
    /// states of the ensemble after T steps, because what the channel keeps is part of its limit.
    /// </summary>
    public Complex[] Prior(ulong seed, int sample)
    {
        // Stream 0 is that of the state itself.
        var random = new CounterRandom(seed, sample, 1);
        if (!ForgetsAll)
        {
            return Diffuse(_data.State(sample, seed), Schedule.Steps, random);
        }

        if (!IsCooling)
        {
            return ComplexWatson.Haar(1 << _qubits, random);
        }

        var ground = new Complex[1 << _qubits];
        ground[0] = 1;
        return ground;
    }

    private static void ApplyOneOf(Complex[][,] kraus, Complex[] state, int qubit, double chance)
    {
        var moved = new Complex[state.Length];
        foreach (Complex[,] k in kraus)
        {
            Apply(k, state, moved, qubit);
            double weight = moved.Sum(a => (a.Real * a.Real) + (a.Imaginary * a.Imaginary));
            chance -= weight;
            if (weight > 0 && (chance < 0 || ReferenceEquals(k, kraus[^1])))
            {
                moved.CopyTo(state, 0);
                break;
            }
        }

        PureState.Normalise(state);
    }

    private static void Apply(Complex[,] matrix, Complex[] from, Complex[] to, int qubit)
    {
        for (int k = 0; k < from.Length; k++)
        {
            if ((k >> qubit & 1) == 0)
            {
                Complex low = from[k], high = from[k | 1 << qubit];
                to[k] = (matrix[0, 0] * low) + (matrix[0, 1] * high);
                to[k | 1 << qubit] = (matrix[1, 0] * low) + (matrix[1, 1] * high);
            }
        }
    }
}
