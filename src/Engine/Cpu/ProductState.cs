using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Cpu;

/// <summary>The tensor product of one-qubit states, written straight into a tile by doubling.</summary>
internal static unsafe class ProductState<TLane, T>
    where TLane : unmanaged, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Writes ⊗_q (u_q|0⟩ + v_q|1⟩).</summary>
    /// <param name="tile">The states, overwritten.</param>
    /// <param name="map">Where amplitudes lie.</param>
    /// <param name="qubitStates">For every qubit: real and imaginary part of u, then of v.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(T* tile, IndexMap map, T* qubitStates)
    {
        int n = TLane.Count;
        T* origin = tile + (long)map.Offset * (2 * n);
        TLane.Broadcast(T.One).Store(origin);
        TLane.Zero.Store(origin + n);
        for (int q = 0; q < map.QubitCount; q++)
        {
            T* state = qubitStates + (long)q * (4 * n);
            TLane ur = TLane.Load(state), ui = TLane.Load(state + n), vr = TLane.Load(state + 2 * n), vi = TLane.Load(state + 3 * n);
            int p = map.Offset;
            for (int x = 0; ; )
            {
                T* low = tile + (long)p * (2 * n), high = tile + (long)(p ^ map.Flips[q]) * (2 * n);
                TLane r = TLane.Load(low), i = TLane.Load(low + n);
                TLane.NegFma(i, ui, r * ur).Store(low);
                TLane.Fma(i, ur, r * ui).Store(low + n);
                TLane.NegFma(i, vi, r * vr).Store(high);
                TLane.Fma(i, vr, r * vi).Store(high + n);

                // Gray code: one flip from each index to the next.
                if (++x == 1 << q)
                {
                    break;
                }

                p ^= map.Flips[BitOperations.TrailingZeroCount(x)];
            }
        }
    }
}
