using System.Numerics;
using ILGPU;
using QDiff.Engine.Density;

namespace QDiff.Kernels.Density;

/// <summary>
/// What the threads of a group do to a block in shared memory in one step: new = M old, or new = Mᵀ old, out of place, so that every thread owns
/// coefficients t, t + T, … and one barrier is enough.
/// </summary>
internal static class BlockSteps
{
    /// <summary>One step; a barrier follows.</summary>
    /// <param name="block">Both halves of the group's memory.</param>
    /// <param name="from">Where the old block begins.</param>
    /// <param name="to">Where the new block begins.</param>
    /// <param name="size">Coefficients of a block.</param>
    /// <param name="steps">The steps of the plan.</param>
    /// <param name="step">Where this one begins.</param>
    /// <param name="tables">The tables of the plan.</param>
    /// <param name="entries">The entries of this sample.</param>
    /// <param name="transposed">1 for Mᵀ, else 0.</param>
    public static void Apply<T>(
        ArrayView<T> block, int from, int to, int size, ArrayView<int> steps, int step, ArrayView<int> tables, ArrayView<T> entries, int transposed)
        where T : unmanaged, INumber<T>
    {
        int kind = steps[step + BlockTables.Kind];
        int table = transposed == 0 ? steps[step + BlockTables.Forward] : steps[step + BlockTables.Transposed];
        int map = steps[step + BlockTables.Entries];
        int shifts = steps[step + BlockTables.Shifts];
        int digits = steps[step + BlockTables.Digits];
        int shift = shifts & 255;
        for (int i = Group.IdxX; i < size; i += Group.DimX)
        {
            T value;
            if (kind == BlockTables.Move)
            {
                int source = tables[table + i];
                value = source < 0 ? -block[from + ~source] : block[from + source];
            }
            else if (kind == BlockTables.Sparse)
            {
                int row = 0, origin = i;
                for (int d = 0; d < digits; d++)
                {
                    int own = (shifts >> (8 * d)) & 255;
                    row |= ((i >> own) & 3) << (2 * d);
                    origin &= ~(3 << own);
                }

                int first = table + (1 << (2 * digits)) + 1;
                int end = tables[table + row + 1];
                value = T.Zero;
                for (int e = tables[table + row]; e < end; e++)
                {
                    value += entries[map + tables[first + 2 * e + 1]] * block[from + origin + tables[first + 2 * e]];
                }
            }
            else
            {
                // The first digit that has entries is 1 (X) or 0 (I).
                int lowest = kind == BlockTables.Unital ? 1 : 0;
                int side = LocalOperation.Side - lowest;
                int row = ((i >> shift) & 3) - lowest;
                int first = from + (i & ~(3 << shift)) + (lowest << shift);
                int entry = transposed == 0 ? map + row * side : map + row, stride = transposed == 0 ? 1 : side;
                if (row < 0)
                {
                    value = block[from + i];
                }
                else
                {
                    value = T.Zero;
                    for (int column = 0; column < side; column++)
                    {
                        value += entries[entry + column * stride] * block[first + (column << shift)];
                    }
                }
            }

            block[to + i] = value;
        }
    }

    /// <summary>
    /// ∂L/∂M_ab = Σ λ_a v_b over the groups of a block, in slices of which each thread has one, the slices summed in order. Ends with a barrier.
    /// </summary>
    /// <param name="block">The group's memory.</param>
    /// <param name="from">Where the co-state λ begins.</param>
    /// <param name="partial">Where one number for each thread fits.</param>
    /// <param name="saved">The block v before the step.</param>
    /// <param name="size">Coefficients of a block.</param>
    /// <param name="steps">The steps of the plan.</param>
    /// <param name="step">Where this one begins.</param>
    /// <param name="tables">The tables of the plan.</param>
    /// <param name="sums">The sums of this block, of which those of the map are written.</param>
    public static void Sum<T>(
        ArrayView<T> block, int from, int partial, ArrayView<T> saved, int size, ArrayView<int> steps, int step, ArrayView<int> tables, ArrayView<T> sums)
        where T : unmanaged, INumber<T>
    {
        int kind = steps[step + BlockTables.Kind];
        int count = steps[step + BlockTables.EntryCount];
        int pairs = steps[step + BlockTables.Pairs];
        int shifts = steps[step + BlockTables.Shifts];
        int digits = steps[step + BlockTables.Digits];
        int first = steps[step + BlockTables.Sums];
        int lowest = kind == BlockTables.Unital ? 1 : 0, side = LocalOperation.Side - lowest, shift = shifts & 255;
        int groups = size >> (2 * digits);
        int slices = Group.DimX >= count ? Group.DimX / count : 1;
        for (int start = 0; start < count; start += Group.DimX)
        {
            int entry = start + (slices > 1 ? Group.IdxX % count : Group.IdxX), slice = slices > 1 ? Group.IdxX / count : 0;
            T sum = T.Zero;
            if (entry < count && slice < slices)
            {
                int row = 0, column = 0;
                if (kind == BlockTables.Sparse)
                {
                    row = tables[pairs + 2 * entry];
                    column = tables[pairs + 2 * entry + 1];
                }
                else
                {
                    row = (entry / side + lowest) << shift;
                    column = (entry % side + lowest) << shift;
                }

                for (int g = slice; g < groups; g += slices)
                {
                    // The group's number with a digit 0 put in at each of the map's digits, the lowest first.
                    int origin = g, done = -1;
                    for (int d = 0; d < digits; d++)
                    {
                        int next = 256;
                        for (int other = 0; other < digits; other++)
                        {
                            int own = (shifts >> (8 * other)) & 255;
                            next = own > done && own < next ? own : next;
                        }

                        origin = ((origin >> next) << (next + 2)) | (origin & ((1 << next) - 1));
                        done = next;
                    }

                    sum += block[from + origin + row] * saved[origin + column];
                }
            }

            block[partial + Group.IdxX] = sum;
            Group.Barrier();
            if (slices == 1)
            {
                if (entry < count)
                {
                    sums[first + entry] = sum;
                }
            }
            else if (Group.IdxX < count)
            {
                T whole = T.Zero;
                for (int s = 0; s < slices; s++)
                {
                    whole += block[partial + s * count + Group.IdxX];
                }

                sums[first + Group.IdxX] = whole;
            }

            Group.Barrier();
        }
    }
}
