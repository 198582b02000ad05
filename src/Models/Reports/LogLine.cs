using System.Text.Json;
using System.Text.Json.Nodes;
using QDiff.Models.Persistence;

namespace QDiff.Models.Reports;

/// <summary>One line of a run's log.</summary>
/// <param name="Step">Step of the run.</param>
/// <param name="Stage">Name of the stage.</param>
/// <param name="StageStep">Step of the stage.</param>
/// <param name="Loss">Mean loss of the last steps; null in a line about something else.</param>
/// <param name="Fid">FID on the way; null in a line about something else.</param>
internal sealed record LogLine(long Step, string Stage, long StageStep, double? Loss, double? Fid)
{
    /// <summary>Reads a line; null if it is torn or of another kind.</summary>
    public static LogLine? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject entry && entry["stage"] is { } stage && entry[RunFolder.StepField] is { } step
                ? new LogLine(step.GetValue<long>(), stage.GetValue<string>(), (entry["stage_step"] ?? step).GetValue<long>(), entry["loss"]?.GetValue<double>(), entry["fid"]?.GetValue<double>())
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
