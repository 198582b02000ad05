using System.Diagnostics;

namespace QDiff.Cli.Tests;

/// <summary>A test that fills a small disk, mounted for it in a name space of its own; a visible skip where that is not allowed.</summary>
public sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> s_allowed = new(Probe);

    public SmallDiskFactAttribute()
    {
        if (!s_allowed.Value)
        {
            Skip = "This machine does not allow mounting a small disk (unshare -rm mount -t tmpfs).";
        }
    }

    /// <summary>A script that runs a command line on a disk of some KiB mounted at a folder, and then lists what is left in the folder.</summary>
    public static string Script(string folder, int size, string line) =>
        $"unshare -rm bash -c \"mount -t tmpfs -o size={size}k none '{folder}' && {line}; code=\\$?; find '{folder}' -type f -printf 'left: %f\\n'; exit \\$code\"";

    private static bool Probe()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using var folder = new TemporaryFolder();
        using Process process = Process.Start(new ProcessStartInfo("bash", ["-c", Script(folder.Root, 64, "true")]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
