using System.Numerics;
using QDiff.Engine.Randomness;

namespace QDiff.Models.Pairings;

/// <summary>Draws pure states from an ensemble. State i of a seed is the same whatever the number of states drawn.</summary>
/// <remarks>
/// The cap is a von Mises-Fisher distribution with mean length 0.95. Cluster states are RZ(φ₁) ⊗ RZ(φ₂) CZ |++⟩ with φ uniform in
/// [−π/4, π/4]. The Ising chain is H = −Σ Z_i Z_{i+1} − g Σ X_i with g one of 256 even steps of [0.5, 1.5].
/// </remarks>
/// <param name="ensemble">What to draw.</param>
public sealed class StateData(StateEnsemble ensemble)
{
    private const double CapLength = 0.95;
    private const int IsingQubits = 4;
    private const int Fields = 256;

    private static readonly Complex[] s_magic = PureState.FromBloch(1, 1, 1);

    private readonly ComplexWatson _cap = new(2, CapLength);
    private readonly Complex[][] _ising = ensemble == StateEnsemble.Ising
        ? [.. Enumerable.Range(0, Fields).Select(i => GroundState(0.5 + ((i + 0.5) / Fields)))]
        : [];

    /// <summary>Qubits of a state.</summary>
    public int QubitCount { get; } = ensemble switch
    {
        StateEnsemble.Cluster => 2,
        StateEnsemble.Ising => IsingQubits,
        _ => 1,
    };

    /// <summary>Draws states, each as 2^n amplitudes.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Seed of the draw.</param>
    public Complex[][] Draw(int count, ulong seed) => [.. Enumerable.Range(0, count).Select(i => State(i, seed))];

    /// <summary>State <paramref name="index"/> of what <see cref="Draw"/> returns.</summary>
    public Complex[] State(int index, ulong seed)
    {
        var random = new CounterRandom(seed, index, 0);
        double u = random.Double(0), v = random.Double(1);
        return ensemble switch
        {
            StateEnsemble.Circle => [Math.Cos(Math.PI * u), Math.Sin(Math.PI * u)],
            StateEnsemble.State => [.. s_magic],
            StateEnsemble.Cap => _cap.Draw(s_magic, random),
            StateEnsemble.Pair => PureState.FromBloch(u < 0.5 ? 0 : 1, 0, u < 0.5 ? 1 : 0),
            StateEnsemble.Tetrahedron => (int)(4 * u) switch
            {
                0 => PureState.FromBloch(0, 0, 1),
                var corner => PureState.FromBloch(
                    Math.Sqrt(8.0) / 3 * Math.Cos(2 * Math.PI * corner / 3), Math.Sqrt(8.0) / 3 * Math.Sin(2 * Math.PI * corner / 3), -1.0 / 3),
            },
            StateEnsemble.Cluster => Cluster((u - 0.5) * Math.PI / 2, (v - 0.5) * Math.PI / 2),
            StateEnsemble.Ising => [.. _ising[(int)(Fields * u)]],
            _ => throw new ArgumentOutOfRangeException(nameof(ensemble), ensemble, "Unknown ensemble."),
        };
    }

    private static Complex[] Cluster(double first, double second) =>
    [
        0.5, Complex.FromPolarCoordinates(0.5, first), Complex.FromPolarCoordinates(0.5, second), -Complex.FromPolarCoordinates(0.5, first + second),
    ];

    /// <summary>By power iteration with c − H from |+…+⟩, which overlaps the ground state and none of the odd sector next to it.</summary>
    private static Complex[] GroundState(double field)
    {
        const int Dimension = 1 << IsingQubits;
        const int Iterations = 400;
        double shift = IsingQubits * (1 + field);
        double[] state = new double[Dimension], next = new double[Dimension];
        Array.Fill(state, 1 / Math.Sqrt(Dimension));
        for (int i = 0; i < Iterations; i++)
        {
            double norm = 0;
            for (int k = 0; k < Dimension; k++)
            {
                // Neighbours of unlike bits raise the energy by 1, of like bits lower it.
                int unlike = BitOperations.PopCount((uint)((k ^ (k >> 1)) & ((1 << (IsingQubits - 1)) - 1)));
                double value = (shift + IsingQubits - 1 - (2 * unlike)) * state[k];
                for (int q = 0; q < IsingQubits; q++)
                {
                    value += field * state[k ^ (1 << q)];
                }

                next[k] = value;
                norm += value * value;
            }

            for (int k = 0; k < Dimension; k++)
            {
                state[k] = next[k] / Math.Sqrt(norm);
            }
        }

        return [.. state.Select(x => new Complex(x, 0))];
    }
}
