using System.Text.Json.Nodes;
using QDiff.Engine.Cpu;
using QDiff.Models.Comparison;
using QDiff.Models.Data;
using QDiff.Models.Generators;
using QDiff.Models.Reports;
using QDiff.Models.Tests.Reports;
using QDiff.Models.Training;
using TorchSharp;

namespace QDiff.Models.Tests.Comparison;

public class ComparisonTests
{
    [Fact]
    public void Spread_OfValues_HasTheirMeanAndItsStandardError()
    {
        var spread = new Spread([1, 2, 6]);
        Assert.Equal(3, spread.Mean);
        Assert.Equal(Math.Sqrt(14 / 6.0), spread.StandardError!.Value, 12);
        Assert.Equal("3.0 ± 1.5", spread.Text("0.0"));
        Assert.Null(new Spread([5]).StandardError);
        Assert.Equal("5.0", new Spread([5]).Text("0.0"));
    }

    [Fact]
    public void Against_RowsWithOtherSeeds_PairsThoseThatBothHave()
    {
        ComparisonRow a = Row("a", (1, 10), (2, 20), (3, 30)), b = Row("b", (2, 5), (3, 5), (4, 5));
        Assert.Equal([15.0, 25.0], a.Against(b, "fid", (x, y) => x - y)!.Values);
        Assert.Null(a.Against(Row("c", (9, 1)), "fid", (x, y) => x - y));
        Assert.Null(a.Of("recall"));
    }

    [Theory]
    [InlineData(10, 11, 12, 13.4, 14, 15.6, "met")]
    [InlineData(10, 11, 12, 10.1, 13, 11.0, "missed")]
    public void Better_IsMetBeyondTwoStandardErrorsOfThePairedDifferences(double a1, double a2, double a3, double b1, double b2, double b3, string verdict)
    {
        ComparisonRow hybrid = Row(ComparisonTable.Hybrid, (1, a1), (2, a2), (3, a3)), frozen = Row(ComparisonTable.Frozen, (1, b1), (2, b2), (3, b3));
        Assert.Equal(verdict, Marks(hybrid, frozen)[1].Verdict);
    }

    [Fact]
    public void Marks_WithOneSeed_SayThatThereIsNoSpread()
    {
        IReadOnlyList<ComparisonMark> marks = Marks(Row(ComparisonTable.Hybrid, (1, 10)), Row(ComparisonTable.Frozen, (1, 20)), Row(ComparisonTable.Network, (1, 9.6)), Row(ComparisonTable.TenSteps, (1, 11.5)));
        Assert.Equal(["unknown", "unknown", "unknown", "missed", "unknown", "met"], marks.Select(mark => mark.Verdict));
        Assert.Contains("one seed, which has no standard error", marks[1].Figures, StringComparison.Ordinal);
        Assert.StartsWith("not measured", marks[0].Figures, StringComparison.Ordinal);
        Assert.Contains("ratio of the means 1.150", marks[3].Figures, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, 6.0, "met")]
    [InlineData(1000, 6.1, "missed")]
    [InlineData(50, 6.0, "unknown")]
    public void Marks_AgainstTheClassicalModel_NeedItsThousandSteps(double steps, double hybrid, string verdict)
    {
        var ddpm = new ComparisonRow(ComparisonTable.Ddpm, new Dictionary<string, IReadOnlyDictionary<ulong, double>>
        {
            ["fid"] = new Dictionary<ulong, double> { [1] = 10 }, ["steps"] = new Dictionary<ulong, double> { [1] = steps },
        });
        Assert.Equal(verdict, Marks(Row(ComparisonTable.Hybrid, (1, hybrid)), ddpm)[0].Verdict);
    }

    [Theory]
    [InlineData(11.0, "met")]
    [InlineData(11.01, "missed")]
    public void Marks_OfRatios_CompareMeansOverTheSeedsThatBothHave(double tenSteps, string verdict)
    {
        ComparisonRow hybrid = Row(ComparisonTable.Hybrid, (1, 9), (2, 11)), few = Row(ComparisonTable.TenSteps, (1, tenSteps), (2, tenSteps), (3, 99)), network = Row(ComparisonTable.Network, (1, 9.5), (2, 9.5));
        IReadOnlyList<ComparisonMark> marks = Marks(hybrid, few, network);
        Assert.Equal(verdict, marks[3].Verdict);
        Assert.Equal("missed", marks[5].Verdict);
        Assert.Contains("ratio of the means 1.053", marks[5].Figures, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9, "missed")]
    [InlineData(11, "met")]
    public void Marks_AgainstEachControl_AreAboutThatControl(double control, string verdict)
    {
        ComparisonRow hybrid = Row(ComparisonTable.Hybrid, (1, 10), (2, 10.1), (3, 9.9));
        foreach ((string name, int mark) in new[] { (ComparisonTable.Frozen, 1), (ComparisonTable.Removed, 2), (ComparisonTable.NoEntangler, 4) })
        {
            Assert.Equal([mark], Marks(hybrid, Row(name, (1, control), (2, control), (3, control))).Index().Where(m => m.Item.Verdict == verdict).Select(m => m.Index));
        }
    }

