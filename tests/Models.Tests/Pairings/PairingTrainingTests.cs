using System.Text.Json.Nodes;
using QDiff.Engine.Cpu;
using QDiff.Models.Pairings;
using QDiff.Models.Persistence;
using QDiff.Models.Training;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Pairings;

public sealed class PairingTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ComputeDevice _device = new("cpu", CPU, new CpuBackend());

    public static TheoryData<PairingModel> Models => [.. Enum.GetValues<PairingModel>()];

    public void Dispose()
    {
        _device.Backend.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Resume_OfAnInterruptedRun_EndsBitForBitAlike(PairingModel model)
    {
        PairingConfig config = Tiny(model);
        PairingTraining.Start(config, _folder.File("whole"), _device, new Stopper(null, 0), default);
        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(
            () => PairingTraining.Start(config, _folder.File("parts"), _device, new Stopper(cancellation, 1), cancellation.Token));
        PairingTraining.Resume(_folder.File("parts"), _device, new Stopper(null, 0), default);
        Assert.Equal(Scores("whole"), Scores("parts"));
        Assert.Equal(File.ReadAllText(Picture("whole")), File.ReadAllText(Picture("parts")));
        foreach (string folder in Directory.GetDirectories(_folder.File("whole/checkpoints")))
        {
            TensorArchive whole = new CheckpointStore(folder).LoadLatest()!.Value.State;
            TensorArchive parts = new CheckpointStore(folder.Replace("whole", "parts", StringComparison.Ordinal)).LoadLatest()!.Value.State;
            Assert.All(whole.Tensors, tensor => Assert.True(tensor.Value.Bytes.AsSpan().SequenceEqual(parts.Tensors[tensor.Key].Bytes), $"'{tensor.Key}' differs after a resume."));
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Stage_InterruptedBetweenTwoSteps_EndsBitForBitAlike(PairingModel model)
    {
        PairingConfig config = Tiny(model) with { DenoiserSteps = 40 };
        Train(config, "whole", int.MaxValue);
        Assert.Throws<OperationCanceledException>(() => Train(config, "parts", 4));
        Train(config, "parts", int.MaxValue);
        string stage = Pairing.Of(config, _device).Parts[0].Name;
        TensorArchive whole = Last("whole", stage), parts = Last("parts", stage);
        Assert.NotEmpty(whole.Tensors);
        Assert.All(whole.Tensors, tensor => Assert.True(tensor.Value.Bytes.AsSpan().SequenceEqual(parts.Tensors[tensor.Key].Bytes), $"'{tensor.Key}' differs after a resume."));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Sample_OfATrainedRun_RepeatsAndDoesNotDependOnTheNumberDrawn(PairingModel model)
    {
        string run = _folder.File("run");
        PairingTraining.Start(Tiny(model), run, _device, new Stopper(null, 0), default);
        (float[] few, long[] shape) = PairingTraining.Sample(run, 5, 3, _device, Assert.Fail, default);
        (float[] more, _) = PairingTraining.Sample(run, 9, 3, _device, Assert.Fail, default);
        Assert.Equal(5, shape[0]);
        Assert.Equal(few.Length, shape.Aggregate(1L, (product, size) => product * size));
        Assert.All(few.Zip(more), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.All(few, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Parse_OfWhatItWrote_IsTheSame()
    {
        foreach (PairingModel model in Enum.GetValues<PairingModel>())
        {
            foreach (string preset in RunConfig.Presets)
            {
                PairingConfig config = PairingConfig.FromPreset(model, preset);
                Assert.Equal(config, PairingConfig.Parse(config.ToJson(), "config.json"));
            }
        }
    }

    [Fact]
    public void Parse_OfASettingOfAnotherModel_IsRefused()
    {
        string json = (PairingConfig.FromPreset(PairingModel.Qcgdm, "quick") with { Target = PlaneTarget.Moons }).ToJson();
        Assert.Contains("has no 'target'", Assert.Throws<UserErrorException>(() => PairingConfig.Parse(json, "config.json")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validated_EnsembleOfSeveralQubitsForAClassicalDenoiser_IsRefused() => Assert.Contains(
        "more than one qubit",
        Assert.Throws<UserErrorException>(() => (PairingConfig.FromPreset(PairingModel.Qcgdm, "quick") with { Ensemble = StateEnsemble.Cluster }).Validated()).Message,
        StringComparison.Ordinal);

    private static PairingConfig Tiny(PairingModel model)
    {
        PairingConfig config = PairingConfig.FromPreset(model, "quick");
        return config with { DiffusionSteps = 4, DenoiserSteps = 12, Batch = 16, Samples = 100, Qubits = config.Qubits is null ? null : 2, Layers = config.Layers is null ? null : 2 };
    }

    private void Train(PairingConfig config, string name, int stopAfter)
    {
        using RunFolder run = RunFolder.Create(_folder.File(name), resume: Directory.Exists(_folder.File(name)));
        using var cancellation = new CancellationTokenSource();
        using var stage = new PairingStage(config, Pairing.Of(config, _device).Parts[0]) { ReportInterval = TimeSpan.Zero };
        stage.Run(run, 0, new Stopper(cancellation, stopAfter), cancellation.Token);
    }

    private TensorArchive Last(string run, string stage) => new CheckpointStore(_folder.File(run, "checkpoints", stage)).LoadLatest()!.Value.State;

    private string Scores(string run)
    {
        JsonObject metrics = JsonNode.Parse(File.ReadAllText(_folder.File(run + "/metrics.json")))!.AsObject();
        metrics.Remove("seconds");
        metrics.Remove("training_seconds");
        return metrics.ToJsonString();
    }

    private string Picture(string run) => _folder.File(run + "/samples/diffusion.svg");

    /// <summary>Cancels once some progress has been reported.</summary>
    private sealed class Stopper(CancellationTokenSource? cancellation, int after) : ITrainingObserver
    {
        private int _reports;

        public void Progress(TrainingProgress progress)
        {
            if (++_reports >= after)
            {
                cancellation?.Cancel();
            }
        }

        public void Note(string message)
        {
        }

        public void Warn(string message) => Assert.Fail(message);
    }
}
