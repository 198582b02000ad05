using System.Numerics;
using QDiff.Engine.Observables;

namespace QDiff.Engine.Planning;

/// <summary>
/// A readout lowered to passes over the final amplitudes. Strings of Z become single bits of a parity basis, many in one pass. Strings on
/// one or two qubits are read from the reduced density matrix of a pair of qubits. Any other string becomes one on two qubits
/// when basis states are renamed so that its X part is a single bit and the Z part on the other qubits is another.
/// </summary>
internal sealed class ReadoutPlan
{
    public ReadoutPlan(Readout readout, IndexMap map)
    {
        IsBorn = readout.IsBorn;
        Count = readout.Count;
        Map = map;
        Strings = readout.Strings;
        BornGeometry = new PassGeometry(map, 0, 1);
        var parities = new List<int>();
        var pairs = new SortedDictionary<int, List<PairString>>();
        var singles = new List<int>();
        var passes = new List<PairPass>();
        bool anyTransverse = readout.Strings.Any(s => s.XMask != 0);
        for (int k = 0; k < readout.Strings.Count; k++)
        {
            var text = readout.Strings[k];
            if (text.XMask == 0 && (!anyTransverse || text.Weight != 1) && (text.Weight != 2 || !PairIsRead(readout, text.Support)))
            {
                parities.Add(k);
            }
            else if (text.Weight == 1)
            {
                singles.Add(k);
            }
            else if (text.Weight == 2)
            {
                Home(pairs, text.Support);
                pairs[text.Support].Add(Local(k, text, text.Support));
            }
            else
            {
                passes.Add(Renamed(k, text, map));
            }
        }

        PlaceSingles(readout, singles, pairs, map.QubitCount);
        foreach (var (support, strings) in pairs)
        {
            int low = BitOperations.TrailingZeroCount(support), high = BitOperations.Log2((uint)support);
            passes.Add(new PairPass(new PassGeometry(map, low, high), [.. strings]));
        }

        PairPasses = [.. passes];
        ParityPasses = [.. MakeParityPasses(readout, parities, map)];
    }

    public bool IsBorn { get; }

    public IReadOnlyList<PauliString> Strings { get; }

    public int Count { get; }

    public IndexMap Map { get; }

    /// <summary>The order in which Born probabilities are visited.</summary>
    public PassGeometry BornGeometry { get; }

    public ParityPass[] ParityPasses { get; }

    public PairPass[] PairPasses { get; }

    private static bool PairIsRead(Readout readout, int support) =>
        readout.Strings.Any(s => s.XMask != 0 && s.Support == support);

    private static void Home(SortedDictionary<int, List<PairString>> pairs, int support)
    {
        if (!pairs.ContainsKey(support))
        {
            pairs[support] = [];
        }
    }

    /// <summary>A string on one qubit is read with any pair that holds the qubit; those left over are paired among themselves.</summary>
    private static void PlaceSingles(Readout readout, List<int> singles, SortedDictionary<int, List<PairString>> pairs, int qubits)
    {
        int open = 0;
        foreach (int k in singles)
        {
            int support = readout.Strings[k].Support;
            if (!pairs.Keys.Any(pair => (pair & support) != 0))
            {
                open |= support;
            }
        }

        while (open != 0)
        {
            int first = open & -open;
            open ^= first;
            int second = open != 0 ? open & -open : first == 1 ? 2 : 1;
            open &= ~second;
            Home(pairs, first | second);
        }

        foreach (int k in singles)
        {
            var text = readout.Strings[k];
            int pair = pairs.Keys.First(p => (p & text.Support) != 0);
            pairs[pair].Add(Local(k, text, pair));
        }
    }

    private static PairString Local(int output, PauliString text, int pair)
    {
        int low = BitOperations.TrailingZeroCount(pair), high = BitOperations.Log2((uint)pair);
        return new PairString(output, Pick(text.XMask, low, high), Pick(text.ZMask, low, high), 1);
    }

    private static int Pick(int mask, int low, int high) => ((mask >> low) & 1) | (((mask >> high) & 1) << 1);

    private static PairPass Renamed(int output, PauliString text, IndexMap map)
    {
        int n = map.QubitCount;
        int bit = BitOperations.TrailingZeroCount(text.XMask);
        var rows = new int[n];
        for (int q = 0; q < n; q++)
        {
            // y_q = x_q ⊕ x_bit for the other flipped qubits: flipping x by the X mask then flips y_bit alone.
            rows[q] = (1 << q) | (q != bit && ((text.XMask >> q) & 1) != 0 ? 1 << bit : 0);
        }

        // x·z in terms of y: every x_q with q ≠ bit is y_q, plus y_bit where q is in the X mask.
        int zOthers = text.ZMask & ~(1 << bit);
        int zBit = ((text.ZMask >> bit) & 1) ^ (BitOperations.PopCount((uint)(zOthers & text.XMask)) & 1);
        int partner = zOthers != 0 ? BitOperations.TrailingZeroCount(zOthers) : bit == 0 ? 1 : 0;
        if (zOthers != 0)
        {
            // The parity of the other Z factors becomes bit 'partner'. Over y it is the mask zOthers; over x its rows are summed.
            int row = 0;
            for (int q = 0; q < n; q++)
            {
                row ^= ((zOthers >> q) & 1) != 0 ? rows[q] : 0;
            }

            rows[partner] = row;
        }

        // Σ i^{|x∧z|} is unchanged by a renaming but is i^{|x'∧z'|} for the string as rewritten: the two differ by a sign.
        int before = BitOperations.PopCount((uint)(text.XMask & text.ZMask));
        int sign = ((before - zBit) & 3) == 0 ? 1 : -1;
        var geometry = new PassGeometry(map.InBasis(rows), bit, partner);
        return new PairPass(geometry, [new PairString(output, 1, zBit | (zOthers != 0 ? 2 : 0), sign)]);
    }

    private static IEnumerable<ParityPass> MakeParityPasses(Readout readout, List<int> parities, IndexMap map)
    {
        int n = map.QubitCount;
        List<int> whole = [.. parities.Where(k => readout.Strings[k].ZMask == 0)];
        List<int> items = [.. parities.Where(k => readout.Strings[k].ZMask != 0)];
        var bases = ParityBasis.Partition(n, [.. items.Select(k => readout.Strings[k].ZMask)]);
        if (bases.Count == 0 && whole.Count > 0)
        {
            yield return new ParityPass(new PassGeometry(map, 0, 1), [.. whole.Select(k => (n, k))]);
        }

        foreach (var (rows, members) in bases)
        {
            List<(int, int)> outputs = [.. members.Select(m => (m.Bit, items[m.Item]))];
            outputs.AddRange(whole.Select(k => (n, k)));
            whole.Clear();
            yield return new ParityPass(new PassGeometry(map.InBasis(rows), 0, 1), [.. outputs]);
        }
    }
}

/// <summary>Reads Z of logical bits in one pass: value k is ⟨Z_bit⟩, or ⟨ψ|ψ⟩ where bit is the number of qubits.</summary>
internal sealed record ParityPass(PassGeometry Geometry, (int Bit, int Output)[] Outputs);

/// <summary>Reads strings on two qubits in one pass.</summary>
internal sealed record PairPass(PassGeometry Geometry, PairString[] Strings);

/// <summary>A string on the two local bits, as masks of the local index.</summary>
/// <param name="Output">Which value of the readout it is.</param>
/// <param name="XMask">Local bits with X or Y.</param>
/// <param name="ZMask">Local bits with Z or Y.</param>
/// <param name="Sign">±1.</param>
internal readonly record struct PairString(int Output, int XMask, int ZMask, int Sign);
