using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Cpu;

/// <summary>
/// A dense 2^k × 2^k matrix on k = 1-3 qubits, one matrix for each lane: ψ_a ← Σ_b U_ab ψ_b. The general path for gates that no
/// special kernel knows.
/// </summary>
internal static unsafe class DenseKernel<TLane, T>
    where TLane : unmanaged, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaximumSize = 8;

    /// <summary>Applies the matrix.</summary>
    /// <param name="tile">The states.</param>
    /// <param name="pass">Local qubits and order.</param>
    /// <param name="matrix">[2^k, 2^k] of (real, imaginary) vectors.</param>
    /// <param name="begin">First outer block.</param>
    /// <param name="end">One past the last outer block.</param>
    public static void Forward(T* tile, PassGeometry pass, T* matrix, int begin, int end)
    {
        if (pass.LocalFlips.Length == 1)
        {
            One(tile, pass, matrix, begin, end);
            return;
        }

        T** group = stackalloc T*[MaximumSize];
        TLane* values = stackalloc TLane[2 * MaximumSize];
        int size = 1 << pass.LocalFlips.Length;
        for (int outer = begin; outer < end; outer++)
        {
            int offset = pass.OuterOffset(outer);
            foreach (int inner in pass.Inner)
            {
                Locate(tile, pass, offset ^ inner, group);
                Load(group, values, size);
                Multiply(matrix, values, group, size, adjoint: false);
            }
        }
    }

    /// <summary>A 2 × 2 matrix stays in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(T* tile, PassGeometry pass, T* matrix, int begin, int end)
    {
        int n = TLane.Count, flip = pass.LocalFlips[0];
        TLane ar = TLane.Load(matrix), ai = TLane.Load(matrix + n), br = TLane.Load(matrix + 2 * n), bi = TLane.Load(matrix + 3 * n);
        TLane cr = TLane.Load(matrix + 4 * n), ci = TLane.Load(matrix + 5 * n), dr = TLane.Load(matrix + 6 * n), di = TLane.Load(matrix + 7 * n);
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
                    T* p1 = tile + (long)(p ^ flip) * (2 * n);
                    TLane r0 = TLane.Load(p0), i0 = TLane.Load(p0 + n), r1 = TLane.Load(p1), i1 = TLane.Load(p1 + n);
                    TLane.NegFma(bi, i1, TLane.Fma(br, r1, TLane.NegFma(ai, i0, ar * r0))).Store(p0);
                    TLane.Fma(bi, r1, TLane.Fma(br, i1, TLane.Fma(ai, r0, ar * i0))).Store(p0 + n);
                    TLane.NegFma(di, i1, TLane.Fma(dr, r1, TLane.NegFma(ci, i0, cr * r0))).Store(p1);
                    TLane.Fma(di, r1, TLane.Fma(dr, i1, TLane.Fma(ci, r0, cr * i0))).Store(p1 + n);
                }
            }
        }
    }

    /// <summary>
    /// Takes the matrix back on state ψ and co-state λ. With <paramref name="cross"/> also adds up M_ab = Σ λ̄_a ψ_b, λ being
    /// after and ψ before the gate: for any parameter of the gate, ∂L/∂θ = 2 Re Σ_ab M_ab ∂U_ab/∂θ.
    /// </summary>
    public static void Backward(T* state, T* costate, PassGeometry pass, T* matrix, T* cross, int begin, int end)
    {
        int n = TLane.Count;
        T** group = stackalloc T*[MaximumSize];
        TLane* psi = stackalloc TLane[2 * MaximumSize];
        TLane* lambda = stackalloc TLane[2 * MaximumSize];
        int size = 1 << pass.LocalFlips.Length;
        for (int outer = begin; outer < end; outer++)
        {
            int offset = pass.OuterOffset(outer);
            foreach (int inner in pass.Inner)
            {
                Locate(state, pass, offset ^ inner, group);
                Load(group, psi, size);
                Multiply(matrix, psi, group, size, adjoint: true);
                Load(group, psi, size);
                Locate(costate, pass, offset ^ inner, group);
                Load(group, lambda, size);
                Multiply(matrix, lambda, group, size, adjoint: true);
                for (int ab = 0; cross != null && ab < size * size; ab++)
                {
                    TLane lr = lambda[2 * (ab / size)], li = lambda[2 * (ab / size) + 1];
                    TLane pr = psi[2 * (ab % size)], pi = psi[2 * (ab % size) + 1];
                    T* sum = cross + (long)ab * (2 * n);
                    TLane.Fma(lr, pr, TLane.Fma(li, pi, TLane.Load(sum))).Store(sum);
                    TLane.Fma(lr, pi, TLane.NegFma(li, pr, TLane.Load(sum + n))).Store(sum + n);
                }
            }
        }
    }

    /// <summary>Addresses of the amplitudes of one group.</summary>
    public static void Locate(T* tile, PassGeometry pass, int p, T** group)
    {
        group[0] = tile + (long)p * (2 * TLane.Count);
        for (int b = 0; b < pass.LocalFlips.Length; b++)
        {
            for (int j = 0; j < 1 << b; j++)
            {
                int flipped = (int)((group[j] - tile) / (2 * TLane.Count)) ^ pass.LocalFlips[b];
                group[j + (1 << b)] = tile + (long)flipped * (2 * TLane.Count);
            }
        }
    }

    private static void Load(T** group, TLane* values, int size)
    {
        for (int j = 0; j < size; j++)
        {
            values[2 * j] = TLane.Load(group[j]);
            values[2 * j + 1] = TLane.Load(group[j] + TLane.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(T* matrix, TLane* values, T** group, int size, bool adjoint)
    {
        int n = TLane.Count;
        for (int a = 0; a < size; a++)
        {
            TLane real = TLane.Zero, imaginary = TLane.Zero;
            for (int b = 0; b < size; b++)
            {
                T* entry = matrix + (long)(adjoint ? b * size + a : a * size + b) * (2 * n);
                TLane ur = TLane.Load(entry), ui = TLane.Load(entry + n);
                if (adjoint)
                {
                    ui = -ui;
                }

                TLane r = values[2 * b], i = values[2 * b + 1];
                real = TLane.NegFma(ui, i, TLane.Fma(ur, r, real));
                imaginary = TLane.Fma(ui, r, TLane.Fma(ur, i, imaginary));
            }

            real.Store(group[a]);
            imaginary.Store(group[a] + n);
        }
    }
}
