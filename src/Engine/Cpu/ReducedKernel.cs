using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Cpu;

/// <summary>
/// The reduced density matrix of k = 1-3 qubits, M_ab = Σ_rest ψ̄_a ψ_b, for each lane: with it Σ_ab (K†K)_ab M_ab is the probability of a
/// Kraus operator K. One pass that only reads.
/// </summary>
internal static unsafe class ReducedKernel<TLane, T>
    where TLane : unmanaged, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaximumSize = 8;

    /// <summary>Writes M as [2^k, 2^k] of (real, imaginary) vectors, of which only a ≤ b is filled.</summary>
    public static void Read(T* tile, PassGeometry pass, T* matrix)
    {
        int size = 1 << pass.LocalFlips.Length;
        for (int v = 0; v < 2 * size * size; v++)
        {
            TLane.Zero.Store(matrix + (long)v * TLane.Count);
        }

        if (size == 2)
        {
            One(tile, pass, matrix);
        }
        else
        {
            Several(tile, pass, matrix, size);
        }
    }

    /// <summary>Applies a 2 × 2 matrix to one qubit and reads the reduced density matrix that another qubit then has, in one pass.</summary>
    /// <param name="tile">The states.</param>
    /// <param name="pass">Two local qubits: the one of the matrix, then the one that is read.</param>
    /// <param name="matrix">[2, 2] of (real, imaginary) vectors.</param>
    /// <param name="reduced">As <see cref="Read"/> fills it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ApplyAndRead(T* tile, PassGeometry pass, T* matrix, T* reduced)
    {
        int n = TLane.Count, flip0 = pass.LocalFlips[0], flip1 = pass.LocalFlips[1], flip01 = flip0 ^ flip1;
        TLane ar = TLane.Load(matrix), ai = TLane.Load(matrix + n), br = TLane.Load(matrix + 2 * n), bi = TLane.Load(matrix + 3 * n);
        TLane cr = TLane.Load(matrix + 4 * n), ci = TLane.Load(matrix + 5 * n), dr = TLane.Load(matrix + 6 * n), di = TLane.Load(matrix + 7 * n);
        for (int v = 0; v < 8; v++)
        {
            TLane.Zero.Store(reduced + (long)v * n);
        }

        for (int outer = 0; outer < pass.OuterCount; outer++)
        {
            TLane m0 = TLane.Zero, m1 = TLane.Zero, x = TLane.Zero, y = TLane.Zero;
            int offset = pass.OuterOffset(outer);
            foreach (int inner in pass.Inner)
            {
                int p = offset ^ inner;
                T* p0 = tile + (long)p * (2 * n), p1 = tile + (long)(p ^ flip0) * (2 * n);
                T* p2 = tile + (long)(p ^ flip1) * (2 * n), p3 = tile + (long)(p ^ flip01) * (2 * n);
                TLane r0 = TLane.Load(p0), i0 = TLane.Load(p0 + n), r1 = TLane.Load(p1), i1 = TLane.Load(p1 + n);
                TLane u0 = TLane.NegFma(bi, i1, TLane.Fma(br, r1, TLane.NegFma(ai, i0, ar * r0)));
                TLane v0 = TLane.Fma(bi, r1, TLane.Fma(br, i1, TLane.Fma(ai, r0, ar * i0)));
                TLane u1 = TLane.NegFma(di, i1, TLane.Fma(dr, r1, TLane.NegFma(ci, i0, cr * r0)));
                TLane v1 = TLane.Fma(di, r1, TLane.Fma(dr, i1, TLane.Fma(ci, r0, cr * i0)));
                u0.Store(p0);
                v0.Store(p0 + n);
                u1.Store(p1);
                v1.Store(p1 + n);
                r0 = TLane.Load(p2);
                i0 = TLane.Load(p2 + n);
                r1 = TLane.Load(p3);
                i1 = TLane.Load(p3 + n);
                TLane u2 = TLane.NegFma(bi, i1, TLane.Fma(br, r1, TLane.NegFma(ai, i0, ar * r0)));
                TLane v2 = TLane.Fma(bi, r1, TLane.Fma(br, i1, TLane.Fma(ai, r0, ar * i0)));
                TLane u3 = TLane.NegFma(di, i1, TLane.Fma(dr, r1, TLane.NegFma(ci, i0, cr * r0)));
                TLane v3 = TLane.Fma(di, r1, TLane.Fma(dr, i1, TLane.Fma(ci, r0, cr * i0)));
                u2.Store(p2);
                v2.Store(p2 + n);
                u3.Store(p3);
                v3.Store(p3 + n);
                m0 = TLane.Fma(u0, u0, TLane.Fma(v0, v0, TLane.Fma(u1, u1, TLane.Fma(v1, v1, m0))));
                m1 = TLane.Fma(u2, u2, TLane.Fma(v2, v2, TLane.Fma(u3, u3, TLane.Fma(v3, v3, m1))));
                x = TLane.Fma(u0, u2, TLane.Fma(v0, v2, TLane.Fma(u1, u3, TLane.Fma(v1, v3, x))));
                y = TLane.Fma(u0, v2, TLane.NegFma(v0, u2, TLane.Fma(u1, v3, TLane.NegFma(v1, u3, y))));
            }

            Add(reduced, m0, x, y, m1);
        }
    }

    // The stored half of a 2 × 2 matrix.
    private static void Add(T* matrix, TLane m0, TLane x, TLane y, TLane m1)
    {
        Folding<TLane, T>.Add(matrix, 0, m0);
        Folding<TLane, T>.Add(matrix, 2, x);
        Folding<TLane, T>.Add(matrix, 3, y);
        Folding<TLane, T>.Add(matrix, 6, m1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(T* tile, PassGeometry pass, T* matrix)
    {
        int n = TLane.Count, flip = pass.LocalFlips[0];
        for (int outer = 0; outer < pass.OuterCount; outer++)
        {
            // Sums of a block first: fewer roundings than one long sum has.
            TLane m0 = TLane.Zero, m1 = TLane.Zero, x = TLane.Zero, y = TLane.Zero;
            int offset = pass.OuterOffset(outer);
            foreach (int inner in pass.Inner)
            {
                int p = offset ^ inner;
                T* p0 = tile + (long)p * (2 * n);
                T* p1 = tile + (long)(p ^ flip) * (2 * n);
                TLane r0 = TLane.Load(p0), i0 = TLane.Load(p0 + n), r1 = TLane.Load(p1), i1 = TLane.Load(p1 + n);
                m0 = TLane.Fma(r0, r0, TLane.Fma(i0, i0, m0));
                m1 = TLane.Fma(r1, r1, TLane.Fma(i1, i1, m1));
                x = TLane.Fma(r0, r1, TLane.Fma(i0, i1, x));
                y = TLane.Fma(r0, i1, TLane.NegFma(i0, r1, y));
            }

            Add(matrix, m0, x, y, m1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Several(T* tile, PassGeometry pass, T* matrix, int size)
    {
        int n = TLane.Count;
        T** group = stackalloc T*[MaximumSize];
        for (int outer = 0; outer < pass.OuterCount; outer++)
        {
            int offset = pass.OuterOffset(outer);
            foreach (int inner in pass.Inner)
            {
                DenseKernel<TLane, T>.Locate(tile, pass, offset ^ inner, group);
                for (int a = 0; a < size; a++)
                {
                    TLane ra = TLane.Load(group[a]), ia = TLane.Load(group[a] + n);
                    for (int b = a; b < size; b++)
                    {
                        TLane rb = TLane.Load(group[b]), ib = TLane.Load(group[b] + n);
                        T* sum = matrix + (long)(a * size + b) * (2 * n);
                        TLane.Fma(ra, rb, TLane.Fma(ia, ib, TLane.Load(sum))).Store(sum);
                        TLane.Fma(ra, ib, TLane.NegFma(ia, rb, TLane.Load(sum + n))).Store(sum + n);
                    }
                }
            }
        }
    }
}
