namespace QDiff.Kernels.StateVectors;

/// <summary>States in global memory and what is read of them.</summary>
internal struct StateShape
{
    /// <summary>Index bits of a state in storage.</summary>
    public int Bits;

    /// <summary>Index bits of the register.</summary>
    public int LogicalBits;

    /// <summary>Place of logical index 0.</summary>
    public int Offset;

    /// <summary>Number of Pauli strings.</summary>
    public int Strings;

    /// <summary>Coefficients of the global phase, and by how much they lie further for each sample.</summary>
    public int PhaseOffset;

    public int PhaseStride;
}
