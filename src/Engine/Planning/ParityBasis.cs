using System.Numerics;

namespace QDiff.Engine.Planning;

/// <summary>
/// Independent parities x ↦ |x ∧ m| mod 2 made into logical bits of their own. A phase, or a Z string, that depends on
/// such a parity is a one-qubit phase, or Z, on that bit; so several-qubit diagonals need no kernel of their own.
/// </summary>
internal sealed class ParityBasis
{
    private readonly int[] _rows;
    private readonly List<(int Reduced, int Pivot)> _echelon = [];
    private readonly List<int> _masks = [];

    public ParityBasis(int qubits)
    {
        _rows = new int[qubits];
    }

    /// <summary>Adds a parity unless it depends on those already there.</summary>
    public bool TryAdd(int mask)
    {
        int reduced = mask;
        foreach (var (row, pivot) in _echelon)
        {
            if (((reduced >> pivot) & 1) != 0)
            {
                reduced ^= row;
            }
        }

        if (reduced == 0)
        {
            return false;
        }

        _echelon.Add((reduced, BitOperations.Log2((uint)reduced)));
        _masks.Add(mask);
        return true;
    }

    /// <summary>The rows of the basis and, for every mask in the order added, the logical bit that is its parity.</summary>
    public (int[] Rows, int[] Bits) Complete()
    {
        int free = (1 << _rows.Length) - 1;
        var bits = new int[_masks.Count];
        for (int i = 0; i < _masks.Count; i++)
        {
            bits[i] = _echelon[i].Pivot;
            _rows[bits[i]] = _masks[i];
            free &= ~(1 << bits[i]);
        }

        for (int q = 0; q < _rows.Length; q++)
        {
            if (((free >> q) & 1) != 0)
            {
                _rows[q] = 1 << q;
            }
        }

        return (_rows, bits);
    }

    /// <summary>Spreads masks over as few bases as a first fit gives.</summary>
    public static List<(int[] Rows, List<(int Bit, int Item)> Members)> Partition(int qubits, IReadOnlyList<int> masks)
    {
        var bases = new List<(ParityBasis Basis, List<int> Items)>();
        for (int item = 0; item < masks.Count; item++)
        {
            int mask = masks[item];
            var home = bases.Find(b => b.Basis.TryAdd(mask));
            if (home.Basis is null)
            {
                home = (new ParityBasis(qubits), []);
                home.Basis.TryAdd(mask);
                bases.Add(home);
            }

            home.Items.Add(item);
        }

        return [.. bases.Select(b =>
        {
            var (rows, bits) = b.Basis.Complete();
            return (rows, bits.Select((bit, i) => (bit, b.Items[i])).ToList());
        })];
    }
}
