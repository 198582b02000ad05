namespace QDiff.Cli.Tests;

/// <summary>What a command line came to.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Asserts that the command failed with one sentence on standard error and nothing else, and returns the sentence.</summary>
    public string Refusal(int exitCode)
    {
        Assert.True(exitCode == ExitCode, $"Exit code {ExitCode} instead of {exitCode}; output: {Output}; error: {Error}");
        string line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), l => !l.StartsWith("qdiff: warning: ", StringComparison.Ordinal));
        Assert.StartsWith("qdiff: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", line, StringComparison.Ordinal);
        return line["qdiff: ".Length..];
    }

    /// <summary>Asserts that the command did its work.</summary>
    public CommandResult Done()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}; output: {Output}; error: {Error}");
        return this;
    }
}
