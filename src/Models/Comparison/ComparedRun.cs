using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using QDiff.Models.Data;
using QDiff.Models.Generators;
using QDiff.Models.Metrics;
using QDiff.Models.Persistence;
using QDiff.Models.Reports;
using QDiff.Models.Training;
using static TorchSharp.torch;

namespace QDiff.Models.Comparison;

/// <summary>A finished run with all that was measured of it so far.</summary>
internal sealed class ComparedRun
{
    private const int MostImages = 10_000;
    private const int Epochs = 4;
    private const string ClassifierAccuracy = "classifier_accuracy";
    private const string SecondsPerThousand = "seconds_per_thousand";

    private readonly IReadOnlyList<RunDraw> _draws;
    private readonly string _file;
    private readonly JsonObject _kept;

    private ComparedRun(string folder, RunConfig config, RunRecord record, string file)
    {
        Folder = folder;
        Config = config;
        Record = record;
        _draws = RunDraw.Of(config, record);
        _file = file;
        _kept = Read(file);
    }

    /// <summary>The run folder.</summary>
    public string Folder { get; }

    /// <summary>Its settings.</summary>
    public RunConfig Config { get; }

    /// <summary>What it wrote down.</summary>
    public RunRecord Record { get; }

    /// <summary>The row of its own draw.</summary>
    public string Row => _draws[0].Row;

    /// <summary>Every way to draw from it, with the scores that there are.</summary>
    public IEnumerable<(RunDraw Draw, JsonObject Scores)> Draws => _draws.Select(draw => (draw, Joined(draw.Known, _kept[draw.Key(Config.Samples)] as JsonObject)));

    /// <summary>Reads a finished run, and what an earlier comparison measured of it.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="file">Names the file that keeps what is measured, one draw after the other.</param>
    /// <exception cref="UserErrorException">The run is not finished, or damaged.</exception>
    public static ComparedRun Of(string folder, Func<RunConfig, string> file)
    {
        using RunFolder run = RunFolder.Open(folder);
        RunConfig config = RunConfig.Parse(run.ReadConfig(), run.ConfigPath);
        var record = RunRecord.Read(run);
        return record.Metrics is not null
            ? new ComparedRun(folder, config, record, file(config))
            : throw new UserErrorException($"The run '{folder}' is not finished, so it cannot be compared; finish it with 'qdiff train --resume --out {folder}'.");
    }

    /// <summary>The draws that are still to be measured.</summary>
    /// <param name="areOther">Those with other samplers, steps and temperatures, or else the run's own and its controls'.</param>
    public IReadOnlyList<RunDraw> Unmeasured(bool areOther) => [.. _draws.Where(draw => draw.IsOther == areOther && draw.IsDrawn && !_kept.ContainsKey(draw.Key(Config.Samples)))];

    /// <summary>Draws, measures what the run has not written down, and keeps it.</summary>
    /// <param name="draw">One of this run's draws.</param>
    /// <param name="train">Real training images.</param>
    /// <param name="test">Real test images.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="observer">Told of what was found.</param>
    /// <param name="cancellation">Stops on the way.</param>
    public void Measure(RunDraw draw, ImageDataset train, ImageDataset test, ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using SampleScorer scorer = SampleScorer.Create(train.Slice(0, Math.Min(Config.TrainImages, train.Count)), test, device.Tensors);
        IImageModel model = ImageTraining.Load(Folder, device, observer.Warn, draw.Variant);
        byte[] classes = LatentDiffusionModel.UniformClasses(Config.Samples);
        var clock = Stopwatch.StartNew();
        Tensor images = model.Generate(classes, draw.Settings, cancellation);
        float[] pixels = images.cpu().contiguous().data<float>().ToArray();
        double seconds = clock.Elapsed.TotalSeconds;
        JsonObject measured = draw.Known is null ? scorer.Score(images, Config.Kind.HasClasses ? classes : []).ToJson() : [];
        var generated = new ImageDataset(
            Config.Data, [.. pixels.Select(value => (byte)Math.Round(255 * Math.Clamp(value, 0, 1)))], Config.Kind.HasClasses ? classes : scorer.Classes(images));
        double accuracy = Classify(generated, Config.Seed, test, device, cancellation);
        measured[ClassifierAccuracy] = accuracy;
        measured[SecondsPerThousand] = seconds * 1000 / Config.Samples;
        _kept[draw.Key(Config.Samples)] = measured;
        AtomicFile.WriteText(_file, _kept.ToJsonString());
        observer.Note(string.Create(
            CultureInfo.InvariantCulture, $"{draw.Row}, seed {Config.Seed}: {Config.Samples:#,0} images in {seconds:0.0} s, a classifier trained on them names {accuracy:0.0 %} of the real test images"));
    }

    /// <summary>Share of real test images that a classifier names rightly which saw other images alone, 10,000 of them at most.</summary>
    /// <param name="seen">Those images.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="test">Real test images.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="cancellation">Stops the training.</param>
    public static double Classify(ImageDataset seen, ulong seed, ImageDataset test, ComputeDevice device, CancellationToken cancellation)
    {
        using FeatureNet net = FeatureNetTrainer.Train(
            seen.Slice(0, Math.Min(MostImages, seen.Count)), SeedSequence.Derive(seed, "classifier"), cancellation: cancellation, device: device.Tensors, epochs: Epochs);
        return FeatureNetTrainer.Accuracy(net, test);
    }

    /// <summary>What was kept of an earlier comparison; empty where there is nothing, or nothing whole.</summary>
    internal static JsonObject Read(string file)
    {
        try
        {
            return File.Exists(file) && JsonNode.Parse(File.ReadAllText(file)) is JsonObject whole ? whole : [];
        }
        catch (JsonException)
        {
            return []; // Measured again.
        }
    }

    private static JsonObject Joined(JsonObject? known, JsonObject? measured)
    {
        var both = new JsonObject();
        foreach ((string key, JsonNode? value) in (known ?? []).Concat(measured ?? []).Where(entry => entry.Value is JsonValue))
        {
            both[key] = value!.DeepClone();
        }

        return both;
    }
}
