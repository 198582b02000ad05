using System.Numerics;
using ILGPU;
using QDiff.Kernels.StateVectors;

namespace QDiff.Kernels.Trajectories;

/// <summary>
/// What a group reads from the final state |ψ⟩ of a trajectory, whose true state is P|ψ⟩: P O P = ±O for Pauli strings O, outcome x of the simulated state is
/// x ⊕ (X part of P) of the true one.
/// </summary>
internal static class TrajectoryRead<T, TPrecision>
    where T : unmanaged, INumber<T>
    where TPrecision : IPrecision<T>
{
    /// <summary>⟨O_k⟩ of every string, or all Born probabilities.</summary>
    public static void Values(
        ArrayView<T> re, ArrayView<T> im, ArrayView<T> scratch, TrajectoryRow<T> row, ArrayView<int> strings, ArrayView<T> values, long firstValue,
        TrajectoryShape shape)
    {
        int size = 1 << shape.Bits, thread = Group.IdxX, threads = Group.DimX;
        int x = row.Records[row.FirstRecord + shape.Records - 2], z = row.Records[row.FirstRecord + shape.Records - 1];
        if ((shape.Flags & TrajectoryShape.Born) != 0)
        {
            for (int k = thread; k < 1 << shape.LogicalBits; k += threads)
            {
                int place = CircuitKernel<T>.Place(row.Tables, shape.LogicalTable, k);
                values[firstValue + (k ^ x)] = re[place] * re[place] + im[place] * im[place];
            }

            return;
        }

        for (int first = 0; first < shape.Values; first += GroupSum.Values)
        {
            int count = shape.Values - first < GroupSum.Values ? shape.Values - first : GroupSum.Values;
            for (int value = 0; value < count; value++)
            {
                int code = (first + value) * PauliCode.Length, flip = strings[code + PauliCode.Flip];
                T sum = T.Zero;
                for (int k = thread; k < size; k += threads)
                {
                    int other = k ^ flip;
                    sum += PauliCode.Term(strings, code, k, re[other], im[other], re[k], im[k]);
                }

                scratch[value * threads + thread] = IsNegative(strings, first + value, x, z, shape) ? -sum : sum;
            }

            GroupSum.Store(scratch, count, values, firstValue + first);
        }
    }

    /// <summary>|λ⟩ = Σ_k c_k P O_k P|ψ⟩.</summary>
    public static void CoState(
        ArrayView<T> re, ArrayView<T> im, ArrayView<T> coRe, ArrayView<T> coIm, TrajectoryRow<T> row, ArrayView<int> strings, ArrayView<T> cotangents,
        long firstValue, TrajectoryShape shape)
    {
        int size = 1 << shape.Bits, thread = Group.IdxX, threads = Group.DimX;
        int x = row.Records[row.FirstRecord + shape.Records - 2], z = row.Records[row.FirstRecord + shape.Records - 1];
        bool born = (shape.Flags & TrajectoryShape.Born) != 0;
        for (int k = thread; k < size; k += threads)
        {
            T r = T.Zero, i = T.Zero;
            for (int value = 0; value < shape.Values && !born; value++)
            {
                int code = value * PauliCode.Length, other = k ^ strings[code + PauliCode.Flip];
                T cotangent = cotangents[firstValue + value];
                cotangent = PauliCode.IsNegative(strings, code, other) != IsNegative(strings, value, x, z, shape) ? -cotangent : cotangent;
                bool imaginary = strings[code + PauliCode.Imaginary] != 0;
                r += cotangent * (imaginary ? im[other] : re[other]);
                i += cotangent * (imaginary ? -re[other] : im[other]);
            }

            coRe[k] = r;
            coIm[k] = i;
        }

        Group.Barrier();
        for (int k = thread; born && k < 1 << shape.LogicalBits; k += threads)
        {
            int place = CircuitKernel<T>.Place(row.Tables, shape.LogicalTable, k);
            T cotangent = cotangents[firstValue + (k ^ x)];
            coRe[place] = cotangent * re[place];
            coIm[place] = cotangent * im[place];
        }
    }

    /// <summary>
    /// Draws one basis state of the true state for the measurements at the end, and writes its bits: the first, in rising order, whose running sum of probabilities is above
    /// the uniform number times the whole. The sums form a binary tree, leaves in place of the real parts and inner nodes in place of the imaginary ones:
    /// node i has children 2i (bit 0) and 2i + 1.
    /// </summary>
    public static void Sample(ArrayView<T> re, ArrayView<T> im, TrajectoryRow<T> row, TrajectoryShape shape)
    {
        int leaves = 1 << shape.PlanBits, thread = Group.IdxX, threads = Group.DimX;
        for (int k = thread; k < 1 << shape.Bits; k += threads)
        {
            re[k] = re[k] * re[k] + im[k] * im[k];
        }

        for (int level = leaves / 2; level > 0; level /= 2)
        {
            Group.Barrier();
            for (int node = level + thread; node < 2 * level; node += threads)
            {
                im[node] = Node(re, im, row, shape, 2 * node) + Node(re, im, row, shape, 2 * node + 1);
            }
        }

        Group.Barrier();
        if (thread != 0)
        {
            return;
        }

        int flips = row.Records[row.FirstRecord + shape.Records - 2], at = 1, outcome = 0;
        var state = Frames.WithUniform(FrameState.Start(0), shape.LastDraw, shape.Seed, row.Number);
        double rest = Frames.Uniform(state, shape.LastDraw) * TPrecision.Widen(im[1]);
        for (int q = shape.PlanBits - 1; q >= 0; q--)
        {
            int zero = 2 * at + ((flips >> q) & 1);
            double below = TPrecision.Widen(Node(re, im, row, shape, zero));
            if (rest < below || TPrecision.Widen(Node(re, im, row, shape, zero ^ 1)) == 0)
            {
                at = zero;
            }
            else
            {
                rest -= below;
                at = zero ^ 1;
                outcome |= 1 << q;
            }
        }

        for (int i = 0; i < shape.SampledCount; i++)
        {
            row.Bits[row.FirstBit + row.Code[shape.Sampled + 2 * i + 1]] = (byte)((outcome >> row.Code[shape.Sampled + 2 * i]) & 1);
        }
    }

    private static T Node(ArrayView<T> re, ArrayView<T> im, TrajectoryRow<T> row, TrajectoryShape shape, int node)
    {
        int leaf = node - (1 << shape.PlanBits);
        return leaf < 0 ? im[node] : re[CircuitKernel<T>.Place(row.Tables, shape.LogicalTable, leaf)];
    }

    // The masks of the strings follow their codes.
    private static bool IsNegative(ArrayView<int> strings, int value, int x, int z, TrajectoryShape shape)
    {
        int masks = shape.Values * PauliCode.Length + 2 * value;
        return ((BitOperations.PopCount((uint)(strings[masks] & z)) ^ BitOperations.PopCount((uint)(strings[masks + 1] & x))) & 1) != 0;
    }
}
