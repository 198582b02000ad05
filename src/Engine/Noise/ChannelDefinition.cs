using System.Collections.Immutable;
using System.Numerics;

namespace QDiff.Engine.Noise;

/// <summary>Makes a channel of checked parameters, on a checked number of qubits.</summary>
/// <param name="parameters">The numbers of the row, in its order; for a row with matrices its numbers for each matrix.</param>
/// <param name="qubits">The number of qubits.</param>
/// <param name="matrices">The matrices; empty for a row that takes none.</param>
public delegate Channel ChannelFactory(ReadOnlySpan<double> parameters, int qubits, IReadOnlyList<Complex[,]> matrices);

/// <summary>All that is known about one kind of noise: a row of <see cref="ChannelCatalog"/>.</summary>
public sealed record ChannelDefinition
{
    /// <summary>Name in messages, look-ups and noise files, for example "AmplitudeDamping".</summary>
    public required string Name { get; init; }

    /// <summary>The function of qiskit_aer.noise that makes the same channel.</summary>
    public required string QiskitName { get; init; }

    /// <summary>Least number of qubits that it acts on.</summary>
    public int MinimumQubits { get; init; } = 1;

    /// <summary>Greatest number of qubits that it acts on.</summary>
    public int MaximumQubits { get; init; } = 1;

    /// <summary>The numbers that it is made with; where <see cref="TakesMatrices"/>, those for each matrix.</summary>
    public ImmutableArray<ChannelParameter> Parameters { get; init; } = [];

    /// <summary>Whether it is made of matrices: see <see cref="CreateOf"/>.</summary>
    public bool TakesMatrices { get; init; }

    /// <summary>
    /// The parameters at which the channel mixes most, being the projection onto what it leaves alone (a depolarizing channel: onto I/2^k).
    /// Empty where there are none.
    /// </summary>
    public ImmutableArray<double> MaximalMixing { get; init; } = [];

    /// <summary>The effect as an equation, in one line.</summary>
    public required string Doc { get; init; }

    /// <summary>Source of the formula: a key of docs/references.md.</summary>
    public required string Source { get; init; }

    /// <summary>Makes the channel; <see cref="Create"/>, <see cref="CreateOn"/> and <see cref="CreateOf"/> check what they give it.</summary>
    public required ChannelFactory Factory { get; init; }

    /// <summary>The channel on the least number of qubits of the row.</summary>
    /// <param name="parameters">One for each of <see cref="Parameters"/>.</param>
    /// <exception cref="ArgumentException">A number is missing or outside its range, or the row takes matrices.</exception>
    public Channel Create(params ReadOnlySpan<double> parameters) => CreateOn(MinimumQubits, parameters);

    /// <summary>The channel on a given number of qubits.</summary>
    /// <param name="qubits">Within the row's range.</param>
    /// <param name="parameters">One for each of <see cref="Parameters"/>.</param>
    /// <exception cref="ArgumentException">A number is missing or outside its range, or the row takes matrices.</exception>
    public Channel CreateOn(int qubits, params ReadOnlySpan<double> parameters)
    {
        Guard.ChannelRow(this, qubits, matrices: false);
        Guard.ChannelParameters(this, parameters);
        return Factory(parameters, qubits, []);
    }

    /// <summary>The channel of given matrices.</summary>
    /// <param name="matrices">At least one, all 2^k × 2^k for k = 1-3.</param>
    /// <param name="parameters">For each matrix one of each of <see cref="Parameters"/>.</param>
    /// <exception cref="ArgumentException">The row takes no matrices, or they or the numbers do not fit.</exception>
    public Channel CreateOf(IReadOnlyList<Complex[,]> matrices, params ReadOnlySpan<double> parameters)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        Guard.ChannelRow(this, MinimumQubits, matrices: true);
        return Factory(parameters, MinimumQubits, matrices);
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Rows are compared by identity.</summary>
    public bool Equals(ChannelDefinition? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
