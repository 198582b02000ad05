using System.Text.Json;
using System.Text.Json.Nodes;

namespace QDiff.Models.Pairings;

/// <summary>What scoring a pairing found.</summary>
/// <param name="Metrics">The content of <c>metrics.json</c>.</param>
/// <param name="Rows">The same for people: name, value and meaning.</param>
/// <param name="Figures">Pictures by their file name.</param>
public sealed record PairingReport(
    JsonObject Metrics, IReadOnlyList<(string Name, string Value, string Meaning)> Rows, IReadOnlyList<(string File, string Svg)> Figures)
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    /// <summary>The text of a <c>metrics.json</c>.</summary>
    public string ToJson() => Metrics.ToJsonString(s_json);
}
