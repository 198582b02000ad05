using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QDiff.Engine.Backends;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Quantum;

/// <summary>
/// The one place where a tensor's memory is handed to the circuit engine: as a span where the processor sees it, as an address of the device
/// where a backend computes on the same one. Tensors are contiguous float32; nothing is copied.
/// </summary>
internal static partial class TensorMemory
{
    /// <summary>Whether a backend can compute on tensors of a device where they lie: on the same GPU, or in the processor's own memory.</summary>
    /// <param name="backend">Named as users write it: "cuda", "cuda:1", "ilgpu-cpu".</param>
    /// <param name="device">Where the tensors live.</param>
    public static bool IsShared(IBackend backend, Device device) => backend is IDeviceBackend && device.type switch
    {
        DeviceType.CUDA => (backend.Name is "cuda" ? "cuda:0" : backend.Name) == FormattableString.Invariant($"cuda:{Math.Max(0, device.index)}"),
        DeviceType.CPU => backend.Name is "ilgpu-cpu",
        _ => false,
    };

    /// <summary>The elements of <paramref name="tensor"/> in row-major order, valid while the tensor lives.</summary>
    /// <exception cref="ArgumentException">The tensor is not float32, not contiguous or not on the CPU.</exception>
    public static Span<float> Floats(Tensor tensor) => IsReadable(tensor) && tensor.device.type == DeviceType.CPU
        ? MemoryMarshal.Cast<byte, float>(tensor.bytes)
        : throw new ArgumentException(
            $"The circuit engine reads contiguous float32 tensors on the CPU; got {tensor.dtype} on {tensor.device}: call .to(float32).cpu().contiguous() first.");

    /// <summary>The elements where they lie, in row-major order, valid while the tensor lives.</summary>
    /// <exception cref="ArgumentException">The tensor is not float32 or not contiguous.</exception>
    public static DeviceSpan<float> OnDevice(Tensor tensor) => IsReadable(tensor)
        ? new DeviceSpan<float>(tensor.device.type == DeviceType.CPU ? HostAddress(tensor) : DeviceAddress(tensor), tensor.numel())
        : throw new ArgumentException($"The circuit engine computes on contiguous float32 tensors; got {tensor.dtype}: call .to(float32).contiguous() first.");

    /// <summary>A copy on the CPU of a tensor elsewhere; a tensor that is there already, detached and contiguous.</summary>
    public static Tensor ToHost(Tensor tensor)
    {
        using Tensor alone = tensor.detach();
        using Tensor here = alone.cpu();
        return here.contiguous();
    }

    private static bool IsReadable(Tensor tensor) => tensor.dtype == ScalarType.Float32 && tensor.is_contiguous();

    // Tensors lie in unmanaged memory, which does not move.
    private static unsafe nint HostAddress(Tensor tensor) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

#if TORCH_PACKAGE
    // TorchSharp's own accessors refuse tensors that are not on the CPU; this export of its native half gives the address with a view's offset in it.
    private static nint DeviceAddress(Tensor tensor) => THSTensor_data(tensor.Handle);

    [LibraryImport("LibTorchSharp")]
    private static partial nint THSTensor_data(nint tensor);
#else
    private static nint DeviceAddress(Tensor tensor) => throw new NotSupportedException($"This build's tensors are on the CPU alone; got one on {tensor.device}.");
#endif
}
