using System.Collections.Concurrent;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Tests;

/// <summary>Backends that share a device's one session: to open a GPU and to compile the kernels for it takes longer than most tests.</summary>
internal static class SharedDevice
{
    private static readonly ConcurrentDictionary<string, Lazy<DeviceSession>> s_sessions = new();

    /// <summary>A backend that leaves the device open.</summary>
    public static IlgpuBackend Backend(string device) =>
        new(s_sessions.GetOrAdd(device, name => new Lazy<DeviceSession>(() => AcceleratorDevice.Open(name))).Value, mostBlockBits: null, ownsDevice: false);
}
