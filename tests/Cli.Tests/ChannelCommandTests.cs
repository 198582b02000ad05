namespace QDiff.Cli.Tests;

public sealed class ChannelCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A channel that keeps a component for ever needs the statistics of it for every draw: here they come from the run folder.</summary>
    [Fact]
    public void Hybrid_OnAnotherChannel_IsTrainedDrawnScoredReportedAndResumedAlike()
    {
        string run = _folder.File("run");
        CommandRunner.Run(["train", "--out", run, .. TinyRun.Options, "--channel", "phase-flip"]).Done();
        string first = Metrics(run);
        Assert.Contains("\"channel\": \"phase_flip\"", File.ReadAllText(Path.Combine(run, "config.json")), StringComparison.Ordinal);
        Assert.Contains("phase-flip noise acts", File.ReadAllText(Path.Combine(run, "report.html")), StringComparison.Ordinal);
        CommandRunner.Run("sample", run, "--count", "3", "--out", _folder.File("x.npy")).Done();
        CommandRunner.Run("evaluate", run, "--samples", "1000", "--steps", "5").Done();

        // What was trained last is lost and trained anew.
        foreach (string stage in (string[])["ends", "trained"])
        {
            Directory.Delete(Path.Combine(run, "checkpoints", stage), recursive: true);
        }

        File.Delete(Path.Combine(run, "metrics.json"));
        CommandRunner.Run("train", "--resume", "--out", run).Done();
        Assert.Equal(first, Metrics(run));
        Assert.Contains("contradicts the run", CommandRunner.Run("train", "--resume", "--out", run, "--channel", "bit-flip").Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);
        foreach (string command in (string[])["sample", "evaluate"])
        {
            Assert.Contains(
                "known for '--channel depolarizing' alone, not for phase-flip; use '--sampler ancestral'",
                CommandRunner.Run(command, run, "--sampler", "dpm++").Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);
        }

        static string Metrics(string folder) => string.Join('\n', File.ReadLines(Path.Combine(folder, "metrics.json")).Where(line => !line.Contains("seconds\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("known for '--channel depolarizing' alone", "--channel", "mixture", "--sampler", "ddim")]
    [InlineData("must be depolarizing, bit-flip, phase-flip, amplitude-damping, phase-damping, random-unitary or mixture; got 'heat'", "--channel", "heat")]
    [InlineData("'--channel' does not apply to '--model ddpm'", "--model", "ddpm", "--channel", "bit-flip")]
    public void Train_WithAChannelThatDoesNotGo_IsRefused(string reason, params string[] options) => Assert.Contains(
        reason, CommandRunner.Run(["train", "--out", _folder.File("x"), .. options]).Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);
}
