using System.Text.Json;
using System.Text.Json.Nodes;
using QDiff.Models.Persistence;

namespace QDiff.Models.Reports;

/// <summary>What a run of any model has written down so far.</summary>
/// <param name="Config">config.json.</param>
/// <param name="Metrics">metrics.json; null while the run is not finished.</param>
/// <param name="Log">The lines of log.jsonl that are whole, in the order of their steps.</param>
internal sealed record RunRecord(JsonObject Config, JsonObject? Metrics, IReadOnlyList<LogLine> Log)
{
    /// <summary>Name of the model.</summary>
    public string Model => Text("model");

    /// <summary>Reads a run; a torn line of the log is passed over.</summary>
    /// <exception cref="UserErrorException">A file is unreadable or damaged.</exception>
    public static RunRecord Read(RunFolder run)
    {
        JsonObject config = JsonNode.Parse(run.ReadConfig()) as JsonObject
            ?? throw new UserErrorException($"'{run.ConfigPath}' is not the configuration of a run of this program; name the folder that train wrote (its --out).");
        var log = new List<LogLine>();
        try
        {
            foreach (string line in File.Exists(run.LogPath) ? File.ReadLines(run.LogPath) : [])
            {
                if (LogLine.Parse(line) is { } whole)
                {
                    log.Add(whole);
                }
            }

            JsonObject? metrics = run.IsFinished ? JsonNode.Parse(File.ReadAllText(run.MetricsPath)) as JsonObject : null;
            return new RunRecord(config, metrics, [.. log.OrderBy(line => line.Step)]);
        }
        catch (JsonException e)
        {
            throw new UserErrorException($"'{run.MetricsPath}' is not JSON: it was damaged or edited; score the run again with 'qdiff train --resume --out {run.Root}'.", e);
        }
        catch (Exception e) when (IoFailure.IsUsers(e))
        {
            throw new UserErrorException($"Cannot read the run '{run.Root}': {IoFailure.Reason(e)}.", e);
        }
    }

    /// <summary>An entry of the configuration as text; empty where there is none.</summary>
    public string Text(string entry) => Config[entry]?.ToString() ?? "";

    /// <summary>A number of the metrics by its path; null where there is none.</summary>
    public double? Number(params string[] path)
    {
        JsonNode? node = Metrics;
        foreach (string key in path)
        {
            node = (node as JsonObject)?[key];
        }

        return node is JsonValue value && value.TryGetValue(out double number) ? number : null;
    }
}
