using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Cpu;

/// <summary>
/// Probabilities of all basis states of a tile, summed up in a binary tree with the highest qubit at the root, and a draw of one basis state
/// for a lane by descent: the same outcome as a search among running sums, without the roundings of a long sum.
/// </summary>
internal static unsafe class BornTree<TLane, T>
    where TLane : unmanaged, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Fills the tree: node 1 is the root, node i has children 2i (bit 0) and 2i + 1, leaf 2^n + x is |ψ_x|².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(T* state, IndexMap map, T* tree)
    {
        int n = TLane.Count, leaves = 1 << map.QubitCount;
        int p = map.Offset;
        for (int x = 0; ;)
        {
            ParityKernel<TLane, T>.Square(state, p).Store(tree + (long)(leaves + x) * n);
            int next = x + 1;
            if (next == leaves)
            {
                break;
            }

            for (int changed = x ^ next; changed != 0; changed &= changed - 1)
            {
                p ^= map.Flips[BitOperations.TrailingZeroCount(changed)];
            }

            x = next;
        }

        for (int node = leaves - 1; node > 0; node--)
        {
            T* child = tree + (long)(2 * node) * n;
            (TLane.Load(child) + TLane.Load(child + n)).Store(tree + (long)node * n);
        }
    }

    /// <summary>
    /// The first outcome, in the order of the true basis states, whose running sum is above <paramref name="uniform"/> times the whole.
    /// </summary>
    /// <param name="tree">A filled tree.</param>
    /// <param name="qubits">Number of qubits.</param>
    /// <param name="lane">Which lane.</param>
    /// <param name="uniform">In (0, 1).</param>
    /// <param name="flips">Qubits whose true bit is the opposite of the simulated one.</param>
    public static int Draw(T* tree, int qubits, int lane, double uniform, int flips)
    {
        int node = 1, outcome = 0;
        double rest = uniform * Value(tree, 1, lane);
        for (int q = qubits - 1; q >= 0; q--)
        {
            int zero = 2 * node + ((flips >> q) & 1);
            double below = Value(tree, zero, lane);
            if (rest < below || Value(tree, zero ^ 1, lane) == 0)
            {
                node = zero;
            }
            else
            {
                rest -= below;
                node = zero ^ 1;
                outcome |= 1 << q;
            }
        }

        return outcome;
    }

    private static double Value(T* tree, int node, int lane) => double.CreateTruncating(tree[(long)node * TLane.Count + lane]);
}
