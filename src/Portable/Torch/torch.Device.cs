namespace TorchSharp;

public static partial class torch
{
    /// <summary>Where a tensor's memory lives: a kind of device and, for kinds with several devices, its number.</summary>
    public class Device
    {
        public DeviceType type { get; private set; } = DeviceType.CPU;

        /// <summary>The number of the device, −1 for "the current one".</summary>
        public int index { get; private set; } = -1;

        /// <summary>Parses "cpu", "cuda" or "cuda:1".</summary>
        /// <exception cref="ArgumentException">The text names no kind of device.</exception>
        public Device(string description)
        {
            var parts = description.Split(':');
            type = Parse(parts[0]);
            if (parts.Length > 1)
            {
                index = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        public Device(string deviceType, int index = -1)
        {
            type = Parse(deviceType);
            this.index = index;
        }

        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = index;
        }

        public Device(int index)
        {
            type = DeviceType.CUDA;
            this.index = index;
        }

        public override string ToString()
        {
            var name = type.ToString().ToLowerInvariant();
            return type == DeviceType.CPU || index == -1 ? name : $"{name}:{index}";
        }

        public static implicit operator Device(string description) => new(description);

        private static DeviceType Parse(string name) =>
            Enum.TryParse<DeviceType>(name, ignoreCase: true, out var parsed)
                ? parsed
                : throw new ArgumentException($"'{name}' is not a kind of device; use cpu, or cuda in a build with the TorchSharp package.");
    }

    public static readonly Device CPU = new(DeviceType.CPU);

    /// <summary>The CUDA device; a tensor cannot be made on it in this build.</summary>
    public static Device CUDA => InitializeDevice(new Device(DeviceType.CUDA));

    public static Device device(string description) => InitializeDevice(new Device(description));

    public static Device device(string deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    public static Device device(DeviceType deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    public static bool TryInitializeDeviceType(DeviceType deviceType) => deviceType == DeviceType.CPU;

    public static void InitializeDeviceType(DeviceType deviceType) => InitializeDevice(new Device(deviceType));

    /// <summary>The device itself, or the CPU for null.</summary>
    /// <exception cref="InvalidOperationException">The device is not the CPU.</exception>
    public static Device InitializeDevice(Device? device) => device switch
    {
        null => CPU,
        { type: DeviceType.CPU } => device,
        _ => throw new InvalidOperationException(
            $"Torch device type {device.type} did not initialise: this build has tensors on the CPU only; build with -p:Torch=package for others."),
    };

    public static bool cuda_is_available() => false;

    /// <summary>CUDA devices, of which this build has none.</summary>
    public static partial class cuda
    {
        public static bool is_available() => false;

        public static bool is_cudnn_available() => false;

        public static int device_count() => 0;

        /// <summary>Seeds the CUDA generators; without CUDA there are none to seed.</summary>
        public static void manual_seed(long seed)
        {
        }

        /// <inheritdoc cref="manual_seed"/>
        public static void manual_seed_all(long seed)
        {
        }

        /// <exception cref="InvalidOperationException">Always: there is no CUDA device.</exception>
        public static void synchronize(Device? device = null) => InitializeDeviceType(DeviceType.CUDA);
    }
}
