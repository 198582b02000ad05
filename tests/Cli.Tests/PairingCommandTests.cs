using System.Text.Json;
using QDiff.Models.Tests.Reports;

namespace QDiff.Cli.Tests;

public sealed class PairingCommandTests : IDisposable
{
    private static readonly string[] s_tiny = ["--diffusion-steps", "4", "--denoiser-steps", "20", "--batch", "16", "--samples", "1000"];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cqgdm", "kl_knn", "--qubits", "2")]
    [InlineData("qcgdm", "mean_fidelity", "--channel", "bit-flip")]
    [InlineData("qqgdm", "mean_fidelity", "--ancillas", "1")]
    public void Train_APairing_LeavesARunThatEveryCommandUnderstands(string model, string score, string option, string value)
    {
        string run = _folder.File("run");
        string output = CommandRunner.Run(["train", "--model", model, "--out", run, option, value, .. s_tiny]).Done().Output;
        Assert.Contains(Path.Combine(run, "metrics.json"), output, StringComparison.Ordinal);
        Assert.StartsWith("<svg", File.ReadAllText(Path.Combine(run, "samples", "diffusion.svg")), StringComparison.Ordinal);
        string[] figures = WellFormed.Figures(WellFormed.Page(File.ReadAllText(Path.Combine(run, "report.html"))));
        Assert.Equal(["diffusion", "loss-curves", "reverse-scores", "noise-schedule", .. model == "qcgdm" ? Array.Empty<string>() : ["circuit"]], figures);
        double trained = Score(File.ReadAllText(Path.Combine(run, "metrics.json")), score);
        Assert.Equal(trained, Score(CommandRunner.Run("evaluate", run, "--json").Done().Output, score));
        Assert.NotEqual(trained, Score(CommandRunner.Run("evaluate", run, "--json", "--seed", "9").Done().Output, score));

        CommandRunner.Run("sample", run, "--count", "7", "--out", _folder.File("x.npy")).Done();
        Assert.Contains("(7, ", File.ReadAllText(_folder.File("x.npy")), StringComparison.Ordinal);
        Assert.Contains("give it this ending", CommandRunner.Run("sample", run, "--out", _folder.File("x.png")).Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);
        Assert.Contains("'--class' does not apply to a run of", CommandRunner.Run("sample", run, "--class", "3").Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);
        Assert.Contains("'--steps' does not apply to a run of", CommandRunner.Run("evaluate", run, "--steps", "3").Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);

        Assert.Contains($"a run of model '{model}'", CommandRunner.Run("export", run, "--timestep", "1", "--out", _folder.File("x.qasm")).Refusal(ExitCode.Failed), StringComparison.Ordinal);
        Assert.Contains("holds a finished run", CommandRunner.Run("train", "--model", model, "--out", run).Refusal(ExitCode.Failed), StringComparison.Ordinal);
        Assert.StartsWith("'--batch 99' contradicts the run", CommandRunner.Run("train", "--resume", "--out", run, "--batch", "99").Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);
        Assert.StartsWith("'--model hybrid' contradicts", CommandRunner.Run("train", "--model", "hybrid", "--resume", "--out", run).Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);
        CommandRunner.Run("train", "--resume", "--out", run).Done();
        Assert.Equal(trained, Score(File.ReadAllText(Path.Combine(run, "metrics.json")), score));
    }

    [Theory]
    [InlineData("cqgdm", "--channel", "bit-flip")]
    [InlineData("cqgdm", "--temperature", "2")]
    [InlineData("cqgdm", "--data", "digits")]
    [InlineData("qcgdm", "--target", "moons")]
    [InlineData("qcgdm", "--ancillas", "1")]
    [InlineData("qqgdm", "--qubits", "3")]
    [InlineData("hybrid", "--target", "moons")]
    public void Train_WithAnOptionOfAnotherModel_IsRefused(string model, string option, string value)
    {
        string sentence = CommandRunner.Run("train", "--model", model, "--out", _folder.File("run"), option, value).Refusal(ExitCode.WrongCommandLine);
        Assert.Equal($"'{option}' does not apply to '--model {model}'; leave it out.", sentence);
    }

    [Fact]
    public void Train_EnsembleOfSeveralQubitsForAClassicalDenoiser_IsRefused() => Assert.Contains(
        "more than one qubit",
        CommandRunner.Run("train", "--model", "qcgdm", "--ensemble", "ising", "--out", _folder.File("run")).Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);

    [Fact]
    public void Train_CancelledBeforeItBegan_SaysSoAndCanGoOn()
    {
        string run = _folder.File("run");
        CommandResult result = CommandRunner.Run(new CancellationToken(canceled: true), ["train", "--model", "qcgdm", "--out", run, .. s_tiny]);
        Assert.StartsWith("Interrupted before", result.Refusal(ExitCode.Interrupted), StringComparison.Ordinal);
        CommandRunner.Run(["train", "--model", "qcgdm", "--resume", "--out", run, .. s_tiny]).Done();
    }

    private static double Score(string json, string key) => JsonDocument.Parse(json).RootElement.GetProperty(key).GetDouble();
}
