namespace QDiff.Kernels.StateVectors;

/// <summary>How coefficients are computed from the numbers that are bound to a circuit's parameters.</summary>
internal struct AngleShape
{
    /// <summary>Integers of one entry: what it is, where its coefficients go, by how much further for each row, six slots.</summary>
    public const int EntryLength = 9;

    public const int Kind = 0;

    public const int Offset = 1;

    public const int Stride = 2;

    /// <summary>Slots of three rotations and three phases; −1 for none. A block's phase has its slot first.</summary>
    public const int Slot = 3;

    /// <summary>Integers of one slot: its terms with parameters, from and to, and those with inputs.</summary>
    public const int SlotLength = 4;

    /// <summary>Number of entries.</summary>
    public int Entries;

    /// <summary>Number of slots.</summary>
    public int Slots;

    /// <summary>Inputs of a sample.</summary>
    public int Inputs;
}
