using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;

namespace QDiff.Kernels.Devices;

/// <summary>A kind of device, what there is of it, and if that is nothing, why.</summary>
/// <param name="Name">"cuda", "opencl" or "ilgpu-cpu".</param>
/// <param name="Devices">Those that can be used.</param>
/// <param name="Reason">Why there is none and what would help; null where there is one.</param>
public sealed record AcceleratorKind(string Name, IReadOnlyList<AcceleratorDevice> Devices, string? Reason)
{
    private const string StandIn = "QDiff.Portable.Ilgpu";

    private static readonly AssemblyName s_library = typeof(Context).Assembly.GetName();

    /// <summary>The library that compiles kernels, with its version: the package, or the stand-in that runs them on the processor alone.</summary>
    public static string Library => IsStandIn ? "ILGPU's stand-in" : $"ILGPU {s_library.Version?.ToString(3)}";

    private static bool IsStandIn => s_library.Name == StandIn;

    /// <summary>All kinds, in the order in which users prefer them.</summary>
    public static IReadOnlyList<AcceleratorKind> All() => [.. AcceleratorDevice.Kinds.Select(Of)];

    /// <summary>One kind.</summary>
    /// <param name="kind">"cuda", "opencl" or "ilgpu-cpu".</param>
    public static AcceleratorKind Of(string kind)
    {
        IReadOnlyList<AcceleratorDevice> devices = AcceleratorDevice.List(kind);
        return new AcceleratorKind(kind, devices, devices.Count > 0 ? null : Missing(kind, IsStandIn, library => NativeLibrary.TryLoad(library, out _)));
    }

    /// <summary>Why there is no device of a kind.</summary>
    /// <param name="kind">"cuda" or "opencl".</param>
    /// <param name="isStandIn">Whether kernels are compiled by the stand-in.</param>
    /// <param name="isThere">Whether a driver's library is there.</param>
    internal static string Missing(string kind, bool isStandIn, Func<string, bool> isThere)
    {
        (string driver, string library) = kind == "cuda"
            ? ("NVIDIA driver", OperatingSystem.IsWindows() ? "nvcuda" : "libcuda.so.1")
            : ("OpenCL driver", OperatingSystem.IsWindows() ? "OpenCL" : "libOpenCL.so.1");
        return isStandIn ? "this build has a stand-in for ILGPU that knows no GPU; build with -p:Ilgpu=package"
            : !isThere(library) ? $"there is no {driver} ({library}); install it"
            : $"the {driver} shows no device that ILGPU {s_library.Version?.ToString(3)} can use{(kind == "opencl" ? " (it needs OpenCL C 2.0 with generic addresses)" : "")}; update it";
    }
}