    [Fact]
    public void Run_OfTwoModelsOnTheSameLatents_SharesTheAutoencoderAndUsesFinishedRunsAgain()
    {
        using var folder = new TemporaryFolder();
        var options = new ComparisonOptions("quick", 1, [ImageModelKind.Gmm, ImageModelKind.LatentGan], [], new DataOptions(DataChoice.Digits, null), config => config with
        {
            TrainImages = 1000, Qubits = 2, Layers = 1, DiffusionSteps = 3, SamplingSteps = 3, AutoencoderEpochs = 1, DenoiserSteps = 3, Batch = 16, Samples = 1000, FidPoints = 0,
        });
        using var backend = new CpuBackend();
        var device = new ComputeDevice("cpu", torch.CPU, backend);
        var observer = new Notes();
        ComparisonResult result = ModelComparison.Run(options, folder.Root, device, observer, default);
        ComparisonTable table = result.Table;
        Assert.All(["gmm: 10 components", "gmm: 100 components", "wgan-latent", "reconstruction"], name => Assert.NotNull(table.Find(name)?.Of("fid")));
        Assert.DoesNotContain("autoencoder", File.ReadAllText(folder.File("runs/wgan-latent-seed1/log.jsonl")), StringComparison.Ordinal);
        Assert.Equal(table.Find("reconstruction")!.Of("fid")!.Mean, JsonNode.Parse(File.ReadAllText(folder.File("runs/wgan-latent-seed1/metrics.json")))!["fid_reconstruction"]!.GetValue<double>());
        Assert.Equal(6, result.Marks.Count);
        Assert.Empty(result.Missing);

        string written = File.ReadAllText(folder.File("compare.json"));
        observer.Lines.Clear();
        ModelComparison.Run(options, folder.Root, device, observer, default);
        Assert.Equal(["3 runs, 3 of them finished before. The time left is what two processor cores take, corrected as parts are done.", "1 of 3: gmm10, seed 1: finished before", "2 of 3: gmm100, seed 1: finished before", "3 of 3: wgan-latent, seed 1: finished before"], observer.Lines);
        Assert.Equal(written, File.ReadAllText(folder.File("compare.json")));

        var others = options with { Depart = config => options.Depart!(config) with { AutoencoderEpochs = 2 } };
        string refusal = Assert.Throws<UserErrorException>(() => ModelComparison.Run(others, folder.Root, device, observer, default)).Message;
        Assert.Contains("holds a run with other settings than '--preset quick' on digits asks for (autoencoder_epochs is 1 and not 2)", refusal, StringComparison.Ordinal);
        Assert.Equal($"'{folder.File("compare.json")}' is a file; name a folder with --out.",
            Assert.Throws<UserErrorException>(() => ModelComparison.Run(options, folder.File("compare.json"), device, observer, default)).Message);
    }

    [Fact]
    public void Run_OfEveryModel_GoesOnAfterAnInterruptionAndOutlivesARunThatFails()
    {
        using var folder = new TemporaryFolder();
        var options = new ComparisonOptions("quick", 1, ImageModelKind.All, [], new DataOptions(DataChoice.Digits, null), config => config with
        {
            TrainImages = 1000, Qubits = 2, Layers = 1, DiffusionSteps = 4, SamplingSteps = 4, AutoencoderEpochs = 1, DenoiserSteps = 6, Batch = 16, Samples = 1000, FidPoints = 1,
        });
        using var backend = new CpuBackend();
        var device = new ComputeDevice("cpu", torch.CPU, backend);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => ModelComparison.Run(options, folder.Root, device, new Notes { Reached = stage => { if (stage == "vae") { stop.Cancel(); } } }, stop.Token));
        JsonNode partial = JsonNode.Parse(File.ReadAllText(folder.File("compare.json")))!;
        Assert.Contains(ComparisonTable.Network, partial["models"]!.AsArray().Select(model => (string?)model!["name"]));
        Assert.Contains("unet, seed 1: not trained yet", partial["missing"]!.AsArray().Select(sentence => (string?)sentence));

        // A file where the run needs its folder.
        string blocked = folder.File("runs/wgan-seed1");
        File.WriteAllText(blocked, "");
        ComparisonResult result = ModelComparison.Run(options, folder.Root, device, new Notes(), default);
        Assert.StartsWith("wgan, seed 1: ", Assert.Single(result.Missing), StringComparison.Ordinal);
        Assert.Equal(["hybrid: circuit trained", "ddpm", "gmm: 10 components", "vae", "unet"], new[] { "hybrid: circuit trained", "ddpm", "gmm: 10 components", "vae", "wgan", "unet" }.Where(row => result.Table.Find(row) is not null));
        Assert.Contains(result.Missing[0], File.ReadAllText(folder.File("compare.md")), StringComparison.Ordinal);

