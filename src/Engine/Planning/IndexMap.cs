namespace QDiff.Engine.Planning;

/// <summary>
/// Where amplitudes lie: logical index x is stored at physical index Offset ⊕ (⊕ over the set bits q of x of Flips[q]). CNOT, X and
/// SWAP change this affine map over GF(2) and move no data. A gate on logical qubit q acts on the pairs p, p ⊕ Flips[q].
/// </summary>
internal sealed class IndexMap
{
    private IndexMap(int[] flips, int offset)
    {
        Flips = flips;
        Offset = offset;
    }

    public int[] Flips { get; }

    public int Offset { get; }

    public int QubitCount => Flips.Length;

    public static IndexMap Identity(int qubits) => new([.. Enumerable.Range(0, qubits).Select(q => 1 << q)], 0);

    /// <summary>The physical index of a logical one.</summary>
    public int Physical(int logical) => Offset ^ Linear(logical);

    /// <summary>The logical index of a physical one.</summary>
    public int Logical(int physical)
    {
        // Row-reduce the flips, each with the logical bits that it stands for.
        int rest = physical ^ Offset, logical = 0;
        var rows = Flips.Select((flip, q) => (Flip: flip, Logical: 1 << q)).ToArray();
        for (int i = 0; i < rows.Length; i++)
        {
            int low = rows[i].Flip & -rows[i].Flip;
            for (int j = i + 1; j < rows.Length; j++)
            {
                if ((rows[j].Flip & low) != 0)
                {
                    rows[j] = (rows[j].Flip ^ rows[i].Flip, rows[j].Logical ^ rows[i].Logical);
                }
            }

            if ((rest & low) != 0)
            {
                rest ^= rows[i].Flip;
                logical ^= rows[i].Logical;
            }
        }

        return logical;
    }

    /// <summary>
    /// The map after basis states have been renamed: local index j on <paramref name="qubits"/> (first = least significant) becomes
    /// image[j], which must be affine in j.
    /// </summary>
    public IndexMap Renamed(ReadOnlySpan<int> qubits, ReadOnlySpan<int> image)
    {
        Span<int> source = stackalloc int[image.Length];
        for (int j = 0; j < image.Length; j++)
        {
            source[image[j]] = Spread(j, qubits);
        }

        var flips = (int[])Flips.Clone();
        for (int b = 0; b < qubits.Length; b++)
        {
            flips[qubits[b]] = Linear(source[1 << b] ^ source[0]);
        }

        return new IndexMap(flips, Offset ^ Linear(source[0]));
    }

    /// <summary>The map for new logical bits y_j = parity of (x ∧ rows[j]); the rows must be independent.</summary>
    public IndexMap InBasis(ReadOnlySpan<int> rows)
    {
        int n = rows.Length;
        var left = rows.ToArray();
        var right = new int[n];
        for (int i = 0; i < n; i++)
        {
            right[i] = 1 << i;
        }

        // Gauss-Jordan over GF(2): left becomes the identity, right the inverse (row i: which y make up x_i).
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

        var flips = new int[n];
        for (int j = 0; j < n; j++)
        {
            for (int i = 0; i < n; i++)
            {
                if (((right[i] >> j) & 1) != 0)
                {
                    flips[j] ^= Flips[i];
                }
            }
        }

        return new IndexMap(flips, Offset);
    }

    public bool SameAs(IndexMap other) => Offset == other.Offset && Flips.AsSpan().SequenceEqual(other.Flips);

    private int Linear(int logical)
    {
        int physical = 0;
        for (int q = 0; logical >> q != 0; q++)
        {
            physical ^= ((logical >> q) & 1) != 0 ? Flips[q] : 0;
        }

        return physical;
    }

    private static int Spread(int local, ReadOnlySpan<int> qubits)
    {
        int logical = 0;
        for (int b = 0; b < qubits.Length; b++)
        {
            logical |= ((local >> b) & 1) << qubits[b];
        }

        return logical;
    }
}
