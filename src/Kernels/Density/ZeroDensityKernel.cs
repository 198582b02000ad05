using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Density;

/// <summary>
/// |0…0⟩⟨0…0| in the Pauli basis: c_P = 1 for strings of I and Z, whose digits have two equal bits, else 0. A thread owns one coefficient.
/// Bytes: each coefficient is written once.
/// </summary>
internal sealed class ZeroDensityKernel<T>(DeviceSession session)
    where T : unmanaged, INumber<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, long, long>> _launch =
        session.Compile("density of the zero state", accelerator => accelerator.LoadKernel<ArrayView<T>, long, long>(Run));

    /// <summary>The kernel.</summary>
    /// <param name="states">[batch, 4^n].</param>
    /// <param name="coefficients">4^n.</param>
    /// <param name="items">Number of threads that have something to do.</param>
    public static void Run(ArrayView<T> states, long coefficients, long items)
    {
        long index = (long)Grid.IdxX * Group.DimX + Group.IdxX;
        if (index >= items)
        {
            return;
        }

        long own = index & (coefficients - 1);
        states[index] = ((own ^ (own >> 1)) & 0x5555_5555) == 0 ? T.One : T.Zero;
    }

    /// <summary>Launches one thread for each coefficient.</summary>
    public void Launch(int batch, ArrayView<T> states, long coefficients) =>
        _launch.Value(session.Stream, session.PerItem(batch * coefficients), states, coefficients, batch * coefficients);
}
