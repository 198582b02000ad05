using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Engine.Cpu;
using QDiff.Kernels.Devices;
using Spectre.Console;
using TorchSharp;

namespace QDiff.Cli.Commands;

/// <summary><c>qdiff devices</c>: what this machine and build can compute on, and why not on more.</summary>
internal static class DevicesCommand
{
    private const string TorchPackage = "TorchSharp";
    private const double Gibi = 1 << 30;

    private static readonly AssemblyName s_torch = typeof(torch).Assembly.GetName();

    /// <summary>The library that computes on tensors, with its version.</summary>
    private static string Torch => s_torch.Name == TorchPackage ? $"{TorchPackage} {s_torch.Version?.ToString(3)}" : "TorchSharp's stand-in";

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        Option<bool> json = CommandOptions.Switch("--json", "Print one line of JSON.");
        var command = new Command("devices", "Lists what this machine and build can compute on, with memory and versions, and why not on more.") { json };
        command.SetAction(parse =>
        {
            IReadOnlyList<AcceleratorKind> kinds = AcceleratorKind.All();
            if (parse.GetValue(json))
            {
                WriteJson(terminal, kinds);
            }
            else
            {
                WriteTable(terminal, kinds);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void WriteJson(Terminal terminal, IReadOnlyList<AcceleratorKind> kinds) => terminal.Out.WriteLine(JsonLine.Of(new
    {
        devices = (object[])
        [
            new
            {
                name = CommandLineDevice.Cpu, available = true, cores = Environment.ProcessorCount, architecture = Architecture, lane_bits = (int)CpuBackend.Widest,
                simd = Simd(), memory_bytes = Memory, tensors = CommandLineDevice.Cpu,
            },
            .. kinds.SelectMany(kind => kind.Reason is { } reason
                ? (object[])[new { name = kind.Name, available = false, reason }]
                : [.. kind.Devices.Select(d => new
                {
                    name = d.Name, available = true, model = d.Model, memory_bytes = IsDebugger(d) ? Memory : d.MemoryBytes, version = d.Version, tensors = TensorsBeside(d),
                })]),
        ],
        versions = new { qdiff = QDiffCommand.Version, runtime = RuntimeInformation.FrameworkDescription, kernels = AcceleratorKind.Library, tensors = Torch },
    }));

    private static void WriteTable(Terminal terminal, IReadOnlyList<AcceleratorKind> kinds)
    {
        int lanes = (int)CpuBackend.Widest;
        string width = lanes > 0 ? $"{lanes}-bit lanes ({lanes / 32} float or {lanes / 64} double states side by side)" : "scalar code";
        string[] simd = Simd();
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("device", "here", "what it is");
        table.AddRow(
            CommandLineDevice.Cpu, "yes",
            Sentence.Invariant($"{Environment.ProcessorCount} cores, {Architecture}, {Memory / Gibi:0.0} GiB, {width}; {(simd.Length > 0 ? string.Join(", ", simd) : "no SIMD")}"));
        foreach (AcceleratorKind kind in kinds)
        {
            if (kind.Reason is { } reason)
            {
                table.AddRow(kind.Name, "no", reason);
            }

            foreach (AcceleratorDevice device in kind.Devices)
            {
                string memory = IsDebugger(device) ? "for debugging kernels, about 100 times slower than cpu" : Sentence.Invariant($"{device.MemoryBytes / Gibi:0.0} GiB");
                table.AddRow(
                    Markup.Escape(device.Name), "yes",
                    Markup.Escape($"{device.Model}, {memory}; {device.Version}; circuits here, tensors on the {(TensorsBeside(device) == CommandLineDevice.Cpu ? "CPU" : "same GPU")}"));
            }
        }

        terminal.OutConsole().Write(table);
        terminal.Out.WriteLine($"qdiff {QDiffCommand.Version}, {RuntimeInformation.FrameworkDescription}; kernels by {AcceleratorKind.Library}, tensors by {Torch}.");
    }

    private static string Architecture => RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    private static long Memory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    // Its memory is the processor's.
    private static bool IsDebugger(AcceleratorDevice device) => device.Name == AcceleratorDevice.DebuggerName;

    private static string TensorsBeside(AcceleratorDevice device) => CommandLineDevice.TensorsOf(device.Name).ToString();

    private static string[] Simd() => [.. new (string Name, bool Here)[]
    {
        ("AVX-512", Avx512F.IsSupported), ("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported), ("SSE2", Sse2.IsSupported), ("AdvSimd", AdvSimd.IsSupported),
    }.Where(set => set.Here).Select(set => set.Name)];
}
