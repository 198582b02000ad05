namespace QDiff.Kernels.Devices;

/// <summary>
/// A device cannot do what was asked: it is not there, its driver is too old, a kernel does not compile for it, or a state does not fit into its
/// memory. The message is one sentence that names the device and the remedy.
/// </summary>
public sealed class DeviceException : Exception
{
    /// <summary>Says what is wrong.</summary>
    public DeviceException(string message)
        : base(message)
    {
    }

    /// <summary>Says what is wrong and keeps what the driver said.</summary>
    public DeviceException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Whether memory is what lacks, so that less at a time may fit.</summary>
    internal bool IsMemory { get; private init; }

    internal static DeviceException NotThere(string device, string there) =>
        new($"Device '{device}' is not there; this machine has {there}: choose one of them, or 'cpu'.");

    internal static DeviceException Unknown(string device) =>
        new($"A device is 'cuda', 'cuda:1', 'opencl', 'opencl:1' or 'ilgpu-cpu'; got '{device}'.");

    internal static DeviceException CannotOpen(string device, Exception cause) => new(
        $"Device '{device}' cannot be opened ({OneLine(cause)}); update its driver, or choose 'cpu'.", cause);

    internal static DeviceException CannotCompile(string device, string kernel, Exception cause) => new(
        $"Device '{device}' cannot compile the kernel '{kernel}' ({OneLine(cause)}); update its driver, or choose 'cpu'.", cause);

    internal static DeviceException TooLarge(string device, long wanted, long there) => new(
        $"Device '{device}' has {there:N0} bytes for states and {wanted:N0} are wanted; use fewer qubits, single precision, or 'cpu'.")
    {
        IsMemory = true,
    };

    private static string OneLine(Exception cause)
    {
        while (cause.InnerException is { } inner)
        {
            cause = inner;
        }

        return cause.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
    }
}
