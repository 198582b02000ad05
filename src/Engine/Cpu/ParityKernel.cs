using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Cpu;

/// <summary>⟨Z⟩ of all logical bits in one pass over |ψ|², and the co-state λ += (Σ_q w_q (−1)^{x_q}) ψ that belongs to weights w.</summary>
internal static unsafe class ParityKernel<TLane, T>
    where TLane : unmanaged, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Adds ⟨Z_q⟩ to sums[q] for every logical bit q, and ⟨ψ|ψ⟩ to sums[number of bits].</summary>
    /// <param name="tile">The states.</param>
    /// <param name="pass">Two local bits and the order.</param>
    /// <param name="fold">Room for one vector for each inner group.</param>
    /// <param name="sums">One vector for each bit and one more.</param>
    /// <param name="begin">First outer block.</param>
    /// <param name="end">One past the last outer block.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read(T* tile, PassGeometry pass, T* fold, T* sums, int begin, int end)
    {
        int n = TLane.Count;
        int flip0 = pass.LocalFlips[0], flip1 = pass.LocalFlips[1];
        TLane d0 = TLane.Zero, d1 = TLane.Zero;
        for (int outer = begin; outer < end; outer++)
        {
            int offset = pass.OuterOffset(outer);
            for (int i = 0; i < pass.Inner.Length; i++)
            {
                int p = offset ^ pass.Inner[i];
                TLane e0 = Square(tile, p), e1 = Square(tile, p ^ flip0), e2 = Square(tile, p ^ flip1), e3 = Square(tile, p ^ flip0 ^ flip1);
                TLane e01 = e0 + e1, e23 = e2 + e3;
                d0 += e0 - e1 + (e2 - e3);
                d1 += e01 - e23;
                (e01 + e23).Store(fold + (long)i * n);
            }

            Folding<TLane, T>.Block(fold, pass, outer, sums);
        }

        Folding<TLane, T>.Add(sums, pass.LocalQubits[0], d0);
        Folding<TLane, T>.Add(sums, pass.LocalQubits[1], d1);
    }

    /// <summary>λ += (w_n + Σ_q w_q (−1)^{x_q}) ψ.</summary>
    /// <param name="state">ψ.</param>
    /// <param name="costate">λ.</param>
    /// <param name="pass">Two local bits and the order.</param>
    /// <param name="table">Room for one vector for each inner group.</param>
    /// <param name="weights">One vector for each bit and one more.</param>
    /// <param name="begin">First outer block.</param>
    /// <param name="end">One past the last outer block.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Weigh(T* state, T* costate, PassGeometry pass, T* table, T* weights, int begin, int end)
    {
        int n = TLane.Count;
        TLane.Load(weights + (long)pass.QubitCount * n).Store(table);
        for (int b = 0; b < pass.InnerQubits.Length; b++)
        {
            var weight = TLane.Load(weights + (long)pass.InnerQubits[b] * n);
            for (int j = 0; j < 1 << b; j++)
            {
                var value = TLane.Load(table + (long)j * n);
                (value + weight).Store(table + (long)j * n);
                (value - weight).Store(table + (long)(j + (1 << b)) * n);
            }
        }

        int flip0 = pass.LocalFlips[0], flip1 = pass.LocalFlips[1];
        TLane w0 = TLane.Load(weights + (long)pass.LocalQubits[0] * n), w1 = TLane.Load(weights + (long)pass.LocalQubits[1] * n);
        TLane same = w0 + w1, different = w0 - w1;
        for (int outer = begin; outer < end; outer++)
        {
            int offset = pass.OuterOffset(outer);
            var common = TLane.Zero;
            for (int b = 0; b < pass.OuterQubits.Length; b++)
            {
                var weight = TLane.Load(weights + (long)pass.OuterQubits[b] * n);
                common += ((outer >> b) & 1) == 0 ? weight : -weight;
            }

            for (int i = 0; i < pass.Inner.Length; i++)
            {
                int p = offset ^ pass.Inner[i];
                var weight = common + TLane.Load(table + (long)i * n);
                AddScaled(state, costate, p, weight + same);
                AddScaled(state, costate, p ^ flip0, weight - different);
                AddScaled(state, costate, p ^ flip1, weight + different);
                AddScaled(state, costate, p ^ flip0 ^ flip1, weight - same);
            }
        }
    }

    /// <summary>|ψ_p|².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Square(T* tile, int p)
    {
        T* at = tile + (long)p * (2 * TLane.Count);
        TLane real = TLane.Load(at), imaginary = TLane.Load(at + TLane.Count);
        return TLane.Fma(real, real, imaginary * imaginary);
    }

    /// <summary>λ_p += w ψ_p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled(T* state, T* costate, int p, TLane weight)
    {
        int n = TLane.Count;
        long at = (long)p * (2 * n);
        TLane.Fma(weight, TLane.Load(state + at), TLane.Load(costate + at)).Store(costate + at);
        TLane.Fma(weight, TLane.Load(state + at + n), TLane.Load(costate + at + n)).Store(costate + at + n);
    }
}
