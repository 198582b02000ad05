using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace QDiff.Engine.Observables;

/// <summary>
/// A product of Pauli matrices on some qubits, identity elsewhere. Stored as masks: with x = <see cref="XMask"/> and
/// z = <see cref="ZMask"/> it is i^{|x ∧ z|} X^x Z^z, so that P|k⟩ = i^{|x ∧ z|} (−1)^{|k ∧ z|} |k ⊕ x⟩.
/// </summary>
public sealed class PauliString : IEquatable<PauliString>
{
    private PauliString(int xMask, int zMask)
    {
        XMask = xMask;
        ZMask = zMask;
    }

    /// <summary>Makes a string from its factors; a qubit may occur once.</summary>
    /// <exception cref="ArgumentException">A qubit is outside 0-29 or occurs twice.</exception>
    public static PauliString From(params ReadOnlySpan<(int Qubit, Pauli Pauli)> factors)
    {
        int x = 0, z = 0, seen = 0;
        foreach (var (qubit, pauli) in factors)
        {
            Guard.PauliFactor(qubit, pauli, seen);
            int bit = 1 << qubit;
            seen |= bit;
            x |= pauli is Pauli.X or Pauli.Y ? bit : 0;
            z |= pauli is Pauli.Z or Pauli.Y ? bit : 0;
        }

        return new PauliString(x, z);
    }

    /// <summary>The string with no factor.</summary>
    public static PauliString Identity { get; } = new(0, 0);

    /// <summary>X on one qubit.</summary>
    public static PauliString X(int qubit) => From((qubit, Pauli.X));

    /// <summary>Y on one qubit.</summary>
    public static PauliString Y(int qubit) => From((qubit, Pauli.Y));

    /// <summary>Z on one qubit.</summary>
    public static PauliString Z(int qubit) => From((qubit, Pauli.Z));

    /// <summary>A product of two factors.</summary>
    public static PauliString Pair(Pauli first, int firstQubit, Pauli second, int secondQubit) =>
        From((firstQubit, first), (secondQubit, second));

    /// <summary>Reads "X0 Z3": letter and qubit for each factor, separated by blanks; "I" is the identity.</summary>
    /// <exception cref="FormatException">The text is not of that form.</exception>
    /// <exception cref="ArgumentException">A qubit is outside 0-29 or occurs twice.</exception>
    public static PauliString Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var factors = new List<(int, Pauli)>();
        foreach (string word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (word is "I")
            {
                continue;
            }

            if (!Enum.TryParse(word[..1], out Pauli pauli) || char.IsDigit(word[0])
                || !int.TryParse(word.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int qubit))
            {
                throw new FormatException($"'{word}' in '{text}' is not a Pauli factor; write a letter I, X, Y or Z and a qubit, as in \"X0 Z3\".");
            }

            factors.Add((qubit, pauli));
        }

        return From(factors.ToArray());
    }

    /// <summary>Qubits with X or Y.</summary>
    public int XMask { get; }

    /// <summary>Qubits with Z or Y.</summary>
    public int ZMask { get; }

    /// <summary>Qubits with any factor but the identity.</summary>
    public int Support => XMask | ZMask;

    /// <summary>Number of factors that are not the identity.</summary>
    public int Weight => BitOperations.PopCount((uint)Support);

    /// <summary>The factor on one qubit.</summary>
    public Pauli this[int qubit] => ((XMask >> qubit) & 1, (ZMask >> qubit) & 1) switch
    {
        (0, 0) => Pauli.I,
        (1, 0) => Pauli.X,
        (1, 1) => Pauli.Y,
        _ => Pauli.Z,
    };

    /// <summary>The factors that are not the identity, by rising qubit.</summary>
    public ImmutableArray<(int Qubit, Pauli Pauli)> Factors =>
        [.. Enumerable.Range(0, 31).Where(q => ((Support >> q) & 1) != 0).Select(q => (q, this[q]))];

    /// <inheritdoc/>
    public bool Equals(PauliString? other) => other is not null && XMask == other.XMask && ZMask == other.ZMask;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PauliString);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(XMask, ZMask);

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() =>
        Support == 0 ? "I" : string.Join(' ', Factors.Select(f => $"{f.Pauli}{f.Qubit}"));
}
