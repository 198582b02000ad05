using System.Numerics;

namespace QDiff.Engine.Planning;

/// <summary>
/// Where a wide plan keeps the amplitudes: place = W(physical index), linear over GF(2); the low bits of a place are its lane.
/// </summary>
internal sealed class WideStorage
{
    private readonly int _laneBits;
    private readonly int[] _columns;

    public WideStorage(int qubits, int laneBits)
        : this(laneBits, [.. Enumerable.Range(0, qubits).Select(q => 1 << q)])
    {
    }

    private WideStorage(int laneBits, int[] columns)
    {
        _laneBits = laneBits;
        _columns = columns;
    }

    public WideStorage Clone() => new(_laneBits, (int[])_columns.Clone());

    /// <summary>The logical qubits of an index map as they lie in storage.</summary>
    public WideFrame Frame(IndexMap map) => new(_laneBits, [.. map.Flips.Select(Place)], Place(map.Offset));

    /// <summary>
    /// Chooses new lanes so that as many as possible of the given tile flips, the first ones first, leave the lane alone, and changes
    /// the storage accordingly.
    /// </summary>
    public WideTranspose Transpose(IEnumerable<int> tileFlips)
    {
        int tileBits = _columns.Length - _laneBits;

        // The span of the flips, kept so small that enough parities vanish on it.
        var span = new List<int>();
        foreach (int flip in tileFlips)
        {
            int rest = span.Aggregate(flip, (value, row) => Math.Min(value, value ^ row));
            if (rest != 0 && span.Count < tileBits - _laneBits)
            {
                span.Add(rest);
            }
        }

        var parities = Annihilator(span, tileBits).Take(_laneBits).ToArray();
        var pivots = ReducePivots(parities);
        var transpose = new WideTranspose(parities, pivots, tileBits);
        for (int c = 0; c < _columns.Length; c++)
        {
            int tile = _columns[c] >> _laneBits, lane = _columns[c] & ((1 << _laneBits) - 1);
            int row = transpose.Parities(tile);
            _columns[c] = ((tile ^ transpose.Spread(row ^ lane)) << _laneBits) | row;
        }

        return transpose;
    }

    private int Place(int physical)
    {
        int place = 0;
        for (int b = 0; b < _columns.Length; b++)
        {
            place ^= ((physical >> b) & 1) != 0 ? _columns[b] : 0;
        }

        return place;
    }

    /// <summary>A basis of the masks m with |m ∧ v| even for every v of the span.</summary>
    private static List<int> Annihilator(List<int> span, int bits)
    {
        var rows = span.ToArray();
        int[] pivots = ReducePivots(rows);
        var masks = new List<int>();
        for (int free = 0; free < bits; free++)
        {
            if (pivots.Contains(free))
            {
                continue;
            }

            // Parity with row i must vanish: the row has its pivot and perhaps the free bit.
            int mask = 1 << free;
            for (int i = 0; i < rows.Length; i++)
            {
                mask |= ((rows[i] >> free) & 1) << pivots[i];
            }

            masks.Add(mask);
        }

        return masks;
    }

    /// <summary>Reduces independent rows in place until each has a pivot bit that no other row has; returns the pivots.</summary>
    private static int[] ReducePivots(int[] rows)
    {
        var pivots = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            pivots[i] = BitOperations.TrailingZeroCount(rows[i]);
            for (int j = 0; j < rows.Length; j++)
            {
                if (j != i && ((rows[j] >> pivots[i]) & 1) != 0)
                {
                    rows[j] ^= rows[i];
                }
            }
        }

        return pivots;
    }
}

/// <summary>Logical qubits in storage: what flipping one does to tile and lane, and of which tile and lane bits each is the parity.</summary>
internal sealed class WideFrame
{
    private readonly int _laneBits;
    private readonly int[] _flips;
    private readonly int[] _parities;

    public WideFrame(int laneBits, int[] flips, int offset)
    {
        _laneBits = laneBits;
        _flips = flips;
        Offset = offset;
        _parities = Inverse(flips);
    }

    /// <summary>Place of logical index 0.</summary>
    public int Offset { get; }

    public int TileBits => _flips.Length - _laneBits;

    public int TileFlips(int qubit) => _flips[qubit] >> _laneBits;

    public int LaneFlips(int qubit) => _flips[qubit] & ((1 << _laneBits) - 1);

    /// <summary>Tile bits of which the qubit's value is the parity.</summary>
    public int TileParity(int qubit) => _parities[qubit] >> _laneBits;

    /// <summary>Lane bits of which the qubit's value is the parity.</summary>
    public int LaneParity(int qubit) => _parities[qubit] & ((1 << _laneBits) - 1);

    /// <summary>Whether the qubit is 1 at place 0.</summary>
    public bool IsNegative(int qubit) => (BitOperations.PopCount((uint)(_parities[qubit] & Offset)) & 1) != 0;

    /// <summary>Place of a logical index.</summary>
    public int Place(int logical)
    {
        int place = Offset;
        for (int q = 0; logical >> q != 0; q++)
        {
            place ^= ((logical >> q) & 1) != 0 ? _flips[q] : 0;
        }

        return place;
    }

    /// <summary>
    /// Tile parities of qubits that together are a basis: those of the wanted qubits first, as far as they are independent, then
    /// others. A wanted flip that leaves the lane alone is then the flip of its own bit.
    /// </summary>
    /// <param name="wanted">Qubits in order of preference.</param>
    /// <param name="owners">For each bit of the basis, the qubit whose parity it is.</param>
    public int[] Basis(IReadOnlyList<int> wanted, out int[] owners)
    {
        var rows = new List<int>();
        var qubits = new List<int>();
        var basis = new ParityBasis(TileBits);
        foreach (int q in wanted.Concat(Enumerable.Range(0, _flips.Length).Except(wanted)))
        {
            if (rows.Count < TileBits && TileParity(q) != 0 && basis.TryAdd(TileParity(q)))
            {
                rows.Add(TileParity(q));
                qubits.Add(q);
            }
        }

        // By rising flips, so that bits which count neighbouring groups lie close together in storage.
        int[] flips = IndexMap.Identity(TileBits).InBasis(rows.ToArray()).Flips;
        int[] order = [.. Enumerable.Range(0, TileBits).OrderBy(bit => flips[bit])];
        owners = [.. order.Select(bit => qubits[bit])];
        return [.. order.Select(bit => rows[bit])];
    }

    /// <summary>Row q of the inverse of the matrix whose columns are the flips.</summary>
    private static int[] Inverse(int[] columns)
    {
        int n = columns.Length;
        var left = new int[n];
        var right = new int[n];
        for (int row = 0; row < n; row++)
        {
            right[row] = 1 << row;
            for (int q = 0; q < n; q++)
            {
                left[row] |= ((columns[q] >> row) & 1) << q;
            }
        }

        for (int column = 0; column < n; column++)
        {
            int pivot = column;
            while (((left[pivot] >> column) & 1) == 0)
            {
                pivot++;
            }

            (left[column], left[pivot]) = (left[pivot], left[column]);
            (right[column], right[pivot]) = (right[pivot], right[column]);
            for (int row = 0; row < n; row++)
            {
                if (row != column && ((left[row] >> column) & 1) != 0)
                {
                    left[row] ^= left[column];
                    right[row] ^= right[column];
                }
            }
        }

        return right;
    }
}
