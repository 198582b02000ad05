using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Cpu;

/// <summary>
/// Reduced density matrices of a pair of qubits: M_ab = Σ_rest ψ̄_a ψ_b for a, b in 0-3, of which every Pauli string on the pair is a sum
/// of four entries; and the co-state λ_a += Σ_b H_ab ψ_b of a Hermitian H for each lane.
/// </summary>
/// <remarks>Both M and H are kept as 16 vectors: four diagonals, then real and imaginary part of 01, 02, 03, 12, 13, 23.</remarks>
internal static unsafe class PairKernel<TLane, T>
    where TLane : unmanaged, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Vectors of a Hermitian 4 × 4 matrix.</summary>
    public const int Vectors = 16;

    /// <summary>Adds M to <paramref name="matrix"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read(T* tile, PassGeometry pass, T* matrix, int begin, int end)
    {
        int n = TLane.Count;
        int flip0 = pass.LocalFlips[0], flip1 = pass.LocalFlips[1], flip01 = flip0 ^ flip1;
        TLane m0 = TLane.Zero, m1 = TLane.Zero, m2 = TLane.Zero, m3 = TLane.Zero;
        TLane x01 = TLane.Zero, y01 = TLane.Zero, x02 = TLane.Zero, y02 = TLane.Zero, x03 = TLane.Zero, y03 = TLane.Zero;
        TLane x12 = TLane.Zero, y12 = TLane.Zero, x13 = TLane.Zero, y13 = TLane.Zero, x23 = TLane.Zero, y23 = TLane.Zero;
        fixed (int* inner = pass.Inner)
        {
            int count = pass.Inner.Length;
            for (int outer = begin; outer < end; outer++)
            {
                int offset = pass.OuterOffset(outer);
                for (int i = 0; i < count; i++)
                {
                    int p = offset ^ inner[i];
                    T* p0 = tile + (long)p * (2 * n);
                    T* p1 = tile + (long)(p ^ flip0) * (2 * n);
                    T* p2 = tile + (long)(p ^ flip1) * (2 * n);
                    T* p3 = tile + (long)(p ^ flip01) * (2 * n);
                    TLane r0 = TLane.Load(p0), i0 = TLane.Load(p0 + n), r1 = TLane.Load(p1), i1 = TLane.Load(p1 + n);
                    TLane r2 = TLane.Load(p2), i2 = TLane.Load(p2 + n), r3 = TLane.Load(p3), i3 = TLane.Load(p3 + n);
                    m0 = TLane.Fma(r0, r0, TLane.Fma(i0, i0, m0));
                    m1 = TLane.Fma(r1, r1, TLane.Fma(i1, i1, m1));
                    m2 = TLane.Fma(r2, r2, TLane.Fma(i2, i2, m2));
                    m3 = TLane.Fma(r3, r3, TLane.Fma(i3, i3, m3));
                    x01 = Re(x01, r0, i0, r1, i1);
                    y01 = Im(y01, r0, i0, r1, i1);
                    x02 = Re(x02, r0, i0, r2, i2);
                    y02 = Im(y02, r0, i0, r2, i2);
                    x03 = Re(x03, r0, i0, r3, i3);
                    y03 = Im(y03, r0, i0, r3, i3);
                    x12 = Re(x12, r1, i1, r2, i2);
                    y12 = Im(y12, r1, i1, r2, i2);
                    x13 = Re(x13, r1, i1, r3, i3);
                    y13 = Im(y13, r1, i1, r3, i3);
                    x23 = Re(x23, r2, i2, r3, i3);
                    y23 = Im(y23, r2, i2, r3, i3);
                }
            }
        }

        Add(matrix, 0, m0);
        Add(matrix, 1, m1);
        Add(matrix, 2, m2);
        Add(matrix, 3, m3);
        Add(matrix, 4, x01);
        Add(matrix, 5, y01);
        Add(matrix, 6, x02);
        Add(matrix, 7, y02);
        Add(matrix, 8, x03);
        Add(matrix, 9, y03);
        Add(matrix, 10, x12);
        Add(matrix, 11, y12);
        Add(matrix, 12, x13);
        Add(matrix, 13, y13);
        Add(matrix, 14, x23);
        Add(matrix, 15, y23);
    }

    /// <summary>λ += H ψ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Weigh(T* state, T* costate, PassGeometry pass, T* h, int begin, int end)
    {
        int n = TLane.Count;
        int flip0 = pass.LocalFlips[0], flip1 = pass.LocalFlips[1], flip01 = flip0 ^ flip1;
        fixed (int* inner = pass.Inner)
        {
            int count = pass.Inner.Length;
            for (int outer = begin; outer < end; outer++)
            {
                int offset = pass.OuterOffset(outer);
                for (int i = 0; i < count; i++)
                {
                    int p = offset ^ inner[i];
                    long o0 = (long)p * (2 * n), o1 = (long)(p ^ flip0) * (2 * n), o2 = (long)(p ^ flip1) * (2 * n), o3 = (long)(p ^ flip01) * (2 * n);
                    TLane r0 = TLane.Load(state + o0), i0 = TLane.Load(state + o0 + n), r1 = TLane.Load(state + o1), i1 = TLane.Load(state + o1 + n);
                    TLane r2 = TLane.Load(state + o2), i2 = TLane.Load(state + o2 + n), r3 = TLane.Load(state + o3), i3 = TLane.Load(state + o3 + n);
                    TLane s0 = TLane.Load(costate + o0), t0 = TLane.Load(costate + o0 + n), s1 = TLane.Load(costate + o1), t1 = TLane.Load(costate + o1 + n);
                    TLane s2 = TLane.Load(costate + o2), t2 = TLane.Load(costate + o2 + n), s3 = TLane.Load(costate + o3), t3 = TLane.Load(costate + o3 + n);
                    Diagonal(TLane.Load(h), r0, i0, ref s0, ref t0);
                    Diagonal(TLane.Load(h + n), r1, i1, ref s1, ref t1);
                    Diagonal(TLane.Load(h + 2 * n), r2, i2, ref s2, ref t2);
                    Diagonal(TLane.Load(h + 3 * n), r3, i3, ref s3, ref t3);
                    Couple(h + 4 * n, r0, i0, r1, i1, ref s0, ref t0, ref s1, ref t1);
                    Couple(h + 6 * n, r0, i0, r2, i2, ref s0, ref t0, ref s2, ref t2);
                    Couple(h + 8 * n, r0, i0, r3, i3, ref s0, ref t0, ref s3, ref t3);
                    Couple(h + 10 * n, r1, i1, r2, i2, ref s1, ref t1, ref s2, ref t2);
                    Couple(h + 12 * n, r1, i1, r3, i3, ref s1, ref t1, ref s3, ref t3);
                    Couple(h + 14 * n, r2, i2, r3, i3, ref s2, ref t2, ref s3, ref t3);
                    s0.Store(costate + o0);
                    t0.Store(costate + o0 + n);
                    s1.Store(costate + o1);
                    t1.Store(costate + o1 + n);
                    s2.Store(costate + o2);
                    t2.Store(costate + o2 + n);
                    s3.Store(costate + o3);
                    t3.Store(costate + o3 + n);
                }
            }
        }
    }

    /// <summary>±i^{|x∧z|} Σ_k (−1)^{|k∧z|} M_{k⊕x, k}: the expectation value of a string.</summary>
    public static TLane Expectation(T* matrix, PairString text)
    {
        int n = TLane.Count;
        var sum = TLane.Zero;
        for (int k = 0; k < 4; k++)
        {
            var (vector, part, sign) = Entry(text, k);
            if (vector >= 0)
            {
                var value = TLane.Load(matrix + (long)(vector + part) * n);
                sum = sign > 0 ? sum + value : sum - value;
            }
        }

        return sum;
    }

    /// <summary>H += w P.</summary>
    public static void AddString(T* matrix, PairString text, TLane weight)
    {
        // Only the stored half of H is written: column k of the string where k ⊕ x < k, or the diagonal.
        int n = TLane.Count;
        for (int k = 0; k < 4; k++)
        {
            int row = k ^ text.XMask;
            if (row <= k)
            {
                var (vector, part, sign) = Entry(text, k);
                T* at = matrix + (long)(vector + part) * n;

                // ⟨P⟩ = Re Σ_ab H_ab M_ab, so Im M enters with −Im H.
                bool plus = part == 0 ? sign > 0 : sign < 0;
                (plus ? TLane.Load(at) + weight : TLane.Load(at) - weight).Store(at);
            }
        }
    }

    /// <summary>Which stored vector of M enters Re(±i^{|x∧z|} (−1)^{|k∧z|} M_{k⊕x, k}), and with which sign.</summary>
    private static (int Vector, int Part, int Sign) Entry(PairString text, int k)
    {
        int row = k ^ text.XMask;
        int power = BitOperations.PopCount((uint)(text.XMask & text.ZMask));
        int sign = text.Sign * (BitOperations.PopCount((uint)(k & text.ZMask)) % 2 == 0 ? 1 : -1);
        if (row == k)
        {
            return (k, 0, sign);
        }

        int low = Math.Min(row, k), high = Math.Max(row, k);
        int vector = 4 + 2 * (low == 0 ? high - 1 : low == 1 ? high + 1 : 5);
        return power switch
        {
            0 => (vector, 0, sign),
            2 => (vector, 0, -sign),

            // Re(i M) = −Im M; the stored half is row < column, the other half is its conjugate.
            _ => (vector, 1, row < k ? -sign : sign),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Re(TLane sum, TLane ra, TLane ia, TLane rb, TLane ib) => TLane.Fma(ra, rb, TLane.Fma(ia, ib, sum));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Im(TLane sum, TLane ra, TLane ia, TLane rb, TLane ib) => TLane.Fma(ra, ib, TLane.NegFma(ia, rb, sum));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Diagonal(TLane h, TLane r, TLane i, ref TLane s, ref TLane t)
    {
        s = TLane.Fma(h, r, s);
        t = TLane.Fma(h, i, t);
    }

    /// <summary>λ_a += H_ab ψ_b and λ_b += H̄_ab ψ_a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Couple(T* h, TLane ra, TLane ia, TLane rb, TLane ib, ref TLane sa, ref TLane ta, ref TLane sb, ref TLane tb)
    {
        TLane x = TLane.Load(h), y = TLane.Load(h + TLane.Count);
        sa = TLane.NegFma(y, ib, TLane.Fma(x, rb, sa));
        ta = TLane.Fma(y, rb, TLane.Fma(x, ib, ta));
        sb = TLane.Fma(y, ia, TLane.Fma(x, ra, sb));
        tb = TLane.NegFma(y, ra, TLane.Fma(x, ia, tb));
    }

    private static void Add(T* matrix, int index, TLane value) => Folding<TLane, T>.Add(matrix, index, value);
}
