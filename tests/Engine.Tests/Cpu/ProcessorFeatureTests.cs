using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace QDiff.Engine.Tests.Cpu;

/// <summary>The contracts on processors that this one is not: child processes with vector instructions switched off.</summary>
public class ProcessorFeatureTests
{
    // .NET 10 knows EnableAVX512; older runtimes EnableAVX512F. Each switch takes the wider ones with it.
    [Theory]
    [InlineData(512, "")]
    [InlineData(256, "DOTNET_EnableAVX512,DOTNET_EnableAVX512F")]
    [InlineData(128, "DOTNET_EnableAVX2")]
    [InlineData(0, "DOTNET_EnableHWIntrinsic")]
    public async Task SelfCheck_WithFeaturesSwitchedOff_Passes(int bits, string switches)
    {
        // A narrower processor runs what it has; a switch cannot add to it.
        var own = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [typeof(SelfCheck).Assembly.Location, Math.Min(bits, own).ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in switches.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            start.Environment[name] = "0";
        }

        start.Environment.Remove("QDIFF_LANES");
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"With {switches} = 0 the exit code is {process.ExitCode}.\n{output}\n{await errors}");
        Assert.Contains("checks passed", output);
    }
}
