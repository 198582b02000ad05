using System.Text.Json;
using System.Text.Json.Nodes;
using QDiff.Models.Persistence;

namespace QDiff.Cli.Tests;

/// <summary>A run that is small enough to be trained in every round of tests, and how to compare two of them.</summary>
public sealed class TinyRun : IDisposable
{
    /// <summary>The options that make it small.</summary>
    public static readonly string[] Options =
    [
        "--data", "digits", "--train-images", "2000", "--qubits", "2", "--layers", "2", "--reupload-radius", "0", "--diffusion-steps", "12", "--samples", "1000",
        "--autoencoder-epochs", "1", "--denoiser-steps", "200", "--batch", "32", "--fid-points", "2",
    ];

    private readonly TemporaryFolder _folder = new();

    public TinyRun()
    {
        Path = _folder.File("run");
        Result = CommandRunner.Run(["train", "--out", Path, .. Options]);
    }

    /// <summary>The run's folder.</summary>
    public string Path { get; }

    /// <summary>What training it printed.</summary>
    internal CommandResult Result { get; }

    public void Dispose() => _folder.Dispose();

    /// <summary>Copies the run to another folder.</summary>
    public void CopyTo(string target)
    {
        foreach (string file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
        {
            string copy = System.IO.Path.Combine(target, System.IO.Path.GetRelativePath(Path, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>Asserts that another run ended with the same weights, images and scores, bit for bit.</summary>
    public void AssertSame(string other)
    {
        Assert.Equal(Scores(Path), Scores(other));
        Assert.Equal(Log(Path), Log(other));
        Assert.Equal(File.ReadAllBytes(Grid(Path)), File.ReadAllBytes(Grid(other)));
        foreach (string stage in Directory.EnumerateDirectories(System.IO.Path.Combine(Path, "checkpoints")).Select(s => System.IO.Path.GetFileName(s)))
        {
            IReadOnlyDictionary<string, StoredTensor> here = SafeTensors.Read(Newest(Path, stage)).Tensors;
            IReadOnlyDictionary<string, StoredTensor> there = SafeTensors.Read(Newest(other, stage)).Tensors;
            Assert.Equal(here.Keys.Order(), there.Keys.Order());
            Assert.All(here, tensor => Assert.True(
                tensor.Value.Bytes.AsSpan().SequenceEqual(there[tensor.Key].Bytes), $"'{tensor.Key}' of stage {stage} differs between '{Path}' and '{other}'."));
        }
    }

    /// <summary>The newest checkpoint of a stage.</summary>
    public static string Newest(string run, string stage) =>
        Directory.EnumerateFiles(System.IO.Path.Combine(run, "checkpoints", stage), "step-*.safetensors").Order(StringComparer.Ordinal).Last();

    /// <summary>The grid of images.</summary>
    public static string Grid(string run) => System.IO.Path.Combine(run, "samples", "grid.png");

    /// <summary>metrics.json without what a clock measured.</summary>
    private static string Scores(string run)
    {
        JsonNode metrics = JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(run, "metrics.json")))!;
        RemoveSeconds(metrics.AsObject());
        return metrics.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    /// <summary>log.jsonl in the order of its steps, without what a clock measured: an early stage trained again logs after the later ones.</summary>
    private static string[] Log(string run) => [.. File.ReadLines(System.IO.Path.Combine(run, "log.jsonl"))
        .Select(line => JsonNode.Parse(line)!.AsObject())
        .OrderBy(entry => entry["step"]!.GetValue<long>())
        .Select(entry =>
        {
            RemoveSeconds(entry);
            return entry.ToJsonString();
        })];

    private static void RemoveSeconds(JsonObject node)
    {
        foreach ((string key, JsonNode? value) in node.ToArray())
        {
            if (key.EndsWith("seconds", StringComparison.Ordinal))
            {
                node.Remove(key);
            }
            else if (value is JsonObject inner)
            {
                RemoveSeconds(inner);
            }
        }
    }
}
