using System.Xml.Linq;
using QDiff.Models.Pairings;
using QDiff.Models.Tests.Reports;

namespace QDiff.Cli.Tests;

[Collection(TinyRunCollection.Name)]
public sealed class ReportCommandTests(TinyRun tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Report_OfAFinishedRun_ShowsEveryFigureAndLacksNothing()
    {
        tiny.Result.Done();
        string text = File.ReadAllText(Path.Combine(tiny.Path, "report.html"));
        XDocument page = WellFormed.Page(text);
        Assert.Equal(
            ["sample-grid", "loss-curves", "fid-over-training", "forward-strip", "reverse-strip", "latent-map", "bloch-balls", "bloch-way", "noise-schedule", "circuit"],
            WellFormed.Figures(page));
        Assert.DoesNotContain("What is missing", text, StringComparison.Ordinal);
        Assert.Contains(
            "qdiff train --preset standard --data digits --seed 1 --train-images 2000 --qubits 2 --layers 2 --diffusion-steps 12 --reupload-radius 0 --steps 12 --samples 1000 --autoencoder-epochs 1 --denoiser-steps 200 --batch 32 --fid-points 2",
            page.Descendants("pre").First().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfTheSameRun_IsTheSamePageThatTrainWrote()
    {
        string file = _folder.File("x.html");
        Assert.Equal(file, CommandRunner.Run("report", tiny.Path, "--out", file).Done().Output.Trim());
        Assert.Equal(File.ReadAllText(Path.Combine(tiny.Path, "report.html")), File.ReadAllText(file));
    }

    [Fact]
    public void Report_OfAnUnfinishedRun_ShowsWhatThereIsAndSaysWhatIsMissing()
    {
        string run = _folder.File("run");
        tiny.CopyTo(run);
        File.Delete(Path.Combine(run, "metrics.json"));
        File.Delete(TinyRun.Grid(run));
        Directory.Delete(Path.Combine(run, "checkpoints", "trained"), recursive: true);
        File.WriteAllLines(Path.Combine(run, "log.jsonl"), [.. File.ReadLines(Path.Combine(run, "log.jsonl")).Where(line => line.Contains("autoencoder", StringComparison.Ordinal)), "{\"step\": 3, \"st"]);
        string printed = CommandRunner.Run("report", run).Done().Output;
        string text = File.ReadAllText(Path.Combine(run, "report.html"));
        Assert.Equal(["loss-curves", "forward-strip", "latent-map", "bloch-balls", "bloch-way", "noise-schedule", "circuit"], WellFormed.Figures(WellFormed.Page(text)));
        Assert.All(
            (string[])["not finished", "Scores: the run is not finished", "Generated samples: the run has no picture", "FID over training: ", "The reverse process: ", "train --resume"],
            words => Assert.Contains(words, text, StringComparison.Ordinal));
        Assert.Contains("missing: The reverse process: ", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("lower row", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfARunOfAModelThatThisProgramDoesNotKnow_SaysThatItHasNoPicturesForIt()
    {
        string run = _folder.File("run");
        tiny.CopyTo(run);
        string config = Path.Combine(run, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"hybrid\"", "\"foo\"", StringComparison.Ordinal));
        CommandRunner.Run("report", run).Done();
        Assert.Contains("Pictures from the trained networks: this program knows no model 'foo'.", WellFormed.Page(File.ReadAllText(Path.Combine(run, "report.html"))).Root!.Value, StringComparison.Ordinal);
        Assert.Contains(
            "describes a run of model 'foo', which this program does not know; its models are hybrid, ddpm,",
            CommandRunner.Run("sample", run).Refusal(ExitCode.Failed), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfAPairingThatHasOnlyBegun_SaysThatItsScoresAreMissing()
    {
        string run = _folder.File("pairing");
        Directory.CreateDirectory(run);
        File.WriteAllText(Path.Combine(run, "config.json"), PairingConfig.FromPreset(PairingModel.Qcgdm, "quick").ToJson());
        CommandRunner.Run("report", run).Done();
        string text = File.ReadAllText(Path.Combine(run, "report.html"));
        Assert.Equal(["noise-schedule"], WellFormed.Figures(WellFormed.Page(text)));
        Assert.Contains("Scores along the reverse process: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain(">Reverse process<", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfARunThatHasOnlyBegun_StillIsAPage()
    {
        string run = _folder.File("run");
        Directory.CreateDirectory(run);
        File.Copy(Path.Combine(tiny.Path, "config.json"), Path.Combine(run, "config.json"));
        CommandRunner.Run("report", run).Done();
        string text = File.ReadAllText(Path.Combine(run, "report.html"));
        Assert.Equal(["noise-schedule", "circuit"], WellFormed.Figures(WellFormed.Page(text)));
        Assert.Contains("Loss curves: ", text, StringComparison.Ordinal);
        Assert.Contains("FID over training: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfBadInput_IsRefusedInOneSentence()
    {
        Assert.Contains("There is no run folder", CommandRunner.Run("report", _folder.File("none")).Refusal(ExitCode.Failed), StringComparison.Ordinal);
        Assert.Contains("is not a run folder", CommandRunner.Run("report", _folder.Root).Refusal(ExitCode.Failed), StringComparison.Ordinal);
        Assert.Equal("'--out' writes HTML and needs a name that ends in .html; got 'x.pdf'.", CommandRunner.Run("report", tiny.Path, "--out", "x.pdf").Refusal(ExitCode.WrongCommandLine));
        Assert.Contains("its folder does not exist", CommandRunner.Run("report", tiny.Path, "--out", Path.Combine(_folder.File("none"), "x.html")).Refusal(ExitCode.Failed), StringComparison.Ordinal);
        string run = _folder.File("run");
        tiny.CopyTo(run);
        File.WriteAllText(Path.Combine(run, "metrics.json"), "{ \"fid\": ");
        Assert.Contains("metrics.json' is not JSON", CommandRunner.Run("report", run).Refusal(ExitCode.Failed), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(run, "config.json"), "[]");
        Assert.Contains("config.json' is not the configuration of a run", CommandRunner.Run("report", run).Refusal(ExitCode.Failed), StringComparison.Ordinal);
    }
}
