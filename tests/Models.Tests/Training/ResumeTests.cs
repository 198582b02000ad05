using QDiff.Engine.Cpu;
using QDiff.Models.Diffusion;
using QDiff.Models.Hybrid;
using QDiff.Models.Persistence;
using QDiff.Models.Quantum;
using QDiff.Models.Training;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Training;

public sealed class ResumeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("qdiff-resume-").FullName;
    private readonly CpuBackend _backend = new();

    public void Dispose()
    {
        _backend.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(11)]
    public void AutoencoderStage_InterruptedAndResumed_EndsBitForBitAlike(int stopAfter)
    {
        RunConfig config = Tiny();
        using Tensor images = StrokeImages();
        AssertResumesAlike("autoencoder", () => new AutoencoderStage(config, images), stopAfter);
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(9, null)]
    [InlineData(5, 0)]
    public void DenoiserStage_InterruptedAndResumed_EndsBitForBitAlike(int stopAfter, int? reuploadRadius)
    {
        RunConfig config = Tiny() with { ReuploadRadius = reuploadRadius };
        using Tensor latents = SphericalDiffusion.Normalise(randn(64, 3 * config.Qubits, generator: new Generator(8)));
        byte[] labels = [.. Enumerable.Range(0, 64).Select(i => (byte)(i % 10))];
        AssertResumesAlike(
            "trained", () => new DenoiserStage(config, DenoiserVariant.Trained, latents, labels, _backend), stopAfter);
    }

    [Fact]
    public void DenoiserStage_OnAnotherChannel_ResumesBitForBitAlike()
    {
        RunConfig config = Tiny() with { Channel = NoiseChannel.Mixture };
        using Tensor latents = SphericalDiffusion.Normalise(randn(64, 3 * config.Qubits, generator: new Generator(8)));
        byte[] labels = [.. Enumerable.Range(0, 64).Select(i => (byte)(i % 10))];
        AssertResumesAlike("trained", () => new DenoiserStage(config, DenoiserVariant.Trained, latents, labels, _backend), 5);
    }

    [Theory]
    [InlineData("ddpm")]
    [InlineData("wgan-latent")]
    [InlineData("wgan")]
    [InlineData("vae")]
    [InlineData("unet")]
    public void StageOfABaseline_InterruptedAndResumed_EndsBitForBitAlike(string model)
    {
        RunConfig config = Tiny() with { Model = model, LabelDropout = model is "ddpm" or "unet" ? 0.3 : 0, AutoencoderEpochs = 1, DenoiserSteps = 7, Batch = 4 };
        using Tensor images = StrokeImages().narrow(0, 0, 16).contiguous();
        using Tensor latents = SphericalDiffusion.Normalise(randn(16, 3 * config.Qubits, generator: new Generator(8)));
        byte[] labels = [.. Enumerable.Range(0, 16).Select(i => (byte)(i % 10))];
        (string stage, Func<TrainingStage> make, int stopAfter) = model switch
        {
            "ddpm" => ("mlp", () => new DenoiserStage(config, DenoiserVariant.Mlp, latents, labels, _backend), 4),
            "vae" => ("vae", () => new VaeStage(config with { AutoencoderBatch = 4 }, images), 2),
            "unet" => ("unet", () => new UNetStage(config, images, labels), 4),
            _ => ("gan", (Func<TrainingStage>)(() => new GanStage(config, model == "wgan" ? images : latents, labels)), 6),
        };
        AssertResumesAlike(stage, make, stopAfter);
    }

    [Theory]
    [InlineData(GradientMethod.Shift, 0)]
    [InlineData(GradientMethod.Antithetic, 20)]
    [InlineData(GradientMethod.Spsa, 20)]
    public void DenoiserStage_TrainedAsADeviceWould_ResumesBitForBitAlike(GradientMethod gradient, int shots)
    {
        RunConfig config = Tiny() with { Gradient = gradient, Shots = shots };
        using Tensor latents = SphericalDiffusion.Normalise(randn(64, 3 * config.Qubits, generator: new Generator(8)));
        byte[] labels = [.. Enumerable.Range(0, 64).Select(i => (byte)(i % 10))];
        AssertResumesAlike(
            "trained", () => new DenoiserStage(config, DenoiserVariant.Trained, latents, labels, _backend), 5);
    }

    [Theory]
    [InlineData(Mitigation.None)]
    [InlineData(Mitigation.Readout)]
    public void DenoiserStage_UnderNoise_ResumesBitForBitAlike(Mitigation mitigate)
    {
        RunConfig config = Tiny() with { Noise = Noise(), Mitigate = mitigate, Trajectories = 2 };
        using Tensor latents = SphericalDiffusion.Normalise(randn(64, 3 * config.Qubits, generator: new Generator(8)));
        byte[] labels = [.. Enumerable.Range(0, 64).Select(i => (byte)(i % 10))];
        AssertResumesAlike("trained", () => new DenoiserStage(config, DenoiserVariant.Trained, latents, labels, _backend), 5);
    }

    [Fact]
    public void Noise_InTheConfiguration_IsReadBackWholeAndItsNameHasNoEffect()
    {
        RunConfig config = new() { Noise = Noise(), Mitigate = Mitigation.Readout, Trajectories = 3 };
        RunConfig read = RunConfig.Parse(config.ToJson(), "config.json");
        Assert.Equal(config, read);
        Assert.Equal(config.Fingerprint, (config with { Noise = Noise() with { File = "elsewhere.json" } }).Fingerprint);
        Assert.NotEqual(config.Fingerprint, (config with { Mitigate = Mitigation.None }).Fingerprint);
        var error = Assert.Throws<UserErrorException>(() => (config with { Noise = Noise() with { Content = "{}" } }).CircuitExecution);
        Assert.Contains("has not the SHA-256", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fingerprint_OfARunWithoutLaterSettings_IsThatOfRunsBeforeTheyExisted()
    {
        Assert.DoesNotContain("gradient", new RunConfig().ToJson(), StringComparison.Ordinal);
        Assert.DoesNotContain("reupload", new RunConfig().ToJson(), StringComparison.Ordinal);
        Assert.NotEqual(new RunConfig().Fingerprint, new RunConfig { ReuploadRadius = 1 }.Fingerprint);
        Assert.NotEqual(new RunConfig().Fingerprint, new RunConfig { Gradient = GradientMethod.Shift }.Fingerprint);
        RunConfig read = RunConfig.Parse(new RunConfig { Gradient = GradientMethod.Spsa, Shots = 9 }.ToJson(), "config.json");
        Assert.Equal((GradientMethod.Spsa, 9), (read.Gradient, read.Shots));
    }

    [Fact]
    public void Fingerprint_OfAReuploadRadius_IsTheSameForAllQubitsHoweverThatIsWritten()
    {
        RunConfig all = new() { Qubits = 5 };
        Assert.All([4, 5, 15], radius => Assert.Equal(all.Fingerprint, (all with { ReuploadRadius = radius }).Fingerprint));
        Assert.NotEqual(all.Fingerprint, (all with { ReuploadRadius = 3 }).Fingerprint);
        Assert.Equal("reupload_radius is not set and not 3", all.DifferenceFrom(all with { ReuploadRadius = 3 }));
        Assert.Empty(all.DifferenceFrom(all with { ReuploadRadius = 9 }));
    }

    [Fact]
    public void Run_CheckpointOfAnotherModel_IsRefusedByName()
    {
        RunConfig config = Tiny();
        using Tensor images = StrokeImages();
        Train("run", () => new AutoencoderStage(config, images), int.MaxValue);
        var error = Assert.Throws<UserErrorException>(
            () => Train("run", () => new AutoencoderStage(config with { Qubits = 3 }, images), int.MaxValue));
        Assert.Contains("belongs to another run or stage", error.Message);
    }

    private static RunConfig Tiny() => new()
    {
        Qubits = 2, Layers = 3, DiffusionSteps = 10, AutoencoderEpochs = 3, AutoencoderBatch = 16, DenoiserSteps = 12, Batch = 16, Seed = 4,
    };

    private NoiseSettings Noise()
    {
        string path = Path.Combine(_folder, "noise.json");
        File.WriteAllText(path, """
            { "format": "qdiff-noise-1", "rules": [ { "after": "two-qubit gates", "channels": [ { "name": "Depolarizing", "p": 0.1 } ] } ],
              "readout": [ { "probabilities": [[0.95, 0.05], [0.1, 0.9]] } ] }
            """);
        return NoiseSettings.Read(path);
    }

    private static Tensor StrokeImages() => rand(64, 1, 28, 28, generator: new Generator(6));

    private void AssertResumesAlike(string stage, Func<TrainingStage> make, int stopAfter)
    {
        Train("whole", make, int.MaxValue);
        Assert.Throws<OperationCanceledException>(() => Train("parts", make, stopAfter));
        Train("parts", make, int.MaxValue);
        TensorArchive whole = Last("whole", stage);
        TensorArchive parts = Last("parts", stage);
        Assert.NotEmpty(whole.Tensors);
        foreach ((string name, StoredTensor tensor) in whole.Tensors)
        {
            Assert.True(tensor.Bytes.AsSpan().SequenceEqual(parts.Tensors[name].Bytes), $"{name} differs after a resume");
        }
    }

    private void Train(string name, Func<TrainingStage> make, int stopAfter)
    {
        string path = Path.Combine(_folder, name);
        using RunFolder run = RunFolder.Create(path, resume: Directory.Exists(path));
        using var cancellation = new CancellationTokenSource();
        using TrainingStage stage = make();
        stage.ReportInterval = TimeSpan.Zero;
        stage.Run(run, 0, new Stopper(cancellation, stopAfter), cancellation.Token);
    }

    private TensorArchive Last(string name, string stage)
        => new CheckpointStore(Path.Combine(_folder, name, "checkpoints", stage)).LoadLatest()!.Value.State;

    /// <summary>Cancels once the given number of steps has been reported.</summary>
    private sealed class Stopper(CancellationTokenSource cancellation, int stopAfter) : ITrainingObserver
    {
        public void Progress(TrainingProgress progress)
        {
            if (progress.Step >= stopAfter)
            {
                cancellation.Cancel();
            }
        }

        public void Note(string message)
        {
        }

        public void Warn(string message) => Assert.Fail(message);
    }
}
