using QDiff.Engine.Chips;
using QDiff.Engine.Programs;
using QDiff.Models.Data;
using QDiff.Models.Hybrid;
using QDiff.Models.Latents;
using QDiff.Models.Images;
using QDiff.Models.Persistence;
using QDiff.Models.Quantum;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Training;

/// <summary>Which images a run uses and where they lie.</summary>
/// <param name="Choice">Which data set.</param>
/// <param name="Directory">Folder to look in first; null for <c>QDIFF_DATA</c> and the usual places.</param>
public sealed record DataOptions(DataChoice Choice, string? Directory);

/// <summary>
/// A run of the hybrid latent model end to end: data, autoencoder, denoiser, controls, scores. A run folder that was interrupted at
/// any moment goes on from its last whole checkpoints.
/// </summary>
public static class HybridTraining
{
    /// <summary>Starts a run in a new or empty folder.</summary>
    /// <param name="config">What to train; data, hash, revision and device are filled in here.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="data">Which images.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="observer">Told of progress.</param>
    /// <param name="cancellation">Stops after the step under way, once a checkpoint is written.</param>
    /// <param name="resume">The folder may also be one in which a run was stopped before it wrote its config.json.</param>
    /// <returns>What <c>metrics.json</c> holds.</returns>
    /// <exception cref="UserErrorException">Something that the user can mend.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the run can be resumed.</exception>
    public static RunMetrics Start(
        RunConfig config, string folder, DataOptions data, ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation,
        bool resume = false)
    {
        config.Validated();
        using RunFolder run = RunFolder.Create(folder, resume);
        (ImageDataset train, ImageDataset test) = DatasetLoader.Load(data.Choice, data.Directory, observer.Warn, cancellation: cancellation);
        config = config with { Data = train.Name, DataSha256 = train.Sha256, Commit = SourceRevision.Current, Device = device.Name };
        run.WriteConfig(config.ToJson());
        return Execute(run, config, FirstOf(train, config), test, device, observer, cancellation);
    }

    /// <summary>Goes on with a run, or adds the controls to a finished one.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="addControls">Train and score the controls too.</param>
    /// <param name="data">Where the images lie; the choice is the run's own.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="observer">Told of progress.</param>
    /// <param name="cancellation">Stops after the step under way.</param>
    /// <inheritdoc cref="Start" path="/returns"/>
    /// <inheritdoc cref="Start" path="/exception"/>
    public static RunMetrics Resume(
        string folder, bool addControls, DataOptions data, ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation)
    {
        using RunFolder run = RunFolder.Create(folder, resume: true);
        RunConfig config = RunConfig.Parse(run.ReadConfig(), run.ConfigPath);
        if (addControls && !config.Controls)
        {
            config = config with { Controls = true };
            run.WriteConfig(config.ToJson());
        }

        (ImageDataset train, ImageDataset test) = LoadData(config, data, observer, cancellation);
        return Execute(run, config, train, test, device, observer, cancellation);
    }

    /// <summary>Scores a trained run anew, with other numbers of samples or steps, another temperature or seed, or under other noise.</summary>
    /// <remarks>Writes nothing.</remarks>
    /// <param name="folder">The run folder.</param>
    /// <param name="samples">Images to score; null for the run's own number.</param>
    /// <param name="steps">Reverse steps; null for the run's own number.</param>
    /// <param name="temperature">τ; null for the run's own.</param>
    /// <param name="seed">Seed of the draw; null for the run's own.</param>
    /// <param name="underNoise">Puts the noise that the circuit is to run under into the run's configuration; null for the run's own.</param>
    /// <param name="data">Where the images lie; the choice is the run's own.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="observer">Told of progress.</param>
    /// <param name="cancellation">Stops after the step under way.</param>
    /// <inheritdoc cref="Start" path="/returns"/>
    public static RunMetrics Evaluate(
        string folder, int? samples, int? steps, double? temperature, ulong? seed, Func<RunConfig, RunConfig>? underNoise, DataOptions data,
        ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation)
    {
        using RunFolder run = RunFolder.Open(folder);
        RunConfig config = RunConfig.Parse(run.ReadConfig(), run.ConfigPath);
        (ImageDataset train, ImageDataset test) = LoadData(config, data, observer, cancellation);
        RunConfig noisy = (underNoise?.Invoke(config) ?? config).Validated();
        DescribeNoise(noisy, observer);
        (SphericalAutoencoder autoencoder, Denoiser denoiser) = LoadModules(run, config, noisy.CircuitExecution, device, observer.Warn);
        RunConfig asked = (noisy with
        {
            Samples = samples ?? config.Samples,
            SamplingSteps = steps ?? config.SamplingSteps,
            Temperature = temperature ?? config.Temperature,
            Seed = seed ?? config.Seed,
            Controls = false,
        }).Validated();
        using Tensor images = train.Images(device.Tensors);
        using Tensor latents = HybridModel.Encode(autoencoder, images);
        using var evaluation = new Evaluation(asked, autoencoder, train, test, device, observer, cancellation);
        return evaluation.Run([new ScoredDenoiser(DenoiserVariant.Trained, denoiser, null, null)], latents, 0);
    }

