using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU.Runtime;

namespace QDiff.Kernels.Devices;

/// <summary>
/// The one place that says how ILGPU's CUDA context and libtorch's are one. ILGPU makes a context of its own for every accelerator; libtorch, as every
/// program on the CUDA runtime, works in the device's primary context. An address or a stream of one means nothing in the other, so the accelerator
/// is moved into the primary context before anything is allocated or compiled: then tensors' addresses are arguments of kernels as they stand, nothing
/// is copied, and both work on the same legacy default stream, in the order in which they were called.
/// </summary>
/// <remarks>
/// The other ways are worse: loading the kernels' PTX into the primary context by hand gives up ILGPU's launchers, and copies from context to context
/// cost a pass over the data and a wait at every call. ILGPU offers no constructor for a foreign context; the context is
/// <c>Accelerator.NativePtr</c>, whose setter is protected, and every binding of the accelerator to a thread reads it from there.
/// </remarks>
internal sealed unsafe class PrimaryContext
{
    private static readonly PropertyInfo? s_context = typeof(Accelerator).GetProperty("NativePtr");

    private readonly Accelerator _accelerator;
    private readonly nint _own;
    private readonly nint _primary;
    private readonly nint _driver;
    private readonly int _device;

    private PrimaryContext(Accelerator accelerator)
    {
        _accelerator = accelerator;
        _own = (nint)s_context!.GetValue(accelerator)!;
        _driver = NativeLibrary.Load(OperatingSystem.IsWindows() ? "nvcuda" : "libcuda.so.1");
        int device;
        nint primary;

        // Its constructor has made the accelerator's own context current.
        Check("cuCtxGetDevice", ((delegate* unmanaged<int*, int>)Export("cuCtxGetDevice"))(&device));
        Check("cuDevicePrimaryCtxRetain", ((delegate* unmanaged<nint*, int, int>)Export("cuDevicePrimaryCtxRetain"))(&primary, device));
        _device = device;
        _primary = primary;
        s_context.SetValue(accelerator, primary);

        // The accelerator counts as bound to this thread already and would not bind again.
        MakeCurrent();
    }

    /// <summary>Moves a CUDA accelerator into its device's primary context; null for an accelerator of another kind, which has none.</summary>
    /// <exception cref="InvalidOperationException">The driver refuses.</exception>
    public static PrimaryContext? Enter(Accelerator accelerator) =>
        accelerator.AcceleratorType == AcceleratorType.Cuda && s_context is not null ? new PrimaryContext(accelerator) : null;

    /// <summary>
    /// Disposes of the accelerator: what it still holds is freed in the primary context, which is then given back; the context that it destroys
    /// itself is its own.
    /// </summary>
    public void DisposeAccelerator()
    {
        // Synchronizing binds it to this thread, so that disposing does not bind it to the context of its own.
        _accelerator.Synchronize();
        MakeCurrent();
        s_context!.SetValue(_accelerator, _own);
        _accelerator.Dispose();
        Check("cuDevicePrimaryCtxRelease", ((delegate* unmanaged<int, int>)Export("cuDevicePrimaryCtxRelease_v2"))(_device));
    }

    /// <summary>Bytes of the device's memory that nobody holds, other libraries and programs included.</summary>
    public long FreeBytes
    {
        get
        {
            nuint free, total;
            Check("cuMemGetInfo", ((delegate* unmanaged<nuint*, nuint*, int>)Export("cuMemGetInfo_v2"))(&free, &total));
            return (long)free;
        }
    }

    private void MakeCurrent() => Check("cuCtxSetCurrent", ((delegate* unmanaged<nint, int>)Export("cuCtxSetCurrent"))(_primary));

    private nint Export(string name) => NativeLibrary.GetExport(_driver, name);

    private static void Check(string call, int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"the NVIDIA driver answers {call} with error {error}");
        }
    }
}
