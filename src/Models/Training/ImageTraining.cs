using QDiff.Engine.Chips;
using QDiff.Engine.Programs;
using QDiff.Models.Data;
using QDiff.Models.Generators;
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
/// A run of a generative model of images end to end: data, autoencoder where there are latents, the model, its controls, scores. A run folder
/// that was interrupted at any moment goes on from its last whole checkpoints.
/// </summary>
public static class ImageTraining
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

        TrainingStage.NoteOtherDevice(config.Device, device, observer);
        (ImageDataset train, ImageDataset test) = LoadData(config, data, observer, cancellation);
        return Execute(run, config, train, test, device, observer, cancellation);
    }

    /// <summary>Scores a trained run anew, drawn in another way or under other noise.</summary>
    /// <remarks>Writes nothing.</remarks>
    /// <param name="folder">The run folder.</param>
    /// <param name="samples">Images to score; null for the run's own number.</param>
    /// <param name="draw">How they are drawn; null for the run's own way.</param>
    /// <param name="label">Draw this class alone and score it against this class's real images; null for all classes in turn.</param>
    /// <param name="underNoise">Puts the noise that the circuit is to run under into the run's configuration; null for the run's own.</param>
    /// <param name="data">Where the images lie; the choice is the run's own.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="observer">Told of progress.</param>
    /// <param name="cancellation">Stops after the step under way.</param>
    /// <inheritdoc cref="Start" path="/returns"/>
    public static RunMetrics Evaluate(
        string folder, int? samples, DrawSettings? draw, byte? label, Func<RunConfig, RunConfig>? underNoise, DataOptions data, ComputeDevice device,
        ITrainingObserver observer, CancellationToken cancellation)
    {
        using RunFolder run = RunFolder.Open(folder);
        RunConfig config = RunConfig.Parse(run.ReadConfig(), run.ConfigPath);
        draw = (draw ?? DrawSettings.Of(config)).Validated(config);
        (ImageDataset train, ImageDataset test) = LoadData(config, data, observer, cancellation);
        RunConfig noisy = (underNoise?.Invoke(config) ?? config).Validated();
        DescribeNoise(noisy, observer);
        RunConfig asked = (noisy with { Samples = samples ?? config.Samples, Seed = draw.Seed, Controls = false }).Validated();
        SphericalAutoencoder? autoencoder = LoadAutoencoder(run, config, device, observer.Warn);
        IImageModel model = ModelRecipe.Of(config.Kind).Load(run, config, asked, autoencoder, device, observer.Warn);
        using Tensor? latents = autoencoder is null ? null : Encode(autoencoder, train, device);
        using var evaluation = new Evaluation(asked, draw, label, autoencoder, train, test, device, observer, cancellation);
        return evaluation.Run([new ScoredModel(VariantNames.Of(DenoiserVariant.Trained), model, null, null)], latents, 0);
    }

    /// <summary>Loads a trained model.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="warn">Told of damaged checkpoints that were skipped.</param>
    /// <param name="control">Load this control of a hybrid run in the model's place; null for the model.</param>
    /// <exception cref="UserErrorException">There is no such run, or its training has not come far enough.</exception>
    public static IImageModel Load(string folder, ComputeDevice device, Action<string> warn, DenoiserVariant? control = null)
    {
        using RunFolder run = RunFolder.Open(folder);
        RunConfig config = RunConfig.Parse(run.ReadConfig(), run.ConfigPath);
        SphericalAutoencoder? autoencoder = LoadAutoencoder(run, config, device, warn);
        return control is null
            ? ModelRecipe.Of(config.Kind).Load(run, config, config, autoencoder, device, warn)
            : LatentDiffusionRecipe.LoadDiffusion(run, config, config, autoencoder!, device, warn, control);
    }

    /// <summary>Loads a trained hybrid model, to look at its circuit.</summary>
    /// <inheritdoc cref="Load"/>
    /// <exception cref="UserErrorException">The run is of another model.</exception>
    public static LatentDiffusionModel LoadHybrid(string folder, ComputeDevice device, Action<string> warn)
    {
        using RunFolder run = RunFolder.Open(folder);
        RunConfig config = RunConfig.Parse(run.ReadConfig(), run.ConfigPath);
        return config.Kind == ImageModelKind.Hybrid
            ? LatentDiffusionRecipe.LoadDiffusion(run, config, config, LoadAutoencoder(run, config, device, warn)!, device, warn)
            : throw new UserErrorException($"The run '{folder}' is of model '{config.Kind}', which has no circuit; name a run of '{ImageModelKind.Hybrid}'.");
    }

    private static RunMetrics Execute(
        RunFolder run, RunConfig config, ImageDataset train, ImageDataset test, ComputeDevice device, ITrainingObserver observer,
        CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        DescribeNoise(config, observer);
        using AutoencoderStage? autoencoding = config.Kind.HasLatents ? new AutoencoderStage(config, train.Images(device.Tensors)) : null;
        autoencoding?.Run(run, 0, observer, cancellation);
        SphericalAutoencoder? autoencoder = autoencoding?.Model;
        autoencoder?.eval();
        Tensor? latents = autoencoding?.Encoded();
        var context = new ModelContext(run, config, train, test, autoencoder, latents, device, observer, cancellation) { Offset = autoencoding?.TotalSteps ?? 0 };
        IReadOnlyList<ScoredModel> trained = ModelRecipe.Of(config.Kind).Train(context);
        using var evaluation = new Evaluation(config, DrawSettings.Of(config), null, autoencoder, train, test, device, observer, cancellation);
        RunMetrics metrics = evaluation.Run(trained, latents, autoencoding?.Seconds ?? 0);
        PngWriter.Write(
            Path.Combine(run.SamplesPath, "grid.png"), ImageGrid.ByClass(evaluation.Grid.Images, evaluation.Grid.Classes));
        run.WriteMetrics(metrics.ToJson());
        return metrics;
    }

    private static Tensor Encode(SphericalAutoencoder autoencoder, ImageDataset train, ComputeDevice device)
    {
        using Tensor images = train.Images(device.Tensors);
        return LatentDiffusionModel.Encode(autoencoder, images);
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

    private static SphericalAutoencoder? LoadAutoencoder(RunFolder run, RunConfig config, ComputeDevice device, Action<string> warn)
    {
        if (!config.Kind.HasLatents)
        {
            return null;
        }

        SphericalAutoencoder autoencoder = new SphericalAutoencoder(config.Qubits).to(device.Tensors);
        TrainingStage.LoadModule(run, AutoencoderStage.StageName, config.Fingerprint, "model.", autoencoder, warn);
        autoencoder.eval();
        return autoencoder;
    }
}
