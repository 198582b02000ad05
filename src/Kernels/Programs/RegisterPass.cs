using QDiff.Engine.Planning;

namespace QDiff.Kernels.Programs;

/// <summary>One pass over a block: what is done to every eight amplitudes that differ in three local bits.</summary>
internal sealed class RegisterPass
{
    /// <summary>Local bits of a pass.</summary>
    public const int LocalBits = 3;

    /// <summary>One of the kinds of <see cref="StateVectors.PassCode"/>.</summary>
    public required int Kind { get; init; }

    /// <summary>What flipping each local bit does to an index within the block.</summary>
    public int[] Flips { get; init; } = [0, 0, 0];

    /// <summary>A basis of the indices at which all local bits are 0.</summary>
    public int[] Directions { get; init; } = [];

    /// <summary>An index at which all local bits are 0 where they depend on the block alone: they may be 1 at index 0.</summary>
    public int Start { get; init; }

    /// <summary>Masks of the block's origin on whose parities the local bits depend too.</summary>
    public int[] Outer { get; init; } = [0, 0, 0];

    /// <summary>Of a block's phase: whether it is negative where the parity is even.</summary>
    public bool Negative { get; init; }

    /// <summary>Slots of the RY angles of the local bits.</summary>
    public int[] Rotations { get; init; } = [RotationStep.None, RotationStep.None, RotationStep.None];

    /// <summary>Slots of the phases of the local bits.</summary>
    public int[] Phases { get; init; } = [RotationStep.None, RotationStep.None, RotationStep.None];

    /// <summary>The dense gate, whose qubits are the first local bits.</summary>
    public DenseStep? Dense { get; init; }
}
