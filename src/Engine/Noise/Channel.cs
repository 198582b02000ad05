using System.Collections.Immutable;
using System.Numerics;

namespace QDiff.Engine.Noise;

/// <summary>
/// A completely positive, trace-preserving map ρ → Σ_i K_i ρ K_i† on k qubits. Immutable. The first qubit that it acts on is the
/// least significant bit of the indices of its Kraus operators.
/// </summary>
public sealed class Channel
{
    internal const double Tolerance = 1e-6;

    private readonly ImmutableArray<Complex[,]> _kraus;

    internal Channel(string name, ImmutableArray<double> parameters, ImmutableArray<Complex[,]> kraus, ImmutableArray<double> pauliProbabilities)
    {
        Name = name;
        Parameters = parameters;
        QubitCount = Guard.KrausArity(name, kraus);
        _kraus = kraus;
        PauliProbabilities = pauliProbabilities;
    }

    /// <summary>Name in messages, for example "amplitude damping".</summary>
    public string Name { get; }

    /// <summary>The numbers that it was made with, in the order of its row in the catalog; empty for a user's own.</summary>
    public ImmutableArray<double> Parameters { get; }

    /// <summary>Number of qubits k.</summary>
    public int QubitCount { get; }

    /// <summary>Copies of the Kraus operators, each 2^k × 2^k.</summary>
    public ImmutableArray<Complex[,]> Kraus => [.. _kraus.Select(k => (Complex[,])k.Clone())];

    /// <summary>
    /// For a mixture of Paulis: the probability of each of the 4^k strings, index Σ_q digit_q·4^q with digits 0-3 for I, X, Y, Z on the
    /// channel's q-th qubit. Empty when the channel is no mixture of Paulis.
    /// </summary>
    public ImmutableArray<double> PauliProbabilities { get; }

    /// <summary>Whether the channel is a mixture of Paulis.</summary>
    public bool IsPauli => !PauliProbabilities.IsEmpty;

    /// <summary>Makes a channel of a user's own Kraus operators.</summary>
    /// <param name="operators">At least one matrix, all 2^k × 2^k for k = 1-3; copied.</param>
    /// <param name="name">Name for messages.</param>
    /// <exception cref="ArgumentException">
    /// Sizes differ or are not 2, 4 or 8, an entry is not finite, or Σ K†K differs from 1 by more than 1e-6 (the message has the deviation).
    /// </exception>
    public static Channel FromKraus(IReadOnlyList<Complex[,]> operators, string name = "user's channel")
    {
        ArgumentNullException.ThrowIfNull(operators);
        return new Channel(name, [], [.. operators.Select(k => (Complex[,])k.Clone())], []);
    }

    /// <summary>Name and parameters.</summary>
    public override string ToString() => Parameters.IsEmpty ? Name : $"{Name}({string.Join(", ", Parameters)})";
}