    /// <summary>Loads a trained model.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="warn">Told of damaged checkpoints that were skipped.</param>
    /// <exception cref="UserErrorException">There is no such run, or its training has not come far enough.</exception>
    public static HybridModel Load(string folder, ComputeDevice device, Action<string> warn)
    {
        using RunFolder run = RunFolder.Open(folder);
        RunConfig config = RunConfig.Parse(run.ReadConfig(), run.ConfigPath);
        (SphericalAutoencoder autoencoder, Denoiser denoiser) = LoadModules(run, config, config.CircuitExecution, device, warn);
        return new HybridModel(autoencoder, denoiser, config, device);
    }

    private static RunMetrics Execute(
        RunFolder run, RunConfig config, ImageDataset train, ImageDataset test, ComputeDevice device, ITrainingObserver observer,
        CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        DescribeNoise(config, observer);
        Tensor images = train.Images(device.Tensors);
        using var autoencoding = new AutoencoderStage(config, images);
        autoencoding.Run(run, 0, observer, cancellation);
        SphericalAutoencoder autoencoder = autoencoding.Model;
        autoencoder.eval();
        Tensor latents = HybridModel.Encode(autoencoder, images);
        images.Dispose();

        long offset = autoencoding.TotalSteps;
        var trained = new List<ScoredDenoiser>();
        DenoiserVariant[] variants = config.Controls ? [DenoiserVariant.Trained, .. VariantNames.Controls] : [DenoiserVariant.Trained];
        foreach (DenoiserVariant variant in variants)
        {
            using var stage = new DenoiserStage(config, variant, latents, train.Labels, device.Backend);
            stage.Run(run, offset, observer, cancellation);
            offset += stage.TotalSteps;
            trained.Add(new ScoredDenoiser(variant, stage.Average, stage.Loss, stage.Seconds));
        }

        using var evaluation = new Evaluation(config, autoencoder, train, test, device, observer, cancellation);
        RunMetrics metrics = evaluation.Run(trained, latents, autoencoding.Seconds);
        PngWriter.Write(
            Path.Combine(run.SamplesPath, "grid.png"), ImageGrid.ByClass(evaluation.Grid.Images, evaluation.Grid.Classes));
        run.WriteMetrics(metrics.ToJson());
        return metrics;
    }

    /// <summary>Says what the noise does to the circuit before anything is trained under it.</summary>
    private static void DescribeNoise(RunConfig config, ITrainingObserver observer)
    {
        if (config.Noise is null)
        {
            return;
        }

        NoiseFile file = config.Noise.Parse();
        var ansatz = new ReuploadingAnsatz(config.Qubits, config.Layers, config.Entangler);
        string[] cost = file.Prepare(QuantumProgram.From(ansatz.Circuit)).Cost is { } chip ? [.. chip.Lines()] : [file.Model!.Name];
        foreach (string line in cost)
        {
            observer.Note($"noise: {line}");
        }

        string mitigated = config.Mitigate == Mitigation.Readout ? "undone by a calibrated inverse" : "left as they are";
        observer.Note(FormattableString.Invariant(
            $"noise: measured values are means over {config.Trajectories} trajectories; readout errors are {mitigated}"));
    }

    private static (ImageDataset Train, ImageDataset Test) LoadData(
        RunConfig config, DataOptions data, ITrainingObserver observer, CancellationToken cancellation)
    {
        (ImageDataset train, ImageDataset test) = DatasetLoader.Load(
            DatasetLoader.Parse(config.Data), data.Directory, observer.Warn, cancellation: cancellation);
        return train.Sha256 == config.DataSha256
            ? (FirstOf(train, config), test)
            : throw new UserErrorException(
                $"The run was trained on {config.Data} with SHA-256 {config.DataSha256}, the images found here have {train.Sha256}; give the folder of the same files with --data-dir.");
    }

    private static ImageDataset FirstOf(ImageDataset train, RunConfig config) => train.Slice(0, Math.Min(config.TrainImages, train.Count));

    private static (SphericalAutoencoder Autoencoder, Denoiser Denoiser) LoadModules(
        RunFolder run, RunConfig config, CircuitExecution execution, ComputeDevice device, Action<string> warn)
    {
        SphericalAutoencoder autoencoder = new SphericalAutoencoder(config.Qubits).to(device.Tensors);
        Denoiser denoiser = new Denoiser(config.DenoiserShape, DenoiserVariant.Trained, device.Backend, execution).to(device.Tensors);
        TrainingStage.LoadModule(run, AutoencoderStage.StageName, config.Fingerprint, "model.", autoencoder, warn);
        long step = TrainingStage.LoadModule(run, VariantNames.Of(DenoiserVariant.Trained), config.Fingerprint, "average.", denoiser, warn);
        if (step < config.DenoiserSteps)
        {
            warn($"This run is at step {step} of {config.DenoiserSteps}; samples get better when it is finished with 'qdiff train --resume --out {run.Root}'.");
        }

        autoencoder.eval();
        denoiser.eval();
        return (autoencoder, denoiser);
    }
}
