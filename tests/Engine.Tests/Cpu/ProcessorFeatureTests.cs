using System.Diagnostics;
using System.Runtime.Intrinsics;
using QDiff.Engine.Cpu;

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
        var (exitCode, output) = await Run(switches.Split(',', StringSplitOptions.RemoveEmptyEntries), null, Math.Min(bits, Own).ToString());
        Assert.True(exitCode == 0, $"With {switches} = 0 the exit code is {exitCode}.\n{output}");
        Assert.Contains("checks passed", output);
    }

    [Theory]
    [InlineData("scalar", "Scalar", 0)]
    [InlineData("128", "Bits128", 128)]
    [InlineData("256", "Bits256", 256)]
    public async Task LanesVariable_Width_IsWhatTheBackendUses(string value, string expected, int bits)
    {
        var (exitCode, output) = await Run([], value, Own.ToString(), expected);
        // A processor without such vectors says so.
        Assert.Equal(bits <= Own ? 0 : 2, exitCode);
        Assert.Contains(bits <= Own ? $"chose {expected}" : "This processor runs vectors up to", output);
    }

    [Fact]
    public async Task LanesVariable_OtherText_IsRefused()
    {
        var (exitCode, output) = await Run([], "1024", Own.ToString(), "none");
        Assert.Equal(2, exitCode);
        Assert.Contains("QDIFF_LANES is 512, 256, 128 or scalar; got '1024'.", output);
    }

    [Fact]
    public async Task LaneWidth_WiderThanTheProcessor_IsRefused()
    {
        var (exitCode, output) = await Run(["DOTNET_EnableAVX2"], "512", Math.Min(128, Own).ToString(), "none");
        Assert.Equal(2, exitCode);
        Assert.Contains($"This processor runs vectors up to {(Own >= 128 ? "Bits128" : "Scalar")}; got Bits512, so choose a narrower one.", output);
    }

    // A narrower processor runs what it has; a switch cannot add to it.
    private static int Own => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    private static async Task<(int ExitCode, string Output)> Run(string[] switchedOff, string? lanes, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [typeof(SelfCheck).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in switchedOff)
        {
            start.Environment[name] = "0";
        }

        start.Environment[CpuBackend.LanesVariable] = lanes;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
