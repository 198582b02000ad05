namespace QDiff.Kernels.StateVectors;

/// <summary>
/// One sweep over states in global memory: blocks of 2^Bits amplitudes, cosets of a space of storage places, go one by one through the passes.
/// Its tables, from <see cref="Table"/> on: places of a block's amplitudes by the low <see cref="TableBits"/> bits of their number and by the rest;
/// where in shared memory the amplitude lies that goes to each place at the end, in the same two parts; the bits that number the blocks.
/// </summary>
internal struct SweepShape
{
    /// <summary>Bits of the first of two tables of places.</summary>
    public const int TableBits = 6;

    /// <summary>Index bits of a state.</summary>
    public int StateBits;

    /// <summary>Index bits of a block.</summary>
    public int Bits;

    /// <summary>The first pass.</summary>
    public int FirstPass;

    /// <summary>Number of passes.</summary>
    public int Passes;

    /// <summary>Where the tables begin.</summary>
    public int Table;

    /// <summary>Gradients of a block.</summary>
    public int Columns;

    /// <summary>Entries of a pair of tables.</summary>
    public static int PairLength(int bits) => (1 << TableBits) + (1 << (bits > TableBits ? bits - TableBits : 0));
}
