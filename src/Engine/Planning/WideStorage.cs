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
        var transpose = WideTranspose.Freeing(tileFlips, _laneBits, _columns.Length - _laneBits);
        Move(place => transpose.Moved(place, _laneBits));
        return transpose;
    }

    /// <summary>Follows a linear movement of all places.</summary>
    public void Move(Func<int, int> moved)
    {
        for (int c = 0; c < _columns.Length; c++)
        {
            _columns[c] = moved(_columns[c]);
        }
    }

    /// <summary>Place of a physical index.</summary>
    public int Place(int physical)
    {
        int place = 0;
        for (int b = 0; b < _columns.Length; b++)
        {
            place ^= ((physical >> b) & 1) != 0 ? _columns[b] : 0;
        }

        return place;
    }
}

/// <summary>Logical qubits in storage: what flipping one does to tile and lane, and of which tile and lane bits each is the parity.</summary>
internal sealed class WideFrame
{
    private readonly int _laneBits;
    private readonly int[] _flips;
    private readonly int[] _parities;
    private int[][]? _places;

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
        int[][] places = _places ??= Tables();
        return Offset ^ places[0][logical & 255] ^ places[1][(logical >> 8) & 255] ^ places[2][(logical >> 16) & 255] ^ places[3][logical >> 24];
    }

    /// <summary>What each value of each of the four bytes of a logical index contributes to its place.</summary>
    private int[][] Tables()
    {
        var tables = new int[4][];
        for (int part = 0; part < tables.Length; part++)
        {
            tables[part] = new int[256];
            for (int value = 1; value < 256; value++)
            {
                int bit = 8 * part + BitOperations.TrailingZeroCount(value);
                tables[part][value] = tables[part][value & (value - 1)] ^ (bit < _flips.Length ? _flips[bit] : 0);
            }
        }

        return tables;
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
