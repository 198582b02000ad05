using System.Collections.Immutable;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;

namespace QDiff.Engine.Measurement;

/// <summary>
/// A choice of one Pauli for every qubit, measured together: after <see cref="Rotation"/> a measurement in the computational basis gives the
/// value of every string that agrees with the choice, as the parity of the outcome's bits on the string's <see cref="PauliString.Support"/>.
/// </summary>
public sealed class MeasurementBasis
{
    private MeasurementBasis(PauliString factors, ImmutableArray<int> members, int qubits)
    {
        Factors = factors;
        Members = members;
        var builder = new CircuitBuilder(qubits);
        foreach (var (qubit, pauli) in factors.Factors)
        {
            if (pauli == Pauli.X)
            {
                builder.H(qubit);
            }
            else if (pauli == Pauli.Y)
            {
                builder.Append(Gates.GateCatalog.Sdg, [qubit]).H(qubit);
            }
        }

        Rotation = builder.Build();
    }

    /// <summary>The Pauli of every qubit; the identity where no member asks.</summary>
    public PauliString Factors { get; }

    /// <summary>Places of the strings that this basis measures, in the list that was grouped.</summary>
    public ImmutableArray<int> Members { get; }

    /// <summary>Turns the basis into the computational one: H on a qubit with X, S† and H on one with Y.</summary>
    public Circuit Rotation { get; }

    /// <summary>
    /// Puts strings into bases: two share one when they are equal on every qubit on which neither is the identity (qubit-wise commuting).
    /// Each string goes into the first basis that it fits.
    /// </summary>
    /// <param name="strings">The strings, at least one.</param>
    /// <param name="qubits">Size of the register.</param>
    /// <exception cref="ArgumentException">A string does not fit the register, or there is none.</exception>
    public static ImmutableArray<MeasurementBasis> Group(IReadOnlyList<PauliString> strings, int qubits)
    {
        Guard.QubitCount(qubits);
        Guard.ReadoutFits(Readout.Expectations(strings), qubits);
        var groups = new List<(int X, int Z, List<int> Members)>();
        for (var i = 0; i < strings.Count; i++)
        {
            int x = strings[i].XMask, z = strings[i].ZMask;
            var fit = groups.FindIndex(g => (((g.X ^ x) | (g.Z ^ z)) & (g.X | g.Z) & (x | z)) == 0);
            if (fit < 0)
            {
                groups.Add((x, z, [i]));
            }
            else
            {
                groups[fit].Members.Add(i);
                groups[fit] = (groups[fit].X | x, groups[fit].Z | z, groups[fit].Members);
            }
        }

        return [.. groups.Select(g => new MeasurementBasis(Join(g.Members.Select(i => strings[i])), [.. g.Members], qubits))];
    }

    private static PauliString Join(IEnumerable<PauliString> strings) =>
        PauliString.From([.. strings.SelectMany(s => s.Factors).Distinct()]);
}
