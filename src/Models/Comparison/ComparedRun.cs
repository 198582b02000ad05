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

/// <summary>A finished run with all that was measured of it.</summary>
/// <param name="Folder">The run folder.</param>
/// <param name="Config">Its settings.</param>
/// <param name="Record">What it wrote down.</param>
/// <param name="Draws">Every way to draw from it, with its scores.</param>
internal sealed record ComparedRun(string Folder, RunConfig Config, RunRecord Record, IReadOnlyList<(RunDraw Draw, JsonObject Scores)> Draws)
{
    private const int MostImages = 10_000;
    private const int Epochs = 4;
    private const string ClassifierAccuracy = "classifier_accuracy";
    private const string SecondsPerThousand = "seconds_per_thousand";

    /// <summary>Reads a finished run, and measures what neither it nor <paramref name="file"/> holds.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="file">Keeps what was measured, one draw after the other.</param>
    /// <param name="train">Real training images.</param>
    /// <param name="test">Real test images.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="observer">Told of progress.</param>
    /// <param name="cancellation">Stops on the way.</param>
    /// <exception cref="UserErrorException">The run is not finished, or damaged.</exception>
    public static ComparedRun Of(
        string folder, string file, ImageDataset train, ImageDataset test, ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation)
    {
        using RunFolder run = RunFolder.Open(folder);
        RunConfig config = RunConfig.Parse(run.ReadConfig(), run.ConfigPath);
        RunRecord record = RunRecord.Read(run);
        if (record.Metrics is null)
        {
            throw new UserErrorException($"The run '{folder}' is not finished, so it cannot be compared; finish it with 'qdiff train --resume --out {folder}'.");
        }

        IReadOnlyList<RunDraw> draws = RunDraw.Of(config, record);
        JsonObject kept = Read(file);
        using SampleScorer scorer = SampleScorer.Create(train.Slice(0, Math.Min(config.TrainImages, train.Count)), test, device.Tensors);
        foreach ((int done, RunDraw draw) in draws.Index())
        {
            if (!draw.IsDrawn || kept.ContainsKey(draw.Key(config.Samples)))
            {
                continue;
            }

            JsonObject measured = Measure(folder, config, draw, scorer, test, device, observer, cancellation);
            kept[draw.Key(config.Samples)] = measured;
            AtomicFile.WriteText(file, kept.ToJsonString());
            observer.Progress(new TrainingProgress("comparison", done + 1, draws.Count, double.NaN, double.NaN, TimeSpan.Zero));
            if (!draw.IsOther)
            {
                observer.Note(string.Create(
                    CultureInfo.InvariantCulture, $"{draw.Row}, seed {config.Seed}: {config.Samples:#,0} images in {measured[SecondsPerThousand]!.GetValue<double>() * config.Samples / 1000:0.0} s, a classifier trained on them names {measured[ClassifierAccuracy]!.GetValue<double>():0.0 %} of the real test images"));
            }
        }

        return new ComparedRun(folder, config, record, [.. draws.Select(draw => (draw, Joined(draw.Known, kept[draw.Key(config.Samples)] as JsonObject)))]);
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

    private static JsonObject Measure(
        string folder, RunConfig config, RunDraw draw, SampleScorer scorer, ImageDataset test, ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        IImageModel model = ImageTraining.Load(folder, device, observer.Warn, draw.Variant);
        byte[] classes = LatentDiffusionModel.UniformClasses(config.Samples);
        var clock = Stopwatch.StartNew();
        Tensor images = model.Generate(classes, draw.Settings, cancellation);
        float[] pixels = images.cpu().contiguous().data<float>().ToArray();
        double seconds = clock.Elapsed.TotalSeconds * 1000 / config.Samples;
        JsonObject measured = draw.Known is null ? scorer.Score(images, config.Kind.HasClasses ? classes : []).ToJson() : [];
        var generated = new ImageDataset(
            config.Data, [.. pixels.Select(value => (byte)Math.Round(255 * Math.Clamp(value, 0, 1)))], config.Kind.HasClasses ? classes : scorer.Classes(images));
        measured[ClassifierAccuracy] = Classify(generated, config.Seed, test, device, cancellation);
        measured[SecondsPerThousand] = seconds;
        return measured;
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
