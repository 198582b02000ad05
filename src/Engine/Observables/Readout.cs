using System.Collections.Immutable;

namespace QDiff.Engine.Observables;

/// <summary>What a run returns for every sample: <see cref="Count"/> real numbers.</summary>
public sealed class Readout
{
    private Readout(ImmutableArray<PauliString> strings, int bornQubits)
    {
        Strings = strings;
        BornQubits = bornQubits;
        Count = bornQubits > 0 ? 1 << bornQubits : strings.Length;
        HighestQubit = bornQubits > 0 ? bornQubits - 1 : strings.Select(s => 31 - int.LeadingZeroCount(s.Support)).Max();
    }

    /// <summary>Expectation values ⟨ψ|P_k|ψ⟩ of Pauli strings, in the order given.</summary>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    public static Readout Expectations(params IReadOnlyList<PauliString> strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        Guard.NotEmpty(strings);
        return new Readout([.. strings], 0);
    }

    /// <summary>All 2^qubits probabilities |ψ_k|² of a register of that many qubits.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="qubits"/> is outside 1-30.</exception>
    public static Readout BornProbabilities(int qubits)
    {
        Guard.QubitCount(qubits);
        return new Readout([], qubits);
    }

    /// <summary>Numbers per sample.</summary>
    public int Count { get; }

    /// <summary>The Pauli strings; empty for Born probabilities.</summary>
    public IReadOnlyList<PauliString> Strings { get; }

    /// <summary>Whether the numbers are Born probabilities.</summary>
    public bool IsBorn => BornQubits > 0;

    internal int BornQubits { get; }

    /// <summary>The highest qubit that is read; −1 when only the identity is.</summary>
    internal int HighestQubit { get; }
}
