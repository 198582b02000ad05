using System.Globalization;
using System.Text.Json.Nodes;
using QDiff.Models.Data;
using QDiff.Models.Generators;
using QDiff.Models.Persistence;
using QDiff.Models.Training;

namespace QDiff.Models.Comparison;

/// <summary>
/// Trains or loads models of images at one budget over several seeds and sets them side by side. What is finished in the folder is used again, what was
/// interrupted goes on, and models on the same latents share one autoencoder for each seed. The table is written after every run, so that it is never far
/// behind, and a run that fails takes none of the others with it.
/// </summary>
public sealed class ModelComparison
{
    private const int FewComponents = 10;

    private readonly ComparisonOptions _options;
    private readonly string _folder;
    private readonly ComputeDevice _device;
    private readonly ITrainingObserver _observer;
    private readonly CancellationToken _cancellation;
    private readonly List<ComparedRun> _runs = [];
    private readonly List<string> _failures = [];
    private readonly ImageDataset _train;
    private readonly ImageDataset _test;
    private readonly (string Path, RunConfig Config)[] _plan;
    private readonly RemainingTime _time;

    private ModelComparison(ComparisonOptions options, string folder, ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation)
    {
        (_options, _folder, _device, _observer, _cancellation) = (options, folder, device, observer, cancellation);
        bool trains = options.Runs.Count == 0;
        (string Path, RunConfig Config)[] given = [.. options.Runs.Select(path => (path, ComparedRun.Of(path, ScoresOf).Config))];
        if (File.Exists(folder))
        {
            throw new UserErrorException($"'{folder}' is a file; name a folder with --out.");
        }

        MakeFolder(Path.Combine(folder, "scores"));
        AtomicFile.RequireWritable(Path.Combine(folder, "compare.json"));
        (_train, _test) = DatasetLoader.Load(trains ? options.Data.Choice : DatasetLoader.Parse(given[0].Config.Data), options.Data.Directory, observer.Warn, cancellation: cancellation);
        _plan = trains ? Planned() : given;
        Check();
        _time = new RemainingTime([.. _plan.Select((run, i) => Seconds(run, i)), .. _plan.Select(run => OtherSeconds(run))]);
    }

