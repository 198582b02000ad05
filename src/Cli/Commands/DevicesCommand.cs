using System.CommandLine;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using QDiff.Cli.Display;
using QDiff.Cli.Parsing;
using QDiff.Engine.Cpu;
using Spectre.Console;

namespace QDiff.Cli.Commands;

/// <summary><c>qdiff devices</c>: what this build can compute on, and why not on more.</summary>
internal static class DevicesCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        Option<bool> json = CommandOptions.Switch("--json", "Print one line of JSON.");
        var command = new Command("devices", "Lists what this build can compute on and, for the devices that it lacks, why.") { json };
        command.SetAction(parse =>
        {
            Write(terminal, parse.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(Terminal terminal, bool json)
    {
        using var backend = new CpuBackend();
        int lanes = (int)backend.LaneWidth;
        string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        string[] simd = [.. Simd()];
        if (json)
        {
            terminal.Out.WriteLine(JsonLine.Of(new
            {
                devices = (object[])
                [
                    new { name = CommandLineDevice.Cpu, available = true, cores = Environment.ProcessorCount, architecture, lane_bits = lanes, simd },
                    .. CommandLineDevice.Absent.Select(d => new { name = d.Name, available = false, reason = d.Reason }),
                ],
            }));
            return;
        }

        string width = lanes > 0 ? $"{lanes}-bit lanes ({lanes / 32} float or {lanes / 64} double states side by side)" : "scalar code";
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("device", "here", "what it is");
        table.AddRow("cpu", "yes", $"{Environment.ProcessorCount} cores, {architecture}, {width}; {(simd.Length > 0 ? string.Join(", ", simd) : "no SIMD")}");
        foreach (CommandLineDevice.AbsentDevice device in CommandLineDevice.Absent)
        {
            table.AddRow(device.Name, "no", device.Reason);
        }

        terminal.OutConsole().Write(table);
    }

    private static IEnumerable<string> Simd() => new (string Name, bool Here)[]
    {
        ("AVX-512", Avx512F.IsSupported), ("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported), ("SSE2", Sse2.IsSupported), ("AdvSimd", AdvSimd.IsSupported),
    }.Where(set => set.Here).Select(set => set.Name);
}
