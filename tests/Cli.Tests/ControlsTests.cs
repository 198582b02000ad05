using System.Text.Json;

namespace QDiff.Cli.Tests;

[Collection(TinyRunCollection.Name)]
public class ControlsTests(TinyRun tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_ControlsAddedToAFinishedRun_ScoresThemBesideTheUnchangedModel()
    {
        string run = _folder.File("run");
        tiny.CopyTo(run);
        string[] before = File.ReadAllLines(Path.Combine(run, "log.jsonl"));
        CommandResult result = CommandRunner.Run("train", "--resume", "--controls", "--out", run).Done();
        Assert.Contains("no_entangler", result.Output, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllLines(Path.Combine(run, "log.jsonl"))[..before.Length]);
        using JsonDocument old = JsonDocument.Parse(File.ReadAllText(Path.Combine(tiny.Path, "metrics.json")));
        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "metrics.json")));
        JsonElement circuit = metrics.RootElement.GetProperty("circuit");
        Assert.Equal(["frozen", "mlp", "no_entangler", "removed", "trained"], circuit.EnumerateObject().Select(v => v.Name).Order(StringComparer.Ordinal));
        Assert.All(circuit.EnumerateObject(), v => Assert.True(v.Value.GetProperty("fid").GetDouble() > 0));
        Assert.True(metrics.RootElement.GetProperty("gmm100").GetDouble() > 0);
        Assert.Equal(old.RootElement.GetProperty("fid").GetDouble(), metrics.RootElement.GetProperty("fid").GetDouble());
    }
}
