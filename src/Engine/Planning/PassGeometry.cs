namespace QDiff.Engine.Planning;

/// <summary>
/// The order in which a pass over all amplitudes visits them: groups of 2^k amplitudes that differ in the k local qubits. The other
/// qubits, by rising number, count the groups: the first <see cref="InnerQubits"/> of them through a small table of
/// physical offsets, the rest (the outer index) by exclusive-or of their flips.
/// </summary>
internal sealed class PassGeometry
{
    /// <summary>At most 2^5 groups in the inner loop, so that a table of one phase for each stays in the first-level cache.</summary>
    private const int MaximumInnerBits = 5;

    public PassGeometry(IndexMap map, params ReadOnlySpan<int> locals)
    {
        QubitCount = map.QubitCount;
        LocalQubits = locals.ToArray();
        LocalFlips = [.. LocalQubits.Select(q => map.Flips[q])];
        int[] others = [.. Enumerable.Range(0, map.QubitCount).Except(LocalQubits)];
        int innerBits = Math.Min(MaximumInnerBits, others.Length);
        InnerQubits = others[..innerBits];
        OuterQubits = others[innerBits..];
        OuterFlips = [.. OuterQubits.Select(q => map.Flips[q])];
        Offset = map.Offset;
        Inner = new int[1 << innerBits];
        for (int i = 0; i < Inner.Length; i++)
        {
            for (int b = 0; b < innerBits; b++)
            {
                Inner[i] ^= ((i >> b) & 1) != 0 ? map.Flips[InnerQubits[b]] : 0;
            }
        }
    }

    public int QubitCount { get; }

    /// <summary>The qubits within a group, first = least significant bit of the index within it.</summary>
    public int[] LocalQubits { get; }

    /// <summary>Physical flips of the local qubits.</summary>
    public int[] LocalFlips { get; }

    public int[] InnerQubits { get; }

    public int[] OuterQubits { get; }

    public int[] OuterFlips { get; }

    /// <summary>Physical index of logical 0.</summary>
    public int Offset { get; }

    /// <summary>Physical offset of every inner group.</summary>
    public int[] Inner { get; }

    /// <summary>Number of outer blocks, each of Inner.Length groups.</summary>
    public int OuterCount => 1 << OuterQubits.Length;

    /// <summary>Physical index of the first amplitude of an outer block.</summary>
    public int OuterOffset(int outer)
    {
        int physical = Offset;
        for (int b = 0; outer >> b != 0; b++)
        {
            physical ^= ((outer >> b) & 1) != 0 ? OuterFlips[b] : 0;
        }

        return physical;
    }
}
