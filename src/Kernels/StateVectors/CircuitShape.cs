namespace QDiff.Kernels.StateVectors;

/// <summary>What a kernel that takes whole states through a circuit in shared memory needs to know.</summary>
internal struct CircuitShape
{
    /// <summary>States begin as they are given; otherwise in |0…0⟩.</summary>
    public const int Given = 1;

    /// <summary>Final states are kept as they lie in shared memory.</summary>
    public const int KeepStored = 2;

    /// <summary>Final states are kept by logical index, global phase included.</summary>
    public const int KeepLogical = 4;

    /// <summary>All Born probabilities are read.</summary>
    public const int Born = 8;

    /// <summary>Index bits of a state in shared memory.</summary>
    public int Bits;

    /// <summary>Index bits of a state as it is given and read: fewer for a register below three qubits.</summary>
    public int LogicalBits;

    /// <summary>Number of passes.</summary>
    public int Passes;

    /// <summary>The first pass that a backward run undoes.</summary>
    public int FirstPass;

    /// <summary>Where the tables begin that lead from a logical index to a place: one for its low <see cref="LogicalTableBits"/> bits, one for the rest.</summary>
    public int LogicalTable;

    /// <summary>Coefficients of the global phase, and by how much they lie further for each sample.</summary>
    public int PhaseOffset;

    public int PhaseStride;

    /// <summary>Number of Pauli strings read.</summary>
    public int Strings;

    /// <summary>Gradients of a sample.</summary>
    public int Columns;

    /// <summary>Which of the constants above apply.</summary>
    public int Flags;

    /// <summary>Index bits of the first of two tables of places.</summary>
    public const int LogicalTableBits = 6;
}
