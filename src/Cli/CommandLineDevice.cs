using System.CommandLine;
using System.Text.RegularExpressions;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Engine.Backends;
using QDiff.Engine.Benchmarks;
using QDiff.Engine.Cpu;
using QDiff.Kernels;
using QDiff.Kernels.Benchmarks;
using QDiff.Kernels.Devices;
using QDiff.Models;
using TorchSharp;

namespace QDiff.Cli;

/// <summary>The options that say where to compute, and the choice they lead to. The command alone picks a backend and hands it down.</summary>
internal sealed partial class CommandLineDevice
{
    /// <summary>The device that is always there.</summary>
    public const string Cpu = "cpu";

    /// <summary>NVIDIA GPUs.</summary>
    public const string Cuda = "cuda";

    private const string Auto = "auto";
    private const int MostThreads = 1024;

    private readonly Option<string?> _device;

    /// <summary>The options.</summary>
    /// <param name="several">Whether a list with commas may be given.</param>
    public CommandLineDevice(bool several = false)
    {
        _device = new Option<string?>("--device")
        {
            HelpName = $"{Auto}|{Cpu}|{Cuda}|opencl|{AcceleratorDevice.DebuggerName}",
            Description = $"Where to compute: {Cuda}, or {Cuda}:1 for the second, is an NVIDIA GPU; opencl an OpenCL device; {AcceleratorDevice.DebuggerName} runs the GPU's kernels on the processor, very slowly, to debug them; {Auto} is {Cuda} where there is one, else {Cpu} ('qdiff devices' lists what there is).{(several ? " Several, with commas, are measured side by side." : "")} Default: {Auto}.",
        };
        _device.CompletionSources.Add(Auto, Cpu, Cuda, "opencl", AcceleratorDevice.DebuggerName);
        _device.CustomParser = result =>
        {
            string asked = result.Tokens[0].Value;
            if ((several ? asked.Split(',') : [asked]).FirstOrDefault(name => !Names().IsMatch(name)) is { } unknown)
            {
                result.AddError($"There is no device '{unknown}'; devices are {Auto}, {Cpu}, {Cuda}, {Cuda}:N, opencl, opencl:N and {AcceleratorDevice.DebuggerName} ('qdiff devices' lists those of this machine).");
                return null;
            }

            return asked;
        };
    }

    /// <summary>--device and --threads.</summary>
    public IEnumerable<Option> All => [_device, Threads];

    /// <summary>--threads.</summary>
    public Option<int?> Threads { get; } = CommandOptions.Whole("--threads", "Threads to compute with on the CPU (results do not depend on it)", 1, MostThreads, "one for every processor");

    /// <summary>The threads that were asked for, for work that is about the CPU alone; null for one on every processor.</summary>
    /// <exception cref="CommandLineException">Another device was asked for.</exception>
    public int? ThreadsOfCpu(ParseResult parse) => parse.GetValue(_device) is { } asked and not Auto and not Cpu
        ? throw new CommandLineException($"This benchmark measures the CPU alone; got '--device {asked}': leave it out, or give {Cpu}.")
        : parse.GetValue(Threads);

    /// <summary>Opens the devices that were chosen, one after the other, for a benchmark that disposes of each.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="terminal">Told, on its error stream, what a device does differently from what was asked.</param>
    /// <exception cref="DeviceException">A device is not there or cannot be used.</exception>
    public IEnumerable<BenchmarkDevice> OpenForBenchmark(ParseResult parse, Terminal terminal) =>
        (parse.GetValue(_device) ?? Auto).Split(',').Distinct().Select(Resolve).Select(name => name == Cpu
            ? (BenchmarkDevice)new CpuBenchmarkDevice(parse.GetValue(Threads))
            : new AcceleratorBenchmarkDevice(OpenBackend(name, terminal)));

    /// <summary>Opens the device that was chosen; its backend is the caller's to dispose.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="terminal">Told, on its error stream, what the device does differently from what was asked.</param>
    /// <exception cref="DeviceException">The device is not there or cannot be used.</exception>
    public ComputeDevice Open(ParseResult parse, Terminal terminal)
    {
        int? threads = parse.GetValue(Threads);
        if (threads is { } count)
        {
            torch.set_num_threads(count);
        }

        string name = Resolve(parse.GetValue(_device) ?? Auto);
        return name == Cpu
            ? new ComputeDevice(Cpu, torch.CPU, new CpuBackend(new CpuOptions { Threads = threads }))
            : new ComputeDevice(name, TensorsOf(name), OpenBackend(name, terminal));
    }

    /// <summary>Where tensors live beside circuits on a device: on the same GPU where this build's tensor library can, else on the CPU.</summary>
    public static torch.Device TensorsOf(string device) =>
        device.StartsWith(Cuda, StringComparison.Ordinal) && torch.cuda.is_available() ? new torch.Device(DeviceType.CUDA, NumberOf(device)) : torch.CPU;

    private static string Resolve(string asked) => asked != Auto ? asked : AcceleratorDevice.List(Cuda) is { Count: > 0 } ? Cuda : Cpu;

    private static IlgpuBackend OpenBackend(string name, Terminal terminal)
    {
        if (AcceleratorKind.Of(name.Split(':')[0]) is { Reason: { } reason })
        {
            throw new DeviceException($"Device '{name}' is not there: {reason}, or choose {Cpu} or {Auto}.");
        }

        var backend = new IlgpuBackend(name);
        backend.Notice += sentence => terminal.Error.WriteLine($"qdiff: {sentence}");
        return backend;
    }

    private static int NumberOf(string device) => device.Split(':') is [_, var number] ? int.Parse(number, System.Globalization.CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex("^(auto|cpu|ilgpu-cpu|(cuda|opencl)(:[0-9]{1,3})?)$")]
    private static partial Regex Names();
}
