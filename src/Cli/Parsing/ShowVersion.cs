using System.CommandLine;
using System.CommandLine.Invocation;

namespace QDiff.Cli.Parsing;

/// <summary>Prints name and version: the version of this assembly, whoever hosts it.</summary>
internal sealed class ShowVersion : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"qdiff {QDiffCommand.Version}");
        return ExitCode.Done;
    }
}
