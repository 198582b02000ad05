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

    [Fact]
    public void Evaluate_UnderNoise_DrawsOtherImagesAndSaysWhatTheNoiseIs()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("noise.json"), """
            { "format": "qdiff-noise-1", "name": "all is lost", "rules": [ { "after": "one-qubit gates", "channels": [ { "name": "Depolarizing", "p": 1 } ] } ] }
            """);
        CommandResult result = CommandRunner.Run("evaluate", tiny.Path, "--noise", folder.File("noise.json"), "--trajectories", "1", "--steps", "2", "--json").Done();
        CommandResult without = CommandRunner.Run("evaluate", tiny.Path, "--steps", "2", "--json").Done();
        Assert.Contains("noise: all is lost", result.Error, StringComparison.Ordinal);
        using JsonDocument noisy = JsonDocument.Parse(result.Output);
        using JsonDocument clean = JsonDocument.Parse(without.Output);
        Assert.NotEqual(clean.RootElement.GetProperty("fid").GetDouble(), noisy.RootElement.GetProperty("fid").GetDouble());
    }

    [Fact]
    public void Evaluate_MitigationWithoutNoise_IsRefused() => Assert.StartsWith(
        "--mitigate is about noise and needs --noise FILE",
        CommandRunner.Run("evaluate", tiny.Path, "--mitigate", "readout").Refusal(ExitCode.Failed), StringComparison.Ordinal);
}
