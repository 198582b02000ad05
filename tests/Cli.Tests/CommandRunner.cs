using QDiff.Cli.Display;

namespace QDiff.Cli.Tests;

/// <summary>Runs a command line in this process, as if its output went into files.</summary>
internal static class CommandRunner
{
    public static CommandResult Run(params string[] args) => Run(default, args);

    public static CommandResult Run(CancellationToken cancellation, params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = QDiffCommand.Run(args, new Terminal(output, error, IsLive: false, IsErrorSeparate: true, Width: 100), cancellation);
        return new CommandResult(code, output.ToString(), error.ToString());
    }
}
