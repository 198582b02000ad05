using System.Numerics;

namespace QDiff.Engine.Planning;

/// <summary>
/// A subspace of index masks over GF(2), kept as rows of which each has a pivot (its lowest bit) that no other row has.
/// </summary>
internal sealed class BitSpan
{
    private readonly List<int> _rows = [];

    public BitSpan(params IEnumerable<int> vectors)
    {
        foreach (int vector in vectors)
        {
            TryAdd(vector);
        }
    }

    public int Dimension => _rows.Count;

    /// <summary>The rows by rising pivot.</summary>
    public int[] Rows => [.. _rows.OrderBy(BitOperations.TrailingZeroCount)];

    /// <summary>Adds a vector unless it lies in the span.</summary>
    public bool TryAdd(int vector)
    {
        int rest = Reduce(vector);
        if (rest == 0)
        {
            return false;
        }

        int pivot = rest & -rest;
        for (int i = 0; i < _rows.Count; i++)
        {
            _rows[i] ^= (_rows[i] & pivot) != 0 ? rest : 0;
        }

        _rows.Add(rest);
        return true;
    }

    public bool Contains(int vector) => Reduce(vector) == 0;

    /// <summary>A basis of what lies in both spans.</summary>
    public List<int> Intersection(BitSpan other)
    {
        var common = new List<int>();
        var residues = new List<(int Residue, int Vector)>();
        foreach (int row in Rows)
        {
            int residue = other.Reduce(row), vector = row;
            foreach (var earlier in residues)
            {
                if ((residue & earlier.Residue & -earlier.Residue) != 0)
                {
                    residue ^= earlier.Residue;
                    vector ^= earlier.Vector;
                }
            }

            if (residue == 0)
            {
                common.Add(vector);
            }
            else
            {
                residues.Add((residue, vector));
            }
        }

        return common;
    }

    private int Reduce(int vector)
    {
        foreach (int row in _rows)
        {
            vector ^= (vector & row & -row) != 0 ? row : 0;
        }

        return vector;
    }
}
