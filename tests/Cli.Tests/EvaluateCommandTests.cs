using System.Text.Json;

namespace QDiff.Cli.Tests;

[Collection(TinyRunCollection.Name)]
public class EvaluateCommandTests(TinyRun tiny)
{
    [Fact]
    public void Evaluate_WithTheRunsOwnSettings_RepeatsItsScores()
    {
        CommandResult result = CommandRunner.Run("evaluate", tiny.Path, "--json").Done();
        using JsonDocument here = JsonDocument.Parse(result.Output);
        using JsonDocument there = JsonDocument.Parse(File.ReadAllText(Path.Combine(tiny.Path, "metrics.json")));
        Assert.All(
            (string[])["fid", "fid_floor", "fid_reconstruction", "recall", "coverage", "confident_share"],
            key => Assert.Equal(there.RootElement.GetProperty(key).GetDouble(), here.RootElement.GetProperty(key).GetDouble()));
    }

    [Fact]
    public void Evaluate_MoreStepsThanTheRunHas_IsRefused() =>
        Assert.Contains("'--steps' must be 1 to 12 for this run", CommandRunner.Run("evaluate", tiny.Path, "--steps", "13").Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);
}
