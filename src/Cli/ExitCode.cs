namespace QDiff.Cli;

/// <summary>What the process returns to the shell.</summary>
internal static class ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    public const int Done = 0;

    /// <summary>The work failed: data, files, disk, numbers.</summary>
    public const int Failed = 1;

    /// <summary>The command line was wrong; nothing was started.</summary>
    public const int WrongCommandLine = 2;

    /// <summary>Ctrl-C or a request to terminate; a training run has written its checkpoint.</summary>
    public const int Interrupted = 130;
}
