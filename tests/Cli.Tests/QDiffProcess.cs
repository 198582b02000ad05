using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace QDiff.Cli.Tests;

/// <summary>The command in a process of its own, so that it can be interrupted and killed.</summary>
internal sealed partial class QDiffProcess : IDisposable
{
    private const int SigInt = 2;
    private const int SigTerm = 15;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private QDiffProcess(ProcessStartInfo info)
    {
        info.RedirectStandardOutput = info.RedirectStandardError = true;
        _process = Process.Start(info)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _error = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The shell command line that starts <c>qdiff</c> with these words.</summary>
    public static string ShellLine(params string[] args) => string.Join(' ', new[] { Host, typeof(QDiffCommand).Assembly.Location }.Concat(args).Select(a => $"'{a}'"));

    private static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";

    public static QDiffProcess Start(string workingDirectory, params string[] args) =>
        new(new ProcessStartInfo(Host, [typeof(QDiffCommand).Assembly.Location, .. args]) { WorkingDirectory = workingDirectory });

    /// <summary>Runs a script of bash.</summary>
    public static QDiffProcess StartShell(string script) => new(new ProcessStartInfo("bash", ["-c", script]));

    /// <summary>Sends what Ctrl-C sends; a request to terminate where this process was started with Ctrl-C ignored, as children inherit that.</summary>
    public void Interrupt() => Assert.Equal(0, Send(_process.Id, InterruptIsIgnored() ? SigTerm : SigInt));

    /// <summary>Ends the process at once, as kill -9 does.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits until something is so; fails when the process ends before.</summary>
    public void WaitUntil(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (_process.HasExited)
            {
                Assert.Fail($"The process ended too early: {Wait()}");
            }

            Assert.True(clock.Elapsed < s_patience, $"The process did not come so far in {s_patience}.");
            Thread.Sleep(20);
        }
    }

    /// <summary>Waits for the end.</summary>
    public CommandResult Wait()
    {
        Assert.True(_process.WaitForExit(s_patience), $"The process did not end in {s_patience}.");
        return new CommandResult(_process.ExitCode, _output.Result, _error.Result);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static bool InterruptIsIgnored()
    {
        string? mask = File.Exists("/proc/self/status")
            ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))
            : null;
        return mask is not null && (ulong.Parse(mask["SigIgn:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (SigInt - 1) & 1) == 1;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}
