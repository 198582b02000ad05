using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Density;

/// <summary>
/// One pass backwards: λ ← M_1ᵀ … M_sᵀ λ, and for every map with a differentiable parameter ∂L/∂M_ab = Σ λ_a v_b with v the state before the map.
/// A group owns one block, as in <see cref="BlockKernel{T}"/>: it takes the state forward first and leaves a copy before each of those maps in global
/// memory, then takes the co-state back. Sums are those of the block alone.
/// Bytes: state and co-state once, and once more each way for every differentiable map.
/// </summary>
internal sealed class BlockAdjointKernel<T>(DeviceSession session)
    where T : unmanaged, INumber<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<int>, ArrayView<T>, BlockLaunch>> _launch =
        session.Compile("density blocks backwards", accelerator => accelerator.LoadKernel<ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<int>, ArrayView<T>, BlockLaunch>(Run));

    /// <summary>The kernel.</summary>
    /// <param name="states">[batch, 4^n] before the pass, left as they are.</param>
    /// <param name="costates">[batch, 4^n], changed in place.</param>
    /// <param name="saved">[groups, SavedCount, Size], overwritten.</param>
    /// <param name="sums">[groups, SumCount], overwritten.</param>
    /// <param name="steps">The steps of the plan.</param>
    /// <param name="tables">The tables of the plan.</param>
    /// <param name="entries">[batch or 1, entries].</param>
    /// <param name="launch">The pass.</param>
    public static void Run(
        ArrayView<T> states, ArrayView<T> costates, ArrayView<T> saved, ArrayView<T> sums, ArrayView<int> steps, ArrayView<int> tables,
        ArrayView<T> entries, BlockLaunch launch)
    {
        var block = SharedMemory.GetDynamic<T>();
        int group = Grid.IdxX, size = launch.Size;
        int sample = group / launch.Blocks;
        long origin = (long)sample * launch.Coefficients + tables[launch.Bases + group % launch.Blocks];
        var own = entries.SubView((long)sample * launch.EntryStride, entries.Length - (long)sample * launch.EntryStride);
        long firstCopy = (long)group * launch.SavedCount * size;
        for (int i = Group.IdxX; i < size; i += Group.DimX)
        {
            block[i] = states[origin + tables[launch.Offsets + i]];
        }

        Group.Barrier();
        int from = 0;
        for (int s = 0; s < launch.ReplayCount; s++)
        {
            int step = (launch.FirstStep + s) * BlockTables.StepLength;
            if (steps[step + BlockTables.Sums] >= 0)
            {
                long copy = firstCopy + (long)steps[step + BlockTables.Saved] * size;
                for (int i = Group.IdxX; i < size; i += Group.DimX)
                {
                    saved[copy + i] = block[from + i];
                }
            }

            BlockSteps.Apply(block, from, size - from, size, steps, step, tables, own, 0);
            from = size - from;
            Group.Barrier();
        }

        for (int i = Group.IdxX; i < size; i += Group.DimX)
        {
            block[i] = costates[origin + tables[launch.Offsets + i]];
        }

        Group.Barrier();
        from = 0;
        for (int s = launch.StepCount - 1; s >= 0; s--)
        {
            int step = (launch.FirstStep + s) * BlockTables.StepLength;
            if (steps[step + BlockTables.Sums] >= 0)
            {
                long copy = firstCopy + (long)steps[step + BlockTables.Saved] * size;
                BlockSteps.Sum(
                    block, from, 2 * size, saved.SubView(copy, size), size, steps, step, tables, sums.SubView((long)group * launch.SumCount, launch.SumCount));
            }

            BlockSteps.Apply(block, from, size - from, size, steps, step, tables, own, 1);
            from = size - from;
            Group.Barrier();
        }

        for (int i = Group.IdxX; i < size; i += Group.DimX)
        {
            costates[origin + tables[launch.Offsets + i]] = block[from + i];
        }
    }

    /// <summary>Launches one group for each block of each state.</summary>
    public void Launch(
        int batch, ArrayView<T> states, ArrayView<T> costates, ArrayView<T> saved, ArrayView<T> sums, ArrayView<int> steps, ArrayView<int> tables,
        ArrayView<T> entries, BlockLaunch launch) => _launch.Value(
            session.Stream, BlockMemory.Config<T>(session, batch, launch, 1), states, costates, saved, sums, steps, tables, entries, launch);
}
