using System.Text.Json;
using System.Text.Json.Nodes;
using QDiff.Models.Tests.Reports;

namespace QDiff.Cli.Tests;

[Collection(TinyRunCollection.Name)]
public sealed class CompareCommandTests(TinyRun tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Compare_OfAFinishedRun_WritesTheTableAndThePageAndMeasuresOnce()
    {
        tiny.Result.Done();
        string folder = _folder.File("compared");
        string output = CommandRunner.Run("compare", "--from", tiny.Path, "--out", folder).Done().Output;
        Assert.Contains("a classifier trained on them names", output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "compare.json")));
        string[] names = [.. json.RootElement.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()!)];
        Assert.Equal(
            [
                "real training images (floor)", "reconstruction", "hybrid: circuit trained", "10 Gaussians on the latents", "hybrid: ancestral, 5 steps", "hybrid: ddim, 5 steps",
                "hybrid: dpm++, 5 steps", "hybrid: ancestral, 10 steps", "hybrid: ddim, 10 steps", "hybrid: dpm++, 10 steps", "hybrid: ancestral, 12 steps, τ = 1",
            ],
            names);
        JsonElement hybrid = json.RootElement.GetProperty("models").EnumerateArray().Single(model => model.GetProperty("name").GetString() == "hybrid: circuit trained").GetProperty("values");
        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(tiny.Path, "metrics.json")));
        Assert.Equal(metrics.RootElement.GetProperty("fid").GetDouble(), hybrid.GetProperty("fid").GetProperty("mean").GetDouble());
        Assert.All((string[])["classifier_accuracy", "seconds_per_thousand", "depth", "qubits", "executions", "parameters"], key => Assert.True(hybrid.GetProperty(key).GetProperty("mean").GetDouble() > 0));
        Assert.Equal(6, json.RootElement.GetProperty("marks").GetArrayLength());

        string table = File.ReadAllText(Path.Combine(folder, "compare.md"));
        Assert.All(names, name => Assert.Contains($"| {name} |", table, StringComparison.Ordinal));
        Assert.Contains("## Marks", table, StringComparison.Ordinal);
        Assert.Equal(["fid", "fid-over-steps", "samples-hybrid"], WellFormed.Figures(WellFormed.Page(File.ReadAllText(Path.Combine(folder, "report.html")))));

        Assert.DoesNotContain("a classifier trained", CommandRunner.Run("compare", "--from", tiny.Path, "--out", folder).Done().Output, StringComparison.Ordinal);
        Assert.Equal(table, File.ReadAllText(Path.Combine(folder, "compare.md")));
    }

    [Fact]
    public void Compare_RunsOfDifferentData_IsRefused()
    {
        string other = _folder.File("other");
        tiny.CopyTo(other);
        string config = Path.Combine(other, "config.json");
        JsonNode json = JsonNode.Parse(File.ReadAllText(config))!;
        json["data_sha256"] = new string('0', 64);
        File.WriteAllText(config, json.ToJsonString());
        Assert.Contains("only runs of the same data compare", CommandRunner.Run("compare", "--from", tiny.Path, other, "--out", _folder.File("x")).Refusal(ExitCode.Failed), StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_AnUnfinishedRun_IsRefused()
    {
        string other = _folder.File("other");
        tiny.CopyTo(other);
        File.Delete(Path.Combine(other, "metrics.json"));
        Assert.Contains("is not finished", CommandRunner.Run("compare", "--from", other, "--out", _folder.File("x")).Refusal(ExitCode.Failed), StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_IntoAFolderThatCannotBeWritten_IsRefusedBeforeAnythingIsTrained()
    {
        string file = _folder.File("file");
        File.WriteAllText(file, "");
        Assert.StartsWith("Cannot write to the folder ", CommandRunner.Run("compare", "--data", "digits", "--out", Path.Combine(file, "x")).Refusal(ExitCode.Failed), StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_ARunThatCannotBeDrawnFrom_StillWritesTheTableAndSaysSo()
    {
        string other = _folder.File("other");
        tiny.CopyTo(other);
        Directory.Delete(Path.Combine(other, "checkpoints", "trained"), recursive: true);
        string folder = _folder.File("x");
        CommandResult result = CommandRunner.Run("compare", "--from", other, "--out", folder);
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("parts failed and are missing from the table", result.Error, StringComparison.Ordinal);
        string table = File.ReadAllText(Path.Combine(folder, "compare.md"));
        Assert.Contains("| hybrid: circuit trained |", table, StringComparison.Ordinal);
        Assert.Contains("## Missing", table, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'--seeds' needs a whole number from 1 to 100; got '0'.", "--seeds", "0")]
    [InlineData("'--models' needs names with commas between them out of hybrid, ", "--models", "hybrid,elephant")]
    [InlineData("'--seeds' is about runs to train and '--from' names runs that are there", "--from", "x", "--seeds", "2")]
    public void Compare_WithABadCommandLine_IsRefusedInOneSentence(string sentence, params string[] args) =>
        Assert.StartsWith(sentence, CommandRunner.Run(["compare", .. args]).Refusal(ExitCode.WrongCommandLine), StringComparison.Ordinal);

    [Fact]
    public void Compare_CancelledBeforeItBegan_SaysThatTheSameCommandGoesOn() => Assert.Contains(
        "Go on with the same command", CommandRunner.Run(new CancellationToken(canceled: true), "compare", "--data", "digits", "--out", _folder.File("x")).Refusal(ExitCode.Interrupted), StringComparison.Ordinal);
}
