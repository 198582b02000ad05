namespace QDiff.Engine.Measurement;

/// <summary>Basis states as text: one character a qubit, qubit 0 rightmost, so that the text reads as the binary number of the index.</summary>
public static class Bitstring
{
    /// <summary>"0011" for index 3 of 4 qubits.</summary>
    /// <param name="index">0 to 2^qubits − 1.</param>
    /// <param name="qubits">1-30.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index or the number of qubits is out of range.</exception>
    public static string Format(int index, int qubits)
    {
        Guard.QubitCount(qubits);
        Guard.BasisState(index, qubits);
        return string.Create(qubits, index, static (text, value) =>
        {
            for (var qubit = 0; qubit < text.Length; qubit++)
            {
                text[^(qubit + 1)] = (char)('0' + ((value >> qubit) & 1));
            }
        });
    }

    /// <summary>The index that <see cref="Format"/> wrote.</summary>
    /// <param name="text">1-30 characters 0 or 1.</param>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static int Parse(ReadOnlySpan<char> text)
    {
        if (text.Length is < 1 or > Guard.MaximumQubits || text.ContainsAnyExcept('0', '1'))
        {
            throw new FormatException($"A bitstring has 1-{Guard.MaximumQubits} characters 0 or 1; got '{text}'.");
        }

        var index = 0;
        foreach (var character in text)
        {
            index = 2 * index + (character - '0');
        }

        return index;
    }
}
