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
