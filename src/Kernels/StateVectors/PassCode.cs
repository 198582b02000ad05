namespace QDiff.Kernels.StateVectors;

/// <summary>
/// One pass as a kernel reads it: <see cref="Length"/> integers. A pass takes every eight amplitudes of a block that differ in three local bits
/// through one operation while they lie in a thread's registers.
/// </summary>
internal static class PassCode
{
    /// <summary>Integers of one pass.</summary>
    public const int Length = 12;

    /// <summary>Which operation: one of the next three.</summary>
    public const int Kind = 0;

    /// <summary>RY on each of the three local bits, then a phase on each.</summary>
    public const int Rotation = 0;

    /// <summary>A matrix on the three local bits.</summary>
    public const int Dense = 1;

    /// <summary>A phase whose sign is that of the whole block.</summary>
    public const int BlockPhase = 2;

    /// <summary>Three places by which the local bits' amplitudes differ.</summary>
    public const int Flip = 1;

    /// <summary>Three masks: where the parity of the block's origin under a mask is odd, the local bit is the other way round.</summary>
    public const int Outer = 4;

    /// <summary>Where the table of the threads' first amplitudes begins. Of a block's phase: 1 where it is negative for even parities.</summary>
    public const int Table = 7;

    /// <summary>Where the coefficients begin.</summary>
    public const int Coefficients = 8;

    /// <summary>By how much they lie further for each sample: 0 where all samples share them.</summary>
    public const int Stride = 9;

    /// <summary>The first of the pass's gradients among those of its sweep; −1 where none is wanted.</summary>
    public const int Gradient = 10;

    /// <summary>Of a table: entries for the low bits of a group's number; entries for the high bits follow.</summary>
    public const int TableBits = 5;

    /// <summary>cos, sin of three half angles; cos, sin of the four sums ±α₀ ± α₁ + α₂.</summary>
    public const int RotationCoefficients = 14;

    /// <summary>64 complex entries, row by row.</summary>
    public const int DenseCoefficients = 128;

    /// <summary>cos, sin.</summary>
    public const int PhaseCoefficients = 2;

    /// <summary>Gradients of three rotation angles and three phases.</summary>
    public const int RotationGradients = 6;

    /// <summary>Σ λ̄_a ψ_b for 64 pairs a, b: real and imaginary parts.</summary>
    public const int DenseGradients = 128;

    /// <summary>Where an amplitude of a block lies in shared memory: neighbours 32 apart do not fall into one bank.</summary>
    public static int Place(int local) => local ^ ((local >> 5) & 31);
}
