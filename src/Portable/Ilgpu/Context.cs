using System.Collections.Immutable;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Util;

namespace ILGPU;

/// <summary>Knows the devices that were asked for when it was made.</summary>
public sealed class Context : DisposeBase
{
    private Context(ImmutableArray<Device> devices) => Devices = devices.IsEmpty ? [CPUDevice.Default] : devices;

    /// <summary>The devices, in the order in which they were asked for; the default CPU device when none was.</summary>
    public ImmutableArray<Device> Devices { get; }

    public static Builder Create() => new();

    public static Context Create(Action<Builder> buildingCallback)
    {
        ArgumentNullException.ThrowIfNull(buildingCallback);
        var builder = Create();
        buildingCallback(builder);
        return builder.ToContext();
    }

    /// <summary>Collects what a context is to know.</summary>
    public sealed class Builder
    {
        private readonly ImmutableArray<Device>.Builder devices = ImmutableArray.CreateBuilder<Device>();

        internal Builder()
        {
        }

        public Context ToContext() => new(devices.ToImmutable());

        /// <summary>Adds a device, unless it is there already.</summary>
        internal void Register(Device device)
        {
            if (!devices.Contains(device))
            {
                devices.Add(device);
            }
        }
    }
}
