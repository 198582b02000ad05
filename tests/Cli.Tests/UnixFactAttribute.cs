namespace QDiff.Cli.Tests;

/// <summary>A test that needs signals, /proc or bash; a visible skip on Windows.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "Needs signals, /proc and bash.";
        }
    }
}
