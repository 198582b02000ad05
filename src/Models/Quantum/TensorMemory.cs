using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace QDiff.Models.Quantum;

/// <summary>
/// The one place where a tensor's memory is handed to the circuit engine. A tensor must be contiguous float32 on the CPU;
/// its elements are seen in place, nothing is copied.
/// </summary>
internal static class TensorMemory
{
    /// <summary>The elements of <paramref name="tensor"/> in row-major order, valid while the tensor lives.</summary>
    /// <exception cref="ArgumentException">The tensor is not float32, not contiguous or not on the CPU.</exception>
    public static Span<float> Floats(Tensor tensor)
    {
        if (tensor.dtype != ScalarType.Float32 || tensor.device.type != TorchSharp.DeviceType.CPU || !tensor.is_contiguous())
        {
            throw new ArgumentException(
                $"The circuit engine reads contiguous float32 tensors on the CPU; got {tensor.dtype} on {tensor.device}: call .to(float32).cpu().contiguous() first.");
        }

        return MemoryMarshal.Cast<byte, float>(tensor.bytes);
    }
}
