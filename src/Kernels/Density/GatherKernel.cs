using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Density;

/// <summary>
/// Values tr(P_k ρ) = c_{P_k}. A thread owns one value of one state. Bytes: each value once.
/// </summary>
internal sealed class GatherKernel<T>(DeviceSession session)
    where T : unmanaged, INumber<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<int>, ArrayView<T>, long, long>> _launch =
        session.Compile("density values", accelerator => accelerator.LoadKernel<ArrayView<T>, ArrayView<int>, ArrayView<T>, long, long>(Run));

    /// <summary>The kernel.</summary>
    /// <param name="states">[batch, 4^n].</param>
    /// <param name="places">[count] indices of the strings.</param>
    /// <param name="values">[batch, count], overwritten.</param>
    /// <param name="coefficients">4^n.</param>
    /// <param name="items">Number of threads that have something to do.</param>
    public static void Run(ArrayView<T> states, ArrayView<int> places, ArrayView<T> values, long coefficients, long items)
    {
        long index = (long)Grid.IdxX * Group.DimX + Group.IdxX;
        if (index >= items)
        {
            return;
        }

        long sample = index / places.Length;
        values[index] = states[sample * coefficients + places[index - sample * places.Length]];
    }

    /// <summary>Launches one thread for each value of each state.</summary>
    public void Launch(int batch, ArrayView<T> states, ArrayView<int> places, ArrayView<T> values, long coefficients) =>
        _launch.Value(session.Stream, session.PerItem(batch * places.Length), states, places, values, coefficients, batch * places.Length);
}
