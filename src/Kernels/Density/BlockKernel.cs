using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Density;

/// <summary>
/// One pass over density matrices in the Pauli basis: c ← M_s … M_1 c for maps M on the qubits of a block.
/// A group owns one block of 4^k coefficients of one state and keeps it in shared memory, twice: each map reads one half and writes the other, a thread
/// every T-th coefficient. Registers of up to k qubits are one block: the whole program is one launch.
/// Bytes: each coefficient is read once and written once, in runs of 16 or more.
/// </summary>
internal sealed class BlockKernel<T>(DeviceSession session)
    where T : unmanaged, INumber<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<int>, ArrayView<T>, BlockLaunch>> _launch =
        session.Compile("density blocks", accelerator => accelerator.LoadKernel<ArrayView<T>, ArrayView<T>, ArrayView<int>, ArrayView<int>, ArrayView<T>, BlockLaunch>(Run));

    /// <summary>The kernel.</summary>
    /// <param name="states">[batch, 4^n], changed in place.</param>
    /// <param name="destination">[batch, 4^n] that the result goes to: the states themselves, or another.</param>
    /// <param name="steps">The steps of the plan.</param>
    /// <param name="tables">The tables of the plan.</param>
    /// <param name="entries">[batch or 1, entries].</param>
    /// <param name="launch">The pass.</param>
    public static void Run(
        ArrayView<T> states, ArrayView<T> destination, ArrayView<int> steps, ArrayView<int> tables, ArrayView<T> entries, BlockLaunch launch)
    {
        var block = SharedMemory.GetDynamic<T>();
        int sample = Grid.IdxX / launch.Blocks;
        long origin = (long)sample * launch.Coefficients + tables[launch.Bases + Grid.IdxX % launch.Blocks];
        var own = entries.SubView((long)sample * launch.EntryStride, entries.Length - (long)sample * launch.EntryStride);
        for (int i = Group.IdxX; i < launch.Size; i += Group.DimX)
        {
            block[i] = states[origin + tables[launch.Offsets + i]];
        }

        Group.Barrier();
        int from = 0;
        for (int s = 0; s < launch.StepCount; s++)
        {
            BlockSteps.Apply(block, from, launch.Size - from, launch.Size, steps, (launch.FirstStep + s) * BlockTables.StepLength, tables, own, 0);
            from = launch.Size - from;
            Group.Barrier();
        }

        for (int i = Group.IdxX; i < launch.Size; i += Group.DimX)
        {
            destination[origin + tables[launch.Offsets + i]] = block[from + i];
        }
    }

    /// <summary>Launches one group for each block of each state.</summary>
    public void Launch(
        int batch, ArrayView<T> states, ArrayView<T> destination, ArrayView<int> steps, ArrayView<int> tables, ArrayView<T> entries, BlockLaunch launch) =>
        _launch.Value(session.Stream, BlockMemory.Config<T>(session, batch, launch, 0), states, destination, steps, tables, entries, launch);
}
