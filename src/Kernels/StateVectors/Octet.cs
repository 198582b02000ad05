using System.Numerics;
using ILGPU;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// Eight amplitudes that differ in three local bits, in the registers of one thread. Entry k has local bits k₂k₁k₀. Methods give new values, so
/// that every entry stays a register of its own.
/// </summary>
internal struct Octet<T>
    where T : unmanaged, INumber<T>
{
    public T R0;
    public T R1;
    public T R2;
    public T R3;
    public T R4;
    public T R5;
    public T R6;
    public T R7;
    public T I0;
    public T I1;
    public T I2;
    public T I3;
    public T I4;
    public T I5;
    public T I6;
    public T I7;

    /// <summary>The amplitudes at a place and at the places that the flips of the local bits lead to.</summary>
    public static Octet<T> Load(ArrayView<T> re, ArrayView<T> im, int at, int flip0, int flip1, int flip2)
    {
        Octet<T> o;
        o.R0 = re[at];
        o.I0 = im[at];
        o.R1 = re[at ^ flip0];
        o.I1 = im[at ^ flip0];
        o.R2 = re[at ^ flip1];
        o.I2 = im[at ^ flip1];
        o.R3 = re[at ^ flip0 ^ flip1];
        o.I3 = im[at ^ flip0 ^ flip1];
        at ^= flip2;
        o.R4 = re[at];
        o.I4 = im[at];
        o.R5 = re[at ^ flip0];
        o.I5 = im[at ^ flip0];
        o.R6 = re[at ^ flip1];
        o.I6 = im[at ^ flip1];
        o.R7 = re[at ^ flip0 ^ flip1];
        o.I7 = im[at ^ flip0 ^ flip1];
        return o;
    }

    /// <summary>Writes the amplitudes to where <see cref="Load"/> reads them.</summary>
    public static void Store(Octet<T> o, ArrayView<T> re, ArrayView<T> im, int at, int flip0, int flip1, int flip2)
    {
        re[at] = o.R0;
        im[at] = o.I0;
        re[at ^ flip0] = o.R1;
        im[at ^ flip0] = o.I1;
        re[at ^ flip1] = o.R2;
        im[at ^ flip1] = o.I2;
        re[at ^ flip0 ^ flip1] = o.R3;
        im[at ^ flip0 ^ flip1] = o.I3;
        at ^= flip2;
        re[at] = o.R4;
        im[at] = o.I4;
        re[at ^ flip0] = o.R5;
        im[at ^ flip0] = o.I5;
        re[at ^ flip1] = o.R6;
        im[at ^ flip1] = o.I6;
        re[at ^ flip0 ^ flip1] = o.R7;
        im[at ^ flip0 ^ flip1] = o.I7;
    }

    /// <summary>
    /// RY on local bit 0, (a, b) ← (ca − sb, sa + cb) with c = cos θ/2 and s = sin θ/2, after which the bits change their names: bit 1 is the
    /// new bit 0, bit 2 the new bit 1 and bit 0 the new bit 2. Three calls rotate all three and restore the names.
    /// </summary>
    public static Octet<T> Rotate(Octet<T> o, T c, T s)
    {
        Octet<T> n;
        n.R0 = c * o.R0 - s * o.R1;
        n.R4 = s * o.R0 + c * o.R1;
        n.R1 = c * o.R2 - s * o.R3;
        n.R5 = s * o.R2 + c * o.R3;
        n.R2 = c * o.R4 - s * o.R5;
        n.R6 = s * o.R4 + c * o.R5;
        n.R3 = c * o.R6 - s * o.R7;
        n.R7 = s * o.R6 + c * o.R7;
        n.I0 = c * o.I0 - s * o.I1;
        n.I4 = s * o.I0 + c * o.I1;
        n.I1 = c * o.I2 - s * o.I3;
        n.I5 = s * o.I2 + c * o.I3;
        n.I2 = c * o.I4 - s * o.I5;
        n.I6 = s * o.I4 + c * o.I5;
        n.I3 = c * o.I6 - s * o.I7;
        n.I7 = s * o.I6 + c * o.I7;
        return n;
    }

    /// <summary>Entries k = 0-3 times e^{iA_k}, entries 7 − k times e^{−iA_k}, of which cosines and sines are given.</summary>
    public static Octet<T> Turn(Octet<T> o, T c0, T s0, T c1, T s1, T c2, T s2, T c3, T s3)
    {
        Octet<T> n;
        n.R0 = c0 * o.R0 - s0 * o.I0;
        n.I0 = c0 * o.I0 + s0 * o.R0;
        n.R7 = c0 * o.R7 + s0 * o.I7;
        n.I7 = c0 * o.I7 - s0 * o.R7;
        n.R1 = c1 * o.R1 - s1 * o.I1;
        n.I1 = c1 * o.I1 + s1 * o.R1;
        n.R6 = c1 * o.R6 + s1 * o.I6;
        n.I6 = c1 * o.I6 - s1 * o.R6;
        n.R2 = c2 * o.R2 - s2 * o.I2;
        n.I2 = c2 * o.I2 + s2 * o.R2;
        n.R5 = c2 * o.R5 + s2 * o.I5;
        n.I5 = c2 * o.I5 - s2 * o.R5;
        n.R3 = c3 * o.R3 - s3 * o.I3;
        n.I3 = c3 * o.I3 + s3 * o.R3;
        n.R4 = c3 * o.R4 + s3 * o.I4;
        n.I4 = c3 * o.I4 - s3 * o.R4;
        return n;
    }

    /// <summary>Re⟨λ|−iY|ψ⟩ of local bit 0: Σ over pairs of Re(λ̄₁ψ₀ − λ̄₀ψ₁).</summary>
    public static T RotationGradient(Octet<T> l, Octet<T> p) =>
        l.R1 * p.R0 + l.I1 * p.I0 - l.R0 * p.R1 - l.I0 * p.I1
        + (l.R3 * p.R2 + l.I3 * p.I2 - l.R2 * p.R3 - l.I2 * p.I3)
        + (l.R5 * p.R4 + l.I5 * p.I4 - l.R4 * p.R5 - l.I4 * p.I5)
        + (l.R7 * p.R6 + l.I7 * p.I6 - l.R6 * p.R7 - l.I6 * p.I7);
}
