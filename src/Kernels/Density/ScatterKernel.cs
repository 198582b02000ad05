using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Density;

/// <summary>
/// The co-state of Σ_k w_k c_{P_k}: λ_{P_k} += w_k, in the order of k, into zeros. A thread owns one state. Bytes: each weight once.
/// </summary>
internal sealed class ScatterKernel<T>(DeviceSession session)
    where T : unmanaged, INumber<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<int>, ArrayView<T>, long, int>> _launch =
        session.Compile("density weights", accelerator => accelerator.LoadKernel<ArrayView<T>, ArrayView<int>, ArrayView<T>, long, int>(Run));

    /// <summary>The kernel.</summary>
    /// <param name="weights">[batch, count].</param>
    /// <param name="places">[count] indices of the strings, which may repeat.</param>
    /// <param name="costates">[batch, 4^n] zeros.</param>
    /// <param name="coefficients">4^n.</param>
    /// <param name="batch">Number of states.</param>
    public static void Run(ArrayView<T> weights, ArrayView<int> places, ArrayView<T> costates, long coefficients, int batch)
    {
        long sample = (long)Grid.IdxX * Group.DimX + Group.IdxX;
        if (sample >= batch)
        {
            return;
        }

        for (int k = 0; k < places.Length; k++)
        {
            costates[sample * coefficients + places[k]] += weights[sample * places.Length + k];
        }
    }

    /// <summary>Launches one thread for each state.</summary>
    public void Launch(int batch, ArrayView<T> weights, ArrayView<int> places, ArrayView<T> costates, long coefficients) =>
        _launch.Value(session.Stream, session.PerItem(batch), weights, places, costates, coefficients, batch);
}