    /// <summary>Compares.</summary>
    /// <param name="options">What.</param>
    /// <param name="folder">Gets <c>compare.json</c>, <c>compare.md</c>, <c>report.html</c> and the runs.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="observer">Told of progress, the time left among it.</param>
    /// <param name="cancellation">Stops after the step under way; the same call goes on.</param>
    /// <returns>The table, the marks, and what could not be measured.</returns>
    /// <exception cref="UserErrorException">Something that the user can mend before anything is trained; or not one run could be compared.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ComparisonResult Run(
        ComparisonOptions options, string folder, ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation)
    {
        if (options.Seeds < 1 || (options.Kinds.Count == 0 && options.Runs.Count == 0))
        {
            throw new ArgumentException($"A comparison needs at least one seed and one model; got {options.Seeds} and {options.Kinds.Count}.", nameof(options));
        }

        return new ModelComparison(options, folder, device, observer, cancellation).Run();
    }

    private ComparisonResult Run()
    {
        _observer.Note(string.Create(CultureInfo.InvariantCulture,
            $"{_plan.Length} runs, {_plan.Count(run => IsFinished(run.Path))} of them finished before. The time left is what two processor cores take, corrected as parts are done."));
        Report();
        foreach ((int i, (string path, RunConfig config)) in _plan.Index())
        {
            string title = string.Create(CultureInfo.InvariantCulture, $"{Title(config)}, seed {config.Seed}");
            Attempt(title, () =>
            {
                if (_options.Runs.Count == 0)
                {
                    Train(path, config, $"{i + 1} of {_plan.Length}: {title}");
                }

                var run = ComparedRun.Of(path, ScoresOf);
                _runs.Add(run);
                Measure(run, false);
            });
            _time.Done();
            Report();
            Write([.. _plan.Skip(i + 1).Select(left => $"{Title(left.Config)}, seed {left.Config.Seed}: not trained yet"), "Other samplers, steps and temperatures: not measured yet"]);
        }

        // Last, because the models' own rows matter more.
        foreach ((string path, _) in _plan)
        {
            if (_runs.Find(run => run.Folder == path) is { } run && run.Unmeasured(true).Count > 0)
            {
                Measure(run, true);
                Write([]);
            }

            _time.Done();
            Report();
        }

        return Write([]) ?? throw new UserErrorException($"Nothing could be compared. {_failures[0]}");
    }

    /// <summary>Does a part of the work; if that fails, remembers why and lets the others go on.</summary>
    private void Attempt(string part, Action work)
    {
        _cancellation.ThrowIfCancellationRequested();
        try
        {
            work();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            string failure = $"{part}: {(e is UserErrorException ? "" : $"{e.GetType().Name}: ")}{e.Message.ReplaceLineEndings(" ")}";
            _failures.Add(failure);
            _observer.Warn(failure);
        }
    }

    private void Measure(ComparedRun run, bool areOther)
    {
        foreach (RunDraw draw in run.Unmeasured(areOther))
        {
            Attempt(
                string.Create(CultureInfo.InvariantCulture, $"{draw.Row}, seed {run.Config.Seed}"),
                () => run.Measure(draw, _train, _test, _device, _observer, _cancellation));
        }
    }

    /// <summary>Estimated seconds of the i-th run and its own rows.</summary>
    private double Seconds((string Path, RunConfig Config) run, int i)
    {
        RunConfig config = run.Config;
        bool isFinished = IsFinished(run.Path);
        int own = isFinished ? ComparedRun.Of(run.Path, ScoresOf).Unmeasured(false).Count : 1 + (config.Controls ? VariantNames.Controls.Count : 0);
        return (isFinished ? 0 : RemainingTime.OfTraining(config, !_plan.Take(i).Any(other => Shares(other.Config, config))))
            + (own * RemainingTime.OfMeasuring(config, config.SamplingSteps, true));
    }

    /// <summary>The same of the rows with other samplers, steps and temperatures.</summary>
    private double OtherSeconds((string Path, RunConfig Config) run) =>
        (IsFinished(run.Path) ? ComparedRun.Of(run.Path, ScoresOf).Unmeasured(true).Select(draw => (draw.Settings.Steps, draw.Known is not null)) : RunDraw.Others(run.Config).Select(draw => (draw.Steps, false)))
            .Sum(draw => RemainingTime.OfMeasuring(run.Config, draw.Item1, draw.Item2));

    private void Report() => _observer.Progress(new TrainingProgress("comparison", _time.PartsDone, _time.Parts, double.NaN, double.NaN, _time.Left));

    /// <summary>Writes the table as far as it is; null without any row of a model.</summary>
    private ComparisonResult? Write(string[] ahead)
    {
        if (_runs.Count == 0)
        {
            return null;
        }

        ComparisonTable table = ComparisonTable.Of(_runs, Real());
        IReadOnlyList<ComparisonMark> marks = ComparisonMark.Of(table);
        new ComparisonPages(table, marks, _runs, [.. _failures, .. ahead]).Write(_folder);
        return new ComparisonResult(table, marks, [.. _failures]);
    }

    /// <summary>For every seed, the accuracy of a classifier that saw as many real images as a run scores.</summary>
    private Dictionary<ulong, double> Real()
    {
        string file = ScoresOf("real");
        JsonObject kept = ComparedRun.Read(file);
        var accuracies = new Dictionary<ulong, double>();
        foreach (RunConfig config in _runs.Select(run => run.Config).DistinctBy(config => config.Seed))
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"{_train.Name} {_train.Sha256[..12]}, {config.Samples} images, seed {config.Seed}");
            if (!kept.ContainsKey(key))
            {
                kept[key] = ComparedRun.Classify(_train.Slice(0, Math.Min(config.Samples, _train.Count)), config.Seed, _test, _device, _cancellation);
                AtomicFile.WriteText(file, kept.ToJsonString());
            }

            accuracies[config.Seed] = kept[key]!.GetValue<double>();
        }

        return accuracies;
    }

    /// <summary>Every run that is to be trained, seed by seed.</summary>
    private (string Path, RunConfig Config)[] Planned() =>
    [
        .. Enumerable.Range(1, _options.Seeds).SelectMany(seed => _options.Kinds.SelectMany(Presets).Select(preset =>
        {
            RunConfig config = (preset with { Seed = (ulong)seed, Controls = preset.Kind == ImageModelKind.Hybrid, Data = _train.Name, DataSha256 = _train.Sha256 }).Validated();
            return (Path.Combine(_folder, "runs", Name(config)), config);
        })),
    ];

    /// <summary>Refuses what is wrong already, before anything is trained.</summary>
    private void Check()
    {
        foreach ((string path, RunConfig config) in _plan)
        {
            if (config.DataSha256 != _plan[0].Config.DataSha256)
            {
                throw new UserErrorException(
                    $"'{path}' was trained on {config.Data} (SHA-256 {config.DataSha256[..8]}…) and '{_plan[0].Path}' on {_plan[0].Config.Data} ({_plan[0].Config.DataSha256[..8]}…); only runs of the same data compare.");
            }

            if (config.DataSha256 != _train.Sha256)
            {
                throw new UserErrorException($"'{path}' was trained on other files of {config.Data} than are found here; give their folder with --data-dir.");
            }

            if (File.Exists(Path.Combine(path, RunFolder.ConfigName)) && ConfigOf(path).DifferenceFrom(config) is { Length: > 0 } difference)
            {
                throw new UserErrorException($"'{path}' holds a run with other settings than '--preset {_options.Preset}' on {config.Data} asks for ({difference}); name another folder with --out.");
            }
        }
    }

    /// <summary>What is trained of a kind: of mixtures, a small one too.</summary>
    private IEnumerable<RunConfig> Presets(ImageModelKind kind)
    {
        RunConfig preset = RunConfig.FromPreset(_options.Preset, kind);
        RunConfig usual = _options.Depart?.Invoke(preset) ?? preset;
        return kind == ImageModelKind.Gmm ? [usual with { Components = FewComponents }, usual] : [usual];
    }

    private void Train(string path, RunConfig config, string title)
    {
        if (IsFinished(path))
        {
            _observer.Note($"{title}: finished before");
        }
        else if (File.Exists(Path.Combine(path, RunFolder.ConfigName)))
        {
            _observer.Note($"{title}: goes on");
            ImageTraining.Resume(path, false, _options.Data, _device, _observer, _cancellation);
        }
        else
        {
            _observer.Note(title);
            if (_runs.Find(run => Shares(run.Config, config)) is { } same)
            {
                ShareAutoencoder(same.Folder, path, config);
            }

            ImageTraining.Start(config, path, _options.Data, _device, _observer, _cancellation, resume: Directory.Exists(path));
        }
    }

    /// <summary>Puts the trained autoencoder of one run into another that would train the same, bit for bit.</summary>
    private static void ShareAutoencoder(string from, string to, RunConfig config)
    {
        string target = Path.Combine(to, "checkpoints", AutoencoderStage.StageName);
        MakeFolder(target);
        TrainingStage.CopyCheckpoint(Path.Combine(from, "checkpoints", AutoencoderStage.StageName), target, config.Fingerprint);
    }

    private static bool Shares(RunConfig one, RunConfig other) => one.Kind.HasLatents && other.Kind.HasLatents
        && (one.Seed, one.Qubits, one.AutoencoderEpochs, one.AutoencoderBatch, one.TrainImages)
        == (other.Seed, other.Qubits, other.AutoencoderEpochs, other.AutoencoderBatch, other.TrainImages);

    private static bool IsFinished(string path) => File.Exists(Path.Combine(path, "metrics.json"));

    private string ScoresOf(RunConfig config) => ScoresOf($"{Name(config)}-{config.Fingerprint[..12]}");

    private string ScoresOf(string name) => Path.Combine(_folder, "scores", $"{name}.json");

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
