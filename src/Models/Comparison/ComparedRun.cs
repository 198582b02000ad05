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

/// <summary>A finished run and what the comparison measures beyond its own scores.</summary>
/// <param name="Folder">The run folder.</param>
/// <param name="Config">Its settings.</param>
/// <param name="Record">What it wrote down.</param>
/// <param name="ClassifierAccuracy">Share of real test images that a classifier names rightly which saw generated images alone; null for a model without classes.</param>
/// <param name="SecondsPerThousand">Seconds that a thousand images take.</param>
internal sealed record ComparedRun(string Folder, RunConfig Config, RunRecord Record, double? ClassifierAccuracy, double SecondsPerThousand)
{
    private const int MostImages = 10_000;
    private const int Epochs = 4;

    /// <summary>Reads a finished run, and measures what is not in <paramref name="file"/> yet.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="file">Keeps what was measured.</param>
    /// <param name="test">Real test images.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="observer">Told of warnings.</param>
    /// <param name="cancellation">Stops on the way.</param>
    /// <exception cref="UserErrorException">The run is not finished, or damaged.</exception>
    public static ComparedRun Of(string folder, string file, ImageDataset test, ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation)
    {
        using RunFolder run = RunFolder.Open(folder);
        RunConfig config = RunConfig.Parse(run.ReadConfig(), run.ConfigPath);
        RunRecord record = RunRecord.Read(run);
        if (record.Metrics is null)
        {
            throw new UserErrorException($"The run '{folder}' is not finished, so it cannot be compared; finish it with 'qdiff train --resume --out {folder}'.");
        }

        if (Read(file) is not { } measured)
        {
            measured = Measure(folder, config, test, device, observer, cancellation);
            AtomicFile.WriteText(file, measured.ToJsonString());
        }

        return new ComparedRun(folder, config, record, measured["classifier_accuracy"]?.GetValue<double>(), measured["seconds_per_thousand"]!.GetValue<double>());
    }

    private static JsonObject? Read(string file)
    {
        try
        {
            return File.Exists(file) && JsonNode.Parse(File.ReadAllText(file)) is JsonObject { Count: 2 } whole ? whole : null;
        }
        catch (JsonException)
        {
            return null; // Measured again.
        }
    }

    private static JsonObject Measure(
        string folder, RunConfig config, ImageDataset test, ComputeDevice device, ITrainingObserver observer, CancellationToken cancellation)
    {
        IImageModel model = ImageTraining.Load(folder, device, observer.Warn);
        int count = Math.Min(MostImages, config.Samples);
        byte[] classes = LatentDiffusionModel.UniformClasses(count);
        var clock = Stopwatch.StartNew();
        using Tensor images = model.Generate(classes, DrawSettings.Of(config) with { Seed = SeedSequence.Derive(config.Seed, "comparison") }, cancellation);
        float[] pixels = images.cpu().contiguous().data<float>().ToArray();
        double seconds = clock.Elapsed.TotalSeconds * 1000 / count;
        double? accuracy = null;
        if (config.Kind.HasClasses)
        {
            var generated = new ImageDataset(config.Data, [.. pixels.Select(value => (byte)Math.Round(255 * Math.Clamp(value, 0, 1)))], classes);
            using FeatureNet net = FeatureNetTrainer.Train(generated, SeedSequence.Derive(config.Seed, "classifier"), cancellation: cancellation, device: device.Tensors, epochs: Epochs);
            accuracy = FeatureNetTrainer.Accuracy(net, test);
        }

        observer.Note(string.Create(CultureInfo.InvariantCulture, $"{config.Kind}, seed {config.Seed}: {count:#,0} images in {seconds * count / 1000:0.0} s{(accuracy is { } share ? $", a classifier trained on them names {share:0.0 %} of the real test images" : "")}"));
        return new JsonObject { ["classifier_accuracy"] = accuracy, ["seconds_per_thousand"] = seconds };
    }
}
