using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Density;

/// <summary>
/// Depolarizing on many qubits: c_P ← f c_P for every string P with any but I on them; its own transpose. A thread owns one coefficient of one state.
/// Bytes: each coefficient is read once and written once.
/// </summary>
internal sealed class ShrinkKernel<T>(DeviceSession session)
    where T : unmanaged, INumber<T>
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<T>, long, long, T, long>> _launch =
        session.Compile("depolarizing on many qubits", accelerator => accelerator.LoadKernel<ArrayView<T>, ArrayView<T>, long, long, T, long>(Run));

    /// <summary>The kernel.</summary>
    /// <param name="states">[batch, 4^n].</param>
    /// <param name="destination">[batch, 4^n] that the result goes to: the states themselves, or another.</param>
    /// <param name="coefficients">4^n.</param>
    /// <param name="mask">The bits of the qubits' digits.</param>
    /// <param name="factor">f.</param>
    /// <param name="items">Number of threads that have something to do.</param>
    public static void Run(ArrayView<T> states, ArrayView<T> destination, long coefficients, long mask, T factor, long items)
    {
        long index = (long)Grid.IdxX * Group.DimX + Group.IdxX;
        if (index >= items)
        {
            return;
        }

        T value = states[index];
        destination[index] = (index & (coefficients - 1) & mask) != 0 ? factor * value : value;
    }

    /// <summary>Launches one thread for each coefficient.</summary>
    public void Launch(int batch, ArrayView<T> states, ArrayView<T> destination, long coefficients, long mask, T factor) =>
        _launch.Value(session.Stream, session.PerItem(batch * coefficients), states, destination, coefficients, mask, factor, batch * coefficients);
}
