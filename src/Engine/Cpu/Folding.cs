using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Cpu;

/// <summary>Sums with the sign of every bit at once: Σ_x (−1)^{x_q} D(x) for all q, by a folding tree of 2 additions for each D.</summary>
internal static unsafe class Folding<TLane, T>
    where TLane : unmanaged, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Folds the sums of one outer block, one for each inner group, and adds to the sum of every inner and outer qubit.</summary>
    /// <param name="values">One vector for each inner group; destroyed. The first is left holding their sum.</param>
    /// <param name="pass">Which qubits count the groups.</param>
    /// <param name="outer">The block.</param>
    /// <param name="sums">One vector for each logical qubit, and one more for the sum without signs.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block(T* values, PassGeometry pass, int outer, T* sums)
    {
        int n = TLane.Count;
        for (int bit = pass.InnerQubits.Length - 1; bit >= 0; bit--)
        {
            int half = 1 << bit;
            var difference = TLane.Zero;
            for (int j = 0; j < half; j++)
            {
                TLane low = TLane.Load(values + (long)j * n), high = TLane.Load(values + (long)(j + half) * n);
                difference += low - high;
                (low + high).Store(values + (long)j * n);
            }

            Add(sums, pass.InnerQubits[bit], difference);
        }

        var total = TLane.Load(values);
        Add(sums, pass.QubitCount, total);
        for (int b = 0; b < pass.OuterQubits.Length; b++)
        {
            Add(sums, pass.OuterQubits[b], ((outer >> b) & 1) == 0 ? total : -total);
        }
    }

    public static void Add(T* sums, int index, TLane value)
    {
        T* sum = sums + (long)index * TLane.Count;
        (TLane.Load(sum) + value).Store(sum);
    }
}
