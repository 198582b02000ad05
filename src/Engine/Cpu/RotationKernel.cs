using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Cpu;

/// <summary>
/// RY on one to three qubits by three shears each, x += a·y; y += b·x; x += a·y with a = −tan(θ/4), b = sin(θ/2), and a product diagonal
/// Π_q e^{±iα_q}, for a tile of Count states.
/// </summary>
/// <remarks>
/// A tile holds amplitude k of all its states side by side: real parts at k·2·Count, imaginary parts Count further on. One group
/// of 4 or 8 amplitudes is in registers at a time. Each pass reads and writes the tile once. Kernels are compiled at full strength at once
/// (AggressiveOptimization): their first-tier code is a hundred times slower, and short runs would spend their time in it.
/// </remarks>
internal static unsafe class RotationKernel<TLane, T>
    where TLane : unmanaged, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rotates, and then applies the phases when there are any.</summary>
    /// <param name="tile">The states.</param>
    /// <param name="pass">Local qubits and order.</param>
    /// <param name="first">Shear coefficients a, b of the first local qubit.</param>
    /// <param name="second">Shear coefficients a, b of the second local qubit.</param>
    /// <param name="phases">Phases; null for none.</param>
    /// <param name="begin">First outer block.</param>
    /// <param name="end">One past the last outer block.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(T* tile, PassGeometry pass, T* first, T* second, PhaseTable<TLane, T>* phases, int begin, int end)
    {
        int n = TLane.Count;
        TLane a0 = TLane.Load(first), b0 = TLane.Load(first + n), a1 = TLane.Load(second), b1 = TLane.Load(second + n);
        int flip0 = pass.LocalFlips[0], flip1 = pass.LocalFlips[1], flip01 = flip0 ^ flip1;
        T* innerPhases = phases != null ? phases->Inner : null, localPhases = phases != null ? phases->Local : null;
        fixed (int* inner = pass.Inner)
        {
            int count = pass.Inner.Length;
            for (int outer = begin; outer < end; outer++)
            {
                int offset = pass.OuterOffset(outer);
                TLane baseR = TLane.Zero, baseI = TLane.Zero;
                if (phases != null)
                {
                    phases->Outer(outer, out baseR, out baseI);
                }

                for (int i = 0; i < count; i++)
                {
                    int p = offset ^ inner[i];
                    T* p0 = tile + (long)p * (2 * n);
                    T* p1 = tile + (long)(p ^ flip0) * (2 * n);
                    T* p2 = tile + (long)(p ^ flip1) * (2 * n);
                    T* p3 = tile + (long)(p ^ flip01) * (2 * n);
                    TLane r0 = TLane.Load(p0), i0 = TLane.Load(p0 + n), r1 = TLane.Load(p1), i1 = TLane.Load(p1 + n);
                    TLane r2 = TLane.Load(p2), i2 = TLane.Load(p2 + n), r3 = TLane.Load(p3), i3 = TLane.Load(p3 + n);

                    Shear(a0, b0, ref r0, ref r1);
                    Shear(a0, b0, ref i0, ref i1);
                    Shear(a0, b0, ref r2, ref r3);
                    Shear(a0, b0, ref i2, ref i3);
                    Shear(a1, b1, ref r0, ref r2);
                    Shear(a1, b1, ref i0, ref i2);
                    Shear(a1, b1, ref r1, ref r3);
                    Shear(a1, b1, ref i1, ref i3);

                    if (phases != null)
                    {
                        T* table = innerPhases + (long)i * (2 * n);
                        TLane tr = TLane.Load(table), ti = TLane.Load(table + n);
                        TLane ur = TLane.NegFma(ti, baseI, tr * baseR), ui = TLane.Fma(ti, baseR, tr * baseI);

                        // Bits 00 and 11 have the phases ±(α0 + α1), bits 10 and 01 ±(α0 − α1).
                        TLane cr = TLane.Load(localPhases), ci = TLane.Load(localPhases + n);
                        TLane mr = ur * cr, mi = ui * cr;
                        Turn(TLane.NegFma(ui, ci, mr), TLane.Fma(ur, ci, mi), ref r0, ref i0);
                        Turn(TLane.Fma(ui, ci, mr), TLane.NegFma(ur, ci, mi), ref r3, ref i3);
                        cr = TLane.Load(localPhases + 2 * n);
                        ci = TLane.Load(localPhases + 3 * n);
                        mr = ur * cr;
                        mi = ui * cr;
                        Turn(TLane.NegFma(ui, ci, mr), TLane.Fma(ur, ci, mi), ref r2, ref i2);
                        Turn(TLane.Fma(ui, ci, mr), TLane.NegFma(ur, ci, mi), ref r1, ref i1);
                    }

                    r0.Store(p0);
                    i0.Store(p0 + n);
                    r1.Store(p1);
                    i1.Store(p1 + n);
                    r2.Store(p2);
                    i2.Store(p2 + n);
                    r3.Store(p3);
                    i3.Store(p3 + n);
                }
            }
        }
    }

    /// <summary>Rotates three qubits, in the order of the local ones: 16 vectors of amplitudes and 6 of coefficients, for 32 registers.</summary>
    /// <param name="tile">The states.</param>
    /// <param name="pass">Local qubits and order.</param>
    /// <param name="first">Shear coefficients a, b of the first local qubit.</param>
    /// <param name="second">Shear coefficients a, b of the second local qubit.</param>
    /// <param name="third">Shear coefficients a, b of the third local qubit.</param>
    /// <param name="begin">First outer block.</param>
    /// <param name="end">One past the last outer block.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ForwardTriple(T* tile, PassGeometry pass, T* first, T* second, T* third, int begin, int end)
    {
        int n = TLane.Count;
        TLane a0 = TLane.Load(first), b0 = TLane.Load(first + n), a1 = TLane.Load(second), b1 = TLane.Load(second + n);
        TLane a2 = TLane.Load(third), b2 = TLane.Load(third + n);
        int flip1 = pass.LocalFlips[0], flip2 = pass.LocalFlips[1], flip3 = flip1 ^ flip2, flip4 = pass.LocalFlips[2];
        int flip5 = flip1 ^ flip4, flip6 = flip2 ^ flip4, flip7 = flip3 ^ flip4;
        fixed (int* inner = pass.Inner)
        {
            int count = pass.Inner.Length;
            for (int outer = begin; outer < end; outer++)
            {
                int offset = pass.OuterOffset(outer);
                for (int i = 0; i < count; i++)
                {
                    int p = offset ^ inner[i];
                    T* p0 = tile + (long)(p) * (2 * n);
                    T* p1 = tile + (long)(p ^ flip1) * (2 * n);
                    T* p2 = tile + (long)(p ^ flip2) * (2 * n);
                    T* p3 = tile + (long)(p ^ flip3) * (2 * n);
                    T* p4 = tile + (long)(p ^ flip4) * (2 * n);
                    T* p5 = tile + (long)(p ^ flip5) * (2 * n);
                    T* p6 = tile + (long)(p ^ flip6) * (2 * n);
                    T* p7 = tile + (long)(p ^ flip7) * (2 * n);
                    TLane r0 = TLane.Load(p0), i0 = TLane.Load(p0 + n), r1 = TLane.Load(p1), i1 = TLane.Load(p1 + n);
                    TLane r2 = TLane.Load(p2), i2 = TLane.Load(p2 + n), r3 = TLane.Load(p3), i3 = TLane.Load(p3 + n);
                    TLane r4 = TLane.Load(p4), i4 = TLane.Load(p4 + n), r5 = TLane.Load(p5), i5 = TLane.Load(p5 + n);
                    TLane r6 = TLane.Load(p6), i6 = TLane.Load(p6 + n), r7 = TLane.Load(p7), i7 = TLane.Load(p7 + n);

                    Shear(a0, b0, ref r0, ref r1);
                    Shear(a0, b0, ref i0, ref i1);
                    Shear(a0, b0, ref r2, ref r3);
                    Shear(a0, b0, ref i2, ref i3);
                    Shear(a0, b0, ref r4, ref r5);
                    Shear(a0, b0, ref i4, ref i5);
                    Shear(a0, b0, ref r6, ref r7);
                    Shear(a0, b0, ref i6, ref i7);
                    Shear(a1, b1, ref r0, ref r2);
                    Shear(a1, b1, ref i0, ref i2);
                    Shear(a1, b1, ref r1, ref r3);
                    Shear(a1, b1, ref i1, ref i3);
                    Shear(a1, b1, ref r4, ref r6);
                    Shear(a1, b1, ref i4, ref i6);
                    Shear(a1, b1, ref r5, ref r7);
                    Shear(a1, b1, ref i5, ref i7);
                    Shear(a2, b2, ref r0, ref r4);
                    Shear(a2, b2, ref i0, ref i4);
                    Shear(a2, b2, ref r1, ref r5);
                    Shear(a2, b2, ref i1, ref i5);
                    Shear(a2, b2, ref r2, ref r6);
                    Shear(a2, b2, ref i2, ref i6);
                    Shear(a2, b2, ref r3, ref r7);
                    Shear(a2, b2, ref i3, ref i7);

                    r0.Store(p0);
                    i0.Store(p0 + n);
                    r1.Store(p1);
                    i1.Store(p1 + n);
                    r2.Store(p2);
                    i2.Store(p2 + n);
                    r3.Store(p3);
                    i3.Store(p3 + n);
                    r4.Store(p4);
                    i4.Store(p4 + n);
                    r5.Store(p5);
                    i5.Store(p5 + n);
                    r6.Store(p6);
                    i6.Store(p6 + n);
                    r7.Store(p7);
                    i7.Store(p7 + n);
                }
            }
        }
    }

    /// <summary>
    /// Takes a rotation pass back on state ψ and co-state λ, and adds up on the way Σ Re(λ̄ ∂ψ/∂(θ/2)) of each rotation and
    /// Σ ±Im(λ̄ψ) of each phase.
    /// </summary>
    /// <param name="state">ψ.</param>
    /// <param name="costate">λ.</param>
    /// <param name="pass">Local qubits and order.</param>
    /// <param name="first">Shear coefficients a, b of the first local qubit.</param>
    /// <param name="second">Shear coefficients a, b of the second local qubit.</param>
    /// <param name="phases">Phases; null for none.</param>
    /// <param name="sums">Two vectors, added to: the inner products of the two rotations.</param>
    /// <param name="phaseSums">One vector for each logical qubit and one more, added to: the inner products of the phases.</param>
    /// <param name="begin">First outer block.</param>
    /// <param name="end">One past the last outer block.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(
        T* state, T* costate, PassGeometry pass, T* first, T* second, PhaseTable<TLane, T>* phases, T* sums, T* phaseSums, int begin, int end)
    {
        int n = TLane.Count;
        TLane a0 = TLane.Load(first), b0 = TLane.Load(first + n), a1 = TLane.Load(second), b1 = TLane.Load(second + n);
        int flip0 = pass.LocalFlips[0], flip1 = pass.LocalFlips[1], flip01 = flip0 ^ flip1;
        T* fold = phases != null ? phases->Fold : null;
        TLane g0 = TLane.Zero, g1 = TLane.Zero, d0 = TLane.Zero, d1 = TLane.Zero;
        T* innerPhases = phases != null ? phases->Inner : null, localPhases = phases != null ? phases->Local : null;
        fixed (int* inner = pass.Inner)
        {
            int count = pass.Inner.Length;
            for (int outer = begin; outer < end; outer++)
            {
                int offset = pass.OuterOffset(outer);
                TLane baseR = TLane.Zero, baseI = TLane.Zero;
                if (phases != null)
                {
                    phases->Outer(outer, out baseR, out baseI);
                }

                for (int i = 0; i < count; i++)
                {
                    int p = offset ^ inner[i];
                    long o0 = (long)p * (2 * n), o1 = (long)(p ^ flip0) * (2 * n), o2 = (long)(p ^ flip1) * (2 * n), o3 = (long)(p ^ flip01) * (2 * n);
                    TLane r0 = TLane.Load(state + o0), i0 = TLane.Load(state + o0 + n), r1 = TLane.Load(state + o1), i1 = TLane.Load(state + o1 + n);
                    TLane r2 = TLane.Load(state + o2), i2 = TLane.Load(state + o2 + n), r3 = TLane.Load(state + o3), i3 = TLane.Load(state + o3 + n);
                    TLane s0 = TLane.Load(costate + o0), t0 = TLane.Load(costate + o0 + n), s1 = TLane.Load(costate + o1), t1 = TLane.Load(costate + o1 + n);
                    TLane s2 = TLane.Load(costate + o2), t2 = TLane.Load(costate + o2 + n), s3 = TLane.Load(costate + o3), t3 = TLane.Load(costate + o3 + n);

                    if (phases != null)
                    {
                        TLane e0 = TLane.NegFma(t0, r0, s0 * i0), e1 = TLane.NegFma(t1, r1, s1 * i1);
                        TLane e2 = TLane.NegFma(t2, r2, s2 * i2), e3 = TLane.NegFma(t3, r3, s3 * i3);
                        TLane e01 = e0 + e1, e23 = e2 + e3;
                        d0 += e0 - e1 + (e2 - e3);
                        d1 += e01 - e23;
                        (e01 + e23).Store(fold + (long)i * n);

                        T* table = innerPhases + (long)i * (2 * n);
                        TLane tr = TLane.Load(table), ti = TLane.Load(table + n);
                        TLane ur = TLane.NegFma(ti, baseI, tr * baseR), ui = TLane.Fma(ti, baseR, tr * baseI);
                        TLane cr = TLane.Load(localPhases), ci = TLane.Load(localPhases + n);
                        TLane mr = ur * cr, mi = ui * cr;
                        TLane fr = TLane.NegFma(ui, ci, mr), fi = TLane.Fma(ur, ci, mi);
                        TurnBack(fr, fi, ref r0, ref i0);
                        TurnBack(fr, fi, ref s0, ref t0);
                        fr = TLane.Fma(ui, ci, mr);
                        fi = TLane.NegFma(ur, ci, mi);
                        TurnBack(fr, fi, ref r3, ref i3);
                        TurnBack(fr, fi, ref s3, ref t3);
                        cr = TLane.Load(localPhases + 2 * n);
                        ci = TLane.Load(localPhases + 3 * n);
                        mr = ur * cr;
                        mi = ui * cr;
                        fr = TLane.NegFma(ui, ci, mr);
                        fi = TLane.Fma(ur, ci, mi);
                        TurnBack(fr, fi, ref r2, ref i2);
                        TurnBack(fr, fi, ref s2, ref t2);
                        fr = TLane.Fma(ui, ci, mr);
                        fi = TLane.NegFma(ur, ci, mi);
                        TurnBack(fr, fi, ref r1, ref i1);
                        TurnBack(fr, fi, ref s1, ref t1);
                    }

                    // ∂/∂(θ/2) of a rotation sends (ψ0, ψ1) to (−ψ1, ψ0) and commutes with it, so it may be taken before or after.
                    g0 = Inner(g0, r0, i0, r1, i1, s0, t0, s1, t1);
                    g0 = Inner(g0, r2, i2, r3, i3, s2, t2, s3, t3);
                    g1 = Inner(g1, r0, i0, r2, i2, s0, t0, s2, t2);
                    g1 = Inner(g1, r1, i1, r3, i3, s1, t1, s3, t3);

                    ShearBack(a0, b0, ref r0, ref r1);
                    ShearBack(a0, b0, ref i0, ref i1);
                    ShearBack(a0, b0, ref r2, ref r3);
                    ShearBack(a0, b0, ref i2, ref i3);
                    ShearBack(a1, b1, ref r0, ref r2);
                    ShearBack(a1, b1, ref i0, ref i2);
                    ShearBack(a1, b1, ref r1, ref r3);
                    ShearBack(a1, b1, ref i1, ref i3);
                    r0.Store(state + o0);
                    i0.Store(state + o0 + n);
                    r1.Store(state + o1);
                    i1.Store(state + o1 + n);
                    r2.Store(state + o2);
                    i2.Store(state + o2 + n);
                    r3.Store(state + o3);
                    i3.Store(state + o3 + n);

                    ShearBack(a0, b0, ref s0, ref s1);
                    ShearBack(a0, b0, ref t0, ref t1);
                    ShearBack(a0, b0, ref s2, ref s3);
                    ShearBack(a0, b0, ref t2, ref t3);
                    ShearBack(a1, b1, ref s0, ref s2);
                    ShearBack(a1, b1, ref t0, ref t2);
                    ShearBack(a1, b1, ref s1, ref s3);
                    ShearBack(a1, b1, ref t1, ref t3);
                    s0.Store(costate + o0);
                    t0.Store(costate + o0 + n);
                    s1.Store(costate + o1);
                    t1.Store(costate + o1 + n);
                    s2.Store(costate + o2);
                    t2.Store(costate + o2 + n);
                    s3.Store(costate + o3);
                    t3.Store(costate + o3 + n);
                }

                if (phases != null)
                {
                    Folding<TLane, T>.Block(fold, pass, outer, phaseSums);
                }
            }
        }

        (TLane.Load(sums) + g0).Store(sums);
        (TLane.Load(sums + n) + g1).Store(sums + n);
        if (phases != null)
        {
            Folding<TLane, T>.Add(phaseSums, pass.LocalQubits[0], d0);
            Folding<TLane, T>.Add(phaseSums, pass.LocalQubits[1], d1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Shear(TLane a, TLane b, ref TLane x, ref TLane y)
    {
        x = TLane.Fma(a, y, x);
        y = TLane.Fma(b, x, y);
        x = TLane.Fma(a, y, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ShearBack(TLane a, TLane b, ref TLane x, ref TLane y)
    {
        x = TLane.NegFma(a, y, x);
        y = TLane.NegFma(b, x, y);
        x = TLane.NegFma(a, y, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(TLane fr, TLane fi, ref TLane r, ref TLane i)
    {
        TLane real = TLane.NegFma(fi, i, fr * r);
        i = TLane.Fma(fr, i, fi * r);
        r = real;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TurnBack(TLane fr, TLane fi, ref TLane r, ref TLane i)
    {
        TLane real = TLane.Fma(fi, i, fr * r);
        i = TLane.NegFma(fi, r, fr * i);
        r = real;
    }

    /// <summary>sum + Re(λ̄1 ψ0 − λ̄0 ψ1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Inner(TLane sum, TLane r0, TLane i0, TLane r1, TLane i1, TLane s0, TLane t0, TLane s1, TLane t1)
    {
        sum = TLane.Fma(s1, r0, sum);
        sum = TLane.NegFma(s0, r1, sum);
        sum = TLane.Fma(t1, i0, sum);
        return TLane.NegFma(t0, i1, sum);
    }
}
