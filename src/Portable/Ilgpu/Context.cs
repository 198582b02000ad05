using System.Collections.Immutable;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
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

    public static Context CreateDefault() => Create(builder => builder.Default());

    /// <exception cref="NotSupportedException">There are fewer devices of this type.</exception>
    public TDevice GetDevice<TDevice>(int deviceIndex)
        where TDevice : Device => GetDevices<TDevice>()[deviceIndex];

    public DeviceCollection<TDevice> GetDevices<TDevice>()
        where TDevice : Device => new([.. Devices.OfType<TDevice>()]);

    /// <summary>The device with most memory; a CPU where <paramref name="preferCPU"/> or where there is nothing else.</summary>
    public Device GetPreferredDevice(bool preferCPU) => Devices
        .OrderByDescending(device => (device.AcceleratorType == AcceleratorType.CPU) == preferCPU)
        .ThenByDescending(device => device.MemorySize)
        .First();

    public ImmutableArray<Device>.Enumerator GetEnumerator() => Devices.GetEnumerator();

    /// <summary>The devices of one type.</summary>
    public readonly ref struct DeviceCollection<TDevice>
        where TDevice : Device
    {
        private readonly ReadOnlySpan<TDevice> devices;

        internal DeviceCollection(TDevice[] devices) => this.devices = devices;

        public int Count => devices.Length;

        /// <exception cref="NotSupportedException">There are fewer devices of this type.</exception>
        public TDevice this[int deviceIndex]
        {
            get
            {
                ArgumentOutOfRangeException.ThrowIfNegative(deviceIndex);
                return deviceIndex < Count
                    ? devices[deviceIndex]
                    : throw new NotSupportedException($"There is no {typeof(TDevice).Name} {deviceIndex}; this context has {Count}.");
            }
        }

        public ReadOnlySpan<TDevice>.Enumerator GetEnumerator() => devices.GetEnumerator();
    }

    /// <summary>Collects what a context is to know. The settings of ILGPU's compiler are taken and have no effect here.</summary>
    public sealed class Builder
    {
        private readonly ImmutableArray<Device>.Builder devices = ImmutableArray.CreateBuilder<Device>();

        internal Builder()
        {
        }

        public Builder Default() => AllAccelerators();

        public Builder AllAccelerators() => this.DefaultCPU().OpenCL().Cuda();

        public Builder AllAccelerators(Predicate<Device> predicate) => this.CPU(predicate).OpenCL(predicate).Cuda(predicate);

        public Builder Math(MathMode mathMode) => this;

        public Builder Optimize(OptimizationLevel level) => this;

        public Builder Inlining(InliningMode inliningMode) => this;

        public Builder Assertions() => this;

        public Builder Caching(CachingMode cachingMode) => this;

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
