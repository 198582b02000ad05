namespace QDiff.Engine.Density;

/// <summary>One pass over all coefficients: a block of 4^k rows at a time is loaded, run through all steps, and stored.</summary>
/// <remarks>A row is 16 numbers: the coefficients that the two lane qubits' digits count, or 16 samples.</remarks>
internal sealed class DensityPass
{
    /// <summary>[4^k] places of a block's rows, from its first.</summary>
    public required int[] Offsets { get; init; }

    /// <summary>[blocks] place of each block's first row.</summary>
    public required int[] Bases { get; init; }

    /// <summary>Whether loading exchanges the lane qubits with the block's digits 0 and 1.</summary>
    public required bool Exchanges { get; init; }

    /// <summary>What is done to a block.</summary>
    public required DensityStep[] Steps { get; init; }

    /// <summary>A move on the way out; null for none.</summary>
    public required SignedPermutation? Final { get; init; }

    /// <summary>Done instead of steps; null for none.</summary>
    public Shrinking? Shrinking { get; init; }

    /// <summary>Rows of a block.</summary>
    public int Rows => Offsets.Length;

    /// <summary>Whether a gradient goes through the pass.</summary>
    public bool IsDifferentiable => Steps.Any(step => step is NumericStep { Operation.IsDifferentiable: true });
}

/// <summary>Scales all coefficients with any but I on some qubits.</summary>
/// <param name="Factor">The factor.</param>
/// <param name="RowMask">The bits of those digits of the row number.</param>
/// <param name="Offsets">Which rows of a block have such a digit by their place in it.</param>
/// <param name="Bases">Which blocks have one in all rows.</param>
/// <param name="Lanes">Which lanes have one in all rows.</param>
internal sealed record Shrinking(double Factor, int RowMask, bool[] Offsets, bool[] Bases, bool[] Lanes);

/// <summary>A step within a block.</summary>
internal abstract record DensityStep;

/// <summary>A move of a block's coefficients.</summary>
internal sealed record MoveStep(SignedPermutation Move) : DensityStep;

/// <summary>A map on some digits of a block.</summary>
/// <param name="Operation">The map.</param>
/// <param name="Places">The block's digits it acts on.</param>
/// <param name="Locals">[4^m] rows of the map's own digits.</param>
/// <param name="Groups">First row of each group of 4^m; empty for a map on one qubit, whose groups are counted by a stride.</param>
internal sealed record NumericStep(NumericOperation Operation, int[] Places, int[] Locals, int[] Groups) : DensityStep
{
    /// <summary>Rows between two digits of a map on one qubit.</summary>
    public int Stride => Locals[1];
}
