using System.Numerics;

namespace QDiff.Engine.Planning;

/// <summary>
/// Exchanges lane bits with parities of the tile index: groups of as many tiles as there are lanes, t0 ⊕ (⊕ over the set bits i of row r of
/// d_i), go from (row r, lane l) to (row l, lane r). It undoes itself.
/// </summary>
internal sealed class WideTranspose : WideStep
{
    private readonly int[] _parities;
    private readonly int[] _origins;

    /// <param name="parities">The tile parities R_i that become lane bits; R_i is odd on direction i and even on the others.</param>
    /// <param name="directions">The tile masks d_i that become flips of lane bits.</param>
    /// <param name="pivots">A bit of each direction that no other direction has.</param>
    /// <param name="tileBits">Bits of a tile index.</param>
    private WideTranspose(int[] parities, int[] directions, int[] pivots, int tileBits)
    {
        _parities = parities;
        RowOffsets = new int[1 << directions.Length];
        for (int row = 1; row < RowOffsets.Length; row++)
        {
            RowOffsets[row] = RowOffsets[row & (row - 1)] ^ directions[BitOperations.TrailingZeroCount(row)];
        }

        // Tile masks outside the directions, each with them added until all parities are even.
        _origins = [.. Enumerable.Range(0, tileBits).Except(pivots).Select(b => (1 << b) ^ RowOffsets[Parities(1 << b)])];
    }

    /// <summary>Offset of every row of a group from its origin.</summary>
    public int[] RowOffsets { get; }

    public int GroupCount => 1 << _origins.Length;

    public override bool IsDifferentiable => false;

    /// <summary>After it as many as possible of the given tile flips, the first ones first, leave the lane alone.</summary>
    public static WideTranspose Freeing(IEnumerable<int> tileFlips, int laneBits, int tileBits)
    {
        // The span of the flips, kept so small that enough parities vanish on it.
        var span = new List<int>();
        foreach (int flip in tileFlips)
        {
            int rest = span.Aggregate(flip, (value, row) => Math.Min(value, value ^ row));
            if (rest != 0 && span.Count < tileBits - laneBits)
            {
                span.Add(rest);
            }
        }

        int[] parities = [.. Annihilator(span, tileBits).Take(laneBits)];
        int[] pivots = ReducePivots(parities);
        return new WideTranspose(parities, [.. pivots.Select(p => 1 << p)], pivots, tileBits);
    }

    /// <summary>After it the lanes differ by the given independent tile flips.</summary>
    public static WideTranspose Bringing(IEnumerable<int> tileFlips, int tileBits)
    {
        int[] directions = [.. tileFlips];
        int[] pivots = ReducePivots(directions);
        return new WideTranspose([.. pivots.Select(p => 1 << p)], directions, pivots, tileBits);
    }

    /// <summary>Where it moves a place.</summary>
    public int Moved(int place, int laneBits)
    {
        int tile = place >> laneBits, lane = place & ((1 << laneBits) - 1), row = Parities(tile);
        return ((tile ^ RowOffsets[row ^ lane]) << laneBits) | row;
    }

    /// <summary>Tile of row 0 of a group: all parities are 0 there.</summary>
    public int Origin(int group)
    {
        int tile = 0;
        for (int rest = group; rest != 0; rest &= rest - 1)
        {
            tile ^= _origins[BitOperations.TrailingZeroCount(rest)];
        }

        return tile;
    }

    /// <summary>All parities of a tile.</summary>
    public int Parities(int tile)
    {
        int result = 0;
        for (int i = 0; i < _parities.Length; i++)
        {
            result |= (BitOperations.PopCount((uint)(_parities[i] & tile)) & 1) << i;
        }

        return result;
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
