using System.Numerics;
using ILGPU;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// A Pauli string as a kernel reads it: ⟨y ⊕ x|P|y⟩ = ±i^m (−1)^{|y ∧ z|}. <see cref="Length"/> integers: the flip x, the parity z (both of places
/// in storage), whether the factor is imaginary, and whether it is negative.
/// </summary>
internal static class PauliCode
{
    /// <summary>Integers of one string.</summary>
    public const int Length = 4;

    public const int Flip = 0;

    public const int Parity = 1;

    public const int Imaginary = 2;

    public const int Negative = 3;

    /// <summary>
    /// The part of ⟨ψ|P|ψ⟩ that comes from amplitude b = ψ_y with a = ψ_{y⊕x}: ±Re āb, or ±Im āb where the factor is imaginary.
    /// </summary>
    public static T Term<T>(ArrayView<int> strings, int code, int index, T ar, T ai, T br, T bi)
        where T : unmanaged, INumber<T>
    {
        T term = strings[code + Imaginary] != 0 ? ar * bi - ai * br : ar * br + ai * bi;
        return IsNegative(strings, code, index) ? -term : term;
    }

    /// <summary>Whether the factor of amplitude y is negative.</summary>
    public static bool IsNegative(ArrayView<int> strings, int code, int index) =>
        ((BitOperations.PopCount((uint)(strings[code + Parity] & index)) ^ strings[code + Negative]) & 1) != 0;
}
