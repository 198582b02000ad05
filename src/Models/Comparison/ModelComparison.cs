using System.Globalization;
using System.Text.Json.Nodes;
using QDiff.Models.Data;
using QDiff.Models.Generators;
using QDiff.Models.Persistence;
using QDiff.Models.Training;

namespace QDiff.Models.Comparison;

/// <summary>
/// Trains or loads models of images at one budget over several seeds and sets them side by side. What is finished in the folder is used again, what was
/// interrupted goes on, and models on the same latents share one autoencoder for each seed.
/// </summary>
public static class ModelComparison
{
    private const int FewComponents = 10;

    /// <summary>Compares.</summary>
    /// <param name="options">What.</param>
    /// <param name="folder">Gets <c>compare.json</c>, <c>compare.md</c>, <c>report.html</c> and the runs.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="observer">Told of progress.</param>
    /// <param name="cancellation">Stops after the step under way; the same call goes on.</param>
    /// <returns>The table and the marks.</returns>
    /// <exception cref="UserErrorException">Something that the user can mend.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static (ComparisonTable Table, IReadOnlyList<ComparisonMark> Marks) Run(
        ComparisonOptions options, string folder, ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation)
    {
        if (options.Seeds < 1 || (options.Kinds.Count == 0 && options.Runs.Count == 0))
        {
            throw new ArgumentException($"A comparison needs at least one seed and one model; got {options.Seeds} and {options.Kinds.Count}.", nameof(options));
        }

        MakeFolder(Path.Combine(folder, "scores"));
        IReadOnlyList<string> folders = options.Runs.Count > 0 ? options.Runs : Train(options, folder, device, observer, cancellation);
        RunConfig[] configs = [.. folders.Select(ConfigOf)];
        RunConfig first = configs[0];
        foreach ((RunConfig other, string path) in configs.Zip(folders))
        {
            if (other.DataSha256 != first.DataSha256)
            {
                throw new UserErrorException(
                    $"'{path}' was trained on {other.Data} (SHA-256 {other.DataSha256[..8]}…) and '{folders[0]}' on {first.Data} ({first.DataSha256[..8]}…); only runs of the same data compare.");
            }
        }

        (ImageDataset train, ImageDataset test) = DatasetLoader.Load(DatasetLoader.Parse(first.Data), options.Data.Directory, observer.Warn, cancellation: cancellation);
        if (train.Sha256 != first.DataSha256)
        {
            throw new UserErrorException($"'{folders[0]}' was trained on other files of {first.Data} than are found here; give their folder with --data-dir.");
        }

        ComparedRun[] runs = [.. folders.Zip(configs, (path, config) => ComparedRun.Of(
            path, Path.Combine(folder, "scores", Name(config) + $"-{config.Fingerprint[..12]}.json"), train, test, device, observer, cancellation))];
        ComparisonTable table = ComparisonTable.Of(runs, Real(configs, Path.Combine(folder, "scores", "real.json"), train, test, device, cancellation));
        IReadOnlyList<ComparisonMark> marks = ComparisonMark.Of(table);
        new ComparisonPages(table, marks, runs).Write(folder);
        return (table, marks);
    }

    /// <summary>For every seed, the accuracy of a classifier that saw as many real images as a run scores.</summary>
    private static Dictionary<ulong, double> Real(
        RunConfig[] configs, string file, ImageDataset train, ImageDataset test, ComputeDevice device, CancellationToken cancellation)
    {
        JsonObject kept = ComparedRun.Read(file);
        var accuracies = new Dictionary<ulong, double>();
        foreach (RunConfig config in configs.DistinctBy(config => config.Seed))
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"{train.Name} {train.Sha256[..12]}, {config.Samples} images, seed {config.Seed}");
            if (!kept.ContainsKey(key))
            {
                kept[key] = ComparedRun.Classify(train.Slice(0, Math.Min(config.Samples, train.Count)), config.Seed, test, device, cancellation);
                AtomicFile.WriteText(file, kept.ToJsonString());
            }

            accuracies[config.Seed] = kept[key]!.GetValue<double>();
        }

        return accuracies;
    }

    private static List<string> Train(ComparisonOptions options, string folder, ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation)
    {
        MakeFolder(Path.Combine(folder, "runs"));
        var folders = new List<string>();
        RunConfig[] presets = [.. options.Kinds.SelectMany(kind => Presets(options, kind))];
        int total = options.Seeds * presets.Length;
        for (int seed = 1; seed <= options.Seeds; seed++)
        {
            string? shared = null;
            foreach (RunConfig preset in presets)
            {
                cancellation.ThrowIfCancellationRequested();
                RunConfig config = (preset with { Seed = (ulong)seed, Controls = preset.Kind == ImageModelKind.Hybrid }).Validated();
                string path = Path.Combine(folder, "runs", Name(config));
                folders.Add(path);
                Train(config, path, config.Kind.HasLatents ? shared : null, $"{folders.Count} of {total}: {Title(config)}, seed {seed}", options, device, observer, cancellation);
                shared ??= config.Kind.HasLatents ? path : null;
            }
        }

        return folders;
    }

    /// <summary>What is trained of a kind: of mixtures, a small one too.</summary>
    private static IEnumerable<RunConfig> Presets(ComparisonOptions options, ImageModelKind kind)
    {
        RunConfig preset = RunConfig.FromPreset(options.Preset, kind);
        RunConfig usual = options.Depart?.Invoke(preset) ?? preset;
        return kind == ImageModelKind.Gmm ? [usual with { Components = FewComponents }, usual] : [usual];
    }

    private static void Train(
        RunConfig config, string path, string? shared, string title, ComparisonOptions options, ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation)
    {
        if (!File.Exists(Path.Combine(path, RunFolder.ConfigName)))
        {
            observer.Note(title);
            if (shared is not null)
            {
                ShareAutoencoder(shared, path, config);
            }

            ImageTraining.Start(config, path, options.Data, device, observer, cancellation, resume: Directory.Exists(path));
            return;
        }

        RunConfig own = ConfigOf(path);
        if (own.Fingerprint != (config with { Data = own.Data, DataSha256 = own.DataSha256 }).Fingerprint)
        {
            throw new UserErrorException($"'{path}' holds a run with other settings than '--preset {options.Preset}' asks for; name another folder with --out.");
        }

        if (File.Exists(Path.Combine(path, "metrics.json")))
        {
            observer.Note($"{title}: finished before");
            return;
        }

        observer.Note($"{title}: goes on");
        ImageTraining.Resume(path, false, options.Data, device, observer, cancellation);
    }

    /// <summary>Puts the trained autoencoder of one run into another that would train the same, bit for bit.</summary>
    private static void ShareAutoencoder(string from, string to, RunConfig config)
    {
        RunConfig own = ConfigOf(from);
        bool isSame = (own.Seed, own.Qubits, own.AutoencoderEpochs, own.AutoencoderBatch, own.TrainImages)
            == (config.Seed, config.Qubits, config.AutoencoderEpochs, config.AutoencoderBatch, config.TrainImages);
        if (!isSame)
        {
            return;
        }

        string target = Path.Combine(to, "checkpoints", AutoencoderStage.StageName);
        MakeFolder(target);
        TrainingStage.CopyCheckpoint(
            Path.Combine(from, "checkpoints", AutoencoderStage.StageName), target, (config with { Data = own.Data, DataSha256 = own.DataSha256 }).Fingerprint);
    }

    private static string Title(RunConfig config) => config.Kind == ImageModelKind.Gmm ? string.Create(CultureInfo.InvariantCulture, $"{config.Kind}{config.Components}") : config.Kind.Name;

    private static string Name(RunConfig config) => string.Create(CultureInfo.InvariantCulture, $"{Title(config)}-seed{config.Seed}");

    private static RunConfig ConfigOf(string path)
    {
        using RunFolder run = RunFolder.Open(path);
        return RunConfig.Parse(run.ReadConfig(), run.ConfigPath);
    }

    private static void MakeFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (IoFailure.IsUsers(e))
        {
            throw new UserErrorException($"Cannot write to the folder '{path}': {IoFailure.Reason(e)}.", e);
        }
    }
}
