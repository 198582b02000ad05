using System.Text.Json;

namespace QDiff.Cli.Tests;

[Collection(TinyRunCollection.Name)]
public class TrainCommandTests(TinyRun tiny)
{
    private static readonly byte[] s_pngSignature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    [Fact]
    public void Train_ToTheEnd_PrintsTheScoresAndWhereTheFilesAre()
    {
        string output = tiny.Result.Done().Output;
        Assert.All(
            (string[])["FID", "FID floor", "FID reconstruction", "ratio", "FID∞", "confident share", "recall", "coverage", "τ = 1", "10 steps", "Gaussians", "class",
                TinyRun.Grid(tiny.Path), Path.Combine(tiny.Path, "metrics.json"), Path.Combine(tiny.Path, "report.html")],
            word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    [Fact]
    public void Train_ToTheEnd_WritesAWholeRunFolder()
    {
        tiny.Result.Done();
        using JsonDocument metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(tiny.Path, "metrics.json")));
        Assert.All(
            (string[])["fid", "fid_floor", "fid_reconstruction", "fid_infinity", "confident_share", "recall", "coverage", "samples", "seed", "seconds", "temperature", "steps",
                "gmm10"],
            key => Assert.True(double.IsFinite(metrics.RootElement.GetProperty(key).GetDouble())));
        Assert.Equal(1, metrics.RootElement.GetProperty("class_histogram").EnumerateArray().Sum(share => share.GetDouble()), 6);
        Assert.True(metrics.RootElement.GetProperty("circuit").TryGetProperty("trained", out _));
        Assert.Equal(s_pngSignature, File.ReadAllBytes(TinyRun.Grid(tiny.Path))[..s_pngSignature.Length]);
        Assert.All(File.ReadAllLines(Path.Combine(tiny.Path, "log.jsonl")), line => Assert.Contains(JsonDocument.Parse(line).RootElement.EnumerateObject(), entry => entry.Name is "loss" or "fid"));
    }

    [Fact]
    public void Train_OntoAFinishedRun_IsRefusedAndChangesNothing()
    {
        byte[] before = File.ReadAllBytes(Path.Combine(tiny.Path, "metrics.json"));
        Assert.Contains("holds a finished run", CommandRunner.Run("train", "--out", tiny.Path).Refusal(ExitCode.Failed), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(tiny.Path, "metrics.json")));
    }

    [Theory]
    [InlineData("--qubits", "3", "2")]
    [InlineData("--seed", "9", "1")]
    [InlineData("--preset", "quick", "standard")]
    [InlineData("--entangler", "none", "chain")]
    [InlineData("--learning-rate", "0.5", "0.006")]
    [InlineData("--data", "mnist", "digits")]
    public void Resume_WithAnOptionThatContradictsTheRun_NamesBothValues(string option, string asked, string present)
    {
        string sentence = CommandRunner.Run("train", "--resume", "--out", tiny.Path, option, asked).Refusal(ExitCode.WrongCommandLine);
        Assert.StartsWith($"'{option} {asked}' contradicts the run", sentence, StringComparison.Ordinal);
        Assert.Contains($"which has {present};", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_IntoAFolderWithOtherFiles_IsRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("thesis.txt"), "");
        Assert.Contains("not empty and not a run folder", CommandRunner.Run("train", "--out", folder.Root).Refusal(ExitCode.Failed), StringComparison.Ordinal);
        Assert.Contains("is not a run folder", CommandRunner.Run("train", "--resume", "--out", folder.Root).Refusal(ExitCode.Failed), StringComparison.Ordinal);
    }

    [Fact]
    public void Train_IntoAFile_IsRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("run"), "");
        Assert.Contains("is a file where a run needs a folder", CommandRunner.Run("train", "--out", folder.File("run")).Refusal(ExitCode.Failed), StringComparison.Ordinal);
    }

    [Fact]
    public void Resume_OfAFolderThatIsNotThere_IsRefused()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no run", CommandRunner.Run("train", "--resume", "--out", folder.File("none")).Refusal(ExitCode.Failed), StringComparison.Ordinal);
    }

    [Fact]
    public void Resume_WithADamagedConfiguration_IsRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("config.json"), "{ \"qubits\": 99 }");
        Assert.Contains("99", CommandRunner.Run("train", "--resume", "--out", folder.Root).Refusal(ExitCode.Failed), StringComparison.Ordinal);
        File.WriteAllText(folder.File("config.json"), "{ \"qub");
        Assert.Contains("is not JSON", CommandRunner.Run("train", "--resume", "--out", folder.Root).Refusal(ExitCode.Failed), StringComparison.Ordinal);
    }

    [UnixFact]
    public void Train_IntoAPlaceThatCannotBeWritten_IsRefused() =>
        Assert.Contains("Cannot write", CommandRunner.Run("train", "--data", "digits", "--out", "/proc/run").Refusal(ExitCode.Failed), StringComparison.Ordinal);

    [Fact]
    public void Train_DataFolderWithATruncatedFile_IsRefusedAndNothingIsLost()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in (string[])["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"])
        {
            File.WriteAllBytes(folder.File(name), [0x1f, 0x8b, 8, 0]);
        }

        string sentence = CommandRunner.Run("train", "--data", "mnist", "--data-dir", folder.Root, "--out", folder.File("run")).Refusal(ExitCode.Failed);
        Assert.Contains("ubyte.gz", sentence, StringComparison.Ordinal);
    }

    [SmallDiskFact]
    public void Train_OnADiskThatFills_IsRefusedAndLeavesARunThatCanGoOn()
    {
        using var folder = new TemporaryFolder();
        string line = QDiffProcess.ShellLine(["train", "--out", folder.File("run"), .. TinyRun.Options]);
        using QDiffProcess process = QDiffProcess.StartShell(SmallDiskFactAttribute.Script(folder.Root, 512, line));
        CommandResult result = process.Wait();
        Assert.Contains("the disk is full", result.Refusal(ExitCode.Failed), StringComparison.Ordinal);
        Assert.Contains("left: config.json", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("tmp", result.Output, StringComparison.Ordinal);
    }
}
