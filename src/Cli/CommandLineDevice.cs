using System.CommandLine;
using QDiff.Cli.Parsing;
using QDiff.Engine.Cpu;
using QDiff.Models;
using TorchSharp;

namespace QDiff.Cli;

/// <summary>The options that say where to compute, and the choice they lead to. The command alone picks a backend and hands it down.</summary>
internal sealed class CommandLineDevice
{
    /// <summary>The device of every build.</summary>
    public const string Cpu = "cpu";

    private const string Auto = "auto";
    private const int MostThreads = 1024;

    private readonly Option<string?> _device = new("--device")
    {
        HelpName = $"{Auto}|{Cpu}",
        Description = $"Where to compute; this build has the CPU alone ('qdiff devices' says more). Default: {Auto}.",
    };

    public CommandLineDevice()
    {
        _device.CompletionSources.Add(Auto, Cpu);
        _device.CustomParser = result =>
        {
            string asked = result.Tokens[0].Value;
            if (asked is Auto or Cpu)
            {
                return asked;
            }

            result.AddError(Absent.FirstOrDefault(d => asked == d.Name || asked.StartsWith(d.Name + ":", StringComparison.Ordinal)) is { } known
                ? $"Device '{asked}' is not there: {known.Reason}; use {Cpu} or {Auto}."
                : $"There is no device '{asked}'; this build has {Cpu}, or {Auto} for the best there is.");
            return null;
        };
    }

    /// <summary>The devices that users may name and this build lacks, with the reason.</summary>
    public static IReadOnlyList<AbsentDevice> Absent { get; } =
    [
        new("cuda", "the GPU backend is not part of this build"),
        new("opencl", "the GPU backend is not part of this build"),
        new("ilgpu-cpu", "it runs the GPU backend's kernels on the CPU, and that backend is not part of this build"),
    ];

    /// <summary>--device and --threads.</summary>
    public IEnumerable<Option> All => [_device, Threads];

    /// <summary>--threads.</summary>
    public Option<int?> Threads { get; } = CommandOptions.Whole("--threads", "Threads to compute with (results do not depend on it)", 1, MostThreads, "one for every processor");

    /// <summary>Opens the device that was chosen; its backend is the caller's to dispose.</summary>
    public ComputeDevice Open(ParseResult parse)
    {
        int? threads = parse.GetValue(Threads);
        if (threads is { } count)
        {
            torch.set_num_threads(count);
        }

        return new ComputeDevice(Cpu, torch.CPU, new CpuBackend(new CpuOptions { Threads = threads }));
    }

    /// <summary>A device that this build lacks.</summary>
    internal sealed record AbsentDevice(string Name, string Reason);
}