        File.Delete(blocked);
        result = ModelComparison.Run(options, folder.Root, device, new Notes(), default);
        Assert.Empty(result.Missing);
        string[] scores = ["fid", "fid_infinity", "precision", "recall", "density", "coverage", "classifier_accuracy", "nearest_training", "seconds_per_thousand", "parameters", "training_seconds"];
        Assert.All(result.Table.Rows.Skip(2), row => Assert.All(scores, score => Assert.True(row.Of(score) is not null || (row.IsOtherDraw && row.Name.StartsWith("unet", StringComparison.Ordinal)), $"{row.Name}: {score}")));
        Assert.All(
            (string[])["ddpm: ancestral, 4 steps, τ = 1.6", "hybrid: ancestral, 4 steps, τ = 1", ComparisonTable.NoEntangler, $"{ComparisonTable.NoEntangler}, τ = 1", "gmm: 100 components", "wgan-latent", "wgan"],
            row => Assert.NotNull(result.Table.Find(row)));
        Assert.Equal(
            ["fid", .. ImageModelKind.All.Select(kind => $"samples-{kind}")], WellFormed.Figures(WellFormed.Page(File.ReadAllText(folder.File("report.html")))));
        foreach ((string run, string[] figures) in (IEnumerable<(string, string[])>)
        [
            ("hybrid", ["fid-over-training", "forward-strip", "reverse-strip", "latent-map", "bloch-balls", "bloch-way", "noise-schedule", "circuit"]),
            ("ddpm", ["fid-over-training", "forward-strip", "reverse-strip", "latent-map", "noise-schedule"]), ("gmm10", ["latent-map"]), ("vae", ["fid-over-training", "latent-map"]),
            ("wgan-latent", ["fid-over-training", "latent-map"]), ("wgan", ["fid-over-training"]), ("unet", ["fid-over-training", "forward-strip", "reverse-strip", "noise-schedule"]),
        ])
        {
            var missing = new Notes();
            RunReport.Write(folder.File($"runs/{run}-seed1"), null, _ => null, options.Data, device, missing, default);
            Assert.Empty(missing.Lines);
            Assert.Equal(["sample-grid", "loss-curves", .. figures], WellFormed.Figures(WellFormed.Page(File.ReadAllText(folder.File($"runs/{run}-seed1/report.html")))));
        }
    }

    [Fact]
    public void RemainingTime_AsPartsAreDone_IsCorrectedByWhatTheyTook()
    {
        var time = new RemainingTime([100, 50, 50]);
        Assert.Equal(200, time.Left.TotalSeconds);
        time.Done();
        Assert.InRange(time.Left.TotalSeconds, 0, 20); // The first took no time at all, so the others will not either.
        Assert.Equal((1, 3), (time.PartsDone, time.Parts));
        RunConfig hybrid = RunConfig.FromPreset("standard", ImageModelKind.Hybrid);
        Assert.InRange(RemainingTime.OfTraining(hybrid, true), 60, 600);
        Assert.True(RemainingTime.OfTraining(hybrid with { Controls = true }, true) > 2 * RemainingTime.OfTraining(hybrid, false));
    }

    [Fact]
    public void Run_WithoutSeedsOrModels_IsRefused()
    {
        var none = new ComparisonOptions("quick", 0, [ImageModelKind.Hybrid], [], new DataOptions(DataChoice.Digits, null));
        using var backend = new CpuBackend();
        var device = new ComputeDevice("cpu", torch.CPU, backend);
        Assert.Throws<ArgumentException>(() => ModelComparison.Run(none, "x", device, new Notes(), default));
        Assert.Throws<ArgumentException>(() => ModelComparison.Run(none with { Seeds = 1, Kinds = [] }, "x", device, new Notes(), default));
    }

    private sealed class Notes : ITrainingObserver
    {
        public List<string> Lines { get; } = [];

        public Action<string>? Reached { get; init; }

        public void Progress(TrainingProgress progress) => Reached?.Invoke(progress.Stage);

        public void Note(string message) => Lines.Add(message);

        public void Warn(string message) => Lines.Add(message);
    }

    private static IReadOnlyList<ComparisonMark> Marks(params ComparisonRow[] rows) => ComparisonMark.Of(new ComparisonTable(rows));

    private static ComparisonRow Row(string name, params (ulong Seed, double Fid)[] values) =>
        new(name, new Dictionary<string, IReadOnlyDictionary<ulong, double>> { ["fid"] = values.ToDictionary(value => value.Seed, value => value.Fid) });
}
