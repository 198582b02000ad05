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

            Folding<TLane, T>.Add(matrix, 0, m0);
            Folding<TLane, T>.Add(matrix, 2, x);
            Folding<TLane, T>.Add(matrix, 3, y);
            Folding<TLane, T>.Add(matrix, 6, m1);
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
