using System.Globalization;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace QDiff.Kernels.Devices;

/// <summary>A device that kernels can run on, as users name it: "cuda" (or "cuda:0"), "cuda:1", "opencl", "opencl:1", "ilgpu-cpu".</summary>
/// <param name="Name">The name by which it is asked for.</param>
/// <param name="Model">What its driver calls it.</param>
/// <param name="MemoryBytes">Size of its memory.</param>
/// <param name="Version">Versions of architecture and driver.</param>
public sealed record AcceleratorDevice(string Name, string Model, long MemoryBytes, string Version)
{
    /// <summary>The name of the accelerator that debugs kernels on the host's processor.</summary>
    public const string DebuggerName = "ilgpu-cpu";

    // Every thread of a group is a thread of the operating system there.
    private const int DebuggerGroup = 4;
    private const int DebuggerGroups = 2;

    /// <summary>Kinds of devices, in the order in which users prefer them.</summary>
    internal static readonly string[] Kinds = ["cuda", "opencl", DebuggerName];

    /// <summary>All devices of this machine, those of a kind in the driver's order. A kind whose driver is missing has none.</summary>
    public static IReadOnlyList<AcceleratorDevice> List() => [.. Kinds.SelectMany(List)];

    /// <summary>Opens a device.</summary>
    /// <param name="name">As users write it.</param>
    /// <exception cref="DeviceException">The name is unknown, the device is not there, or its driver refuses it.</exception>
    public static DeviceSession Open(string name) => Open(name, MakeContext);

    /// <summary>Opens a device with a driver of a test's choice.</summary>
    internal static DeviceSession Open(string name, Func<string, Context> makeContext)
    {
        ArgumentNullException.ThrowIfNull(name);
        var (kind, index) = Parse(name);
        Context? context = null;
        try
        {
            context = makeContext(kind);
            var devices = Devices(context, kind);
            if (index >= devices.Length)
            {
                throw DeviceException.NotThere(name, There());
            }

            return new DeviceSession(name, context, devices[index]);
        }
        catch (DeviceException)
        {
            context?.Dispose();
            throw;
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            context?.Dispose();
            throw DeviceException.CannotOpen(name, cause);
        }
    }

    private static string There() => string.Join(", ", List().Select(device => $"'{device.Name}'"));

    /// <summary>The devices of one kind, in the driver's order; none where its driver is missing.</summary>
    /// <param name="kind">"cuda", "opencl" or "ilgpu-cpu".</param>
    public static IReadOnlyList<AcceleratorDevice> List(string kind)
    {
        try
        {
            using var context = MakeContext(kind);
            return [.. Devices(context, kind).Select((device, index) => new AcceleratorDevice(
                index == 0 ? kind : $"{kind}:{index}", device.Name, device.MemorySize, Describe(device)))];
        }
        catch (Exception cause) when (cause is DllNotFoundException or AcceleratorException or TypeInitializationException)
        {
            // A driver that is there but does not work has no devices to offer.
            return [];
        }
    }

    private static Context MakeContext(string kind) => Context.Create(builder =>
    {
        builder.EnableAlgorithms();
        switch (kind)
        {
            case "cuda":
                builder.Cuda();
                break;
            case "opencl":
                builder.OpenCL();
                break;
            default:
                builder.CPU(new CPUDevice(DebuggerGroup, 1, DebuggerGroups));
                break;
        }
    });

    private static Device[] Devices(Context context, string kind) =>
        [.. context.Devices.Where(device => device.AcceleratorType == Type(kind))];

    private static AcceleratorType Type(string kind) => kind switch
    {
        "cuda" => AcceleratorType.Cuda,
        "opencl" => AcceleratorType.OpenCL,
        _ => AcceleratorType.CPU,
    };

    private static string Describe(Device device) => device.AcceleratorType switch
    {
        AcceleratorType.Cuda => $"{Property(device, "Architecture")}, CUDA driver {Property(device, "DriverVersion")}",
        AcceleratorType.OpenCL => $"{Property(device, "CVersion")}, {Property(device, "PlatformName")} {Property(device, "PlatformVersion")}",
        _ => string.Create(CultureInfo.InvariantCulture, $"groups of up to {device.MaxNumThreadsPerGroup} threads"),
    };

    // By name: where ILGPU's stand-in is compiled in there is no such device, and the stand-in leaves these properties out.
    private static object? Property(Device device, string name) => device.GetType().GetProperty(name)?.GetValue(device);

    private static (string Kind, int Index) Parse(string name)
    {
        string[] parts = name.Split(':');
        int index = 0;
        bool known = Kinds.Contains(parts[0]) && parts.Length <= (parts[0] == DebuggerName ? 1 : 2)
            && (parts.Length == 1 || int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index));
        return known ? (parts[0], index) : throw DeviceException.Unknown(name);
    }
}
