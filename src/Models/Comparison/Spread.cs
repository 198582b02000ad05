using System.Globalization;
using System.Text.Json.Nodes;

namespace QDiff.Models.Comparison;

/// <summary>A number over seeds.</summary>
/// <param name="Values">One for every seed that has it, in the order of the seeds.</param>
public sealed record Spread(IReadOnlyList<double> Values)
{
    /// <summary>The mean.</summary>
    public double Mean => Values.Average();

    /// <summary>Standard error of the mean, √(Σ(x − mean)²/(k(k − 1))); null for one seed, which has no spread.</summary>
    public double? StandardError => Values.Count < 2 ? null
        : Math.Sqrt(Values.Sum(value => (value - Mean) * (value - Mean)) / (Values.Count * (Values.Count - 1.0)));

    /// <summary>Mean ± standard error.</summary>
    /// <param name="format">How a number is written.</param>
    public string Text(string format) =>
        $"{Mean.ToString(format, CultureInfo.InvariantCulture)}{(StandardError is > 0 and var error ? $" ± {error.ToString(format, CultureInfo.InvariantCulture)}" : "")}";

    /// <summary>The values with mean and standard error.</summary>
    public JsonObject ToJson() => new()
    {
        ["mean"] = Mean,
        ["standard_error"] = StandardError,
        ["values"] = new JsonArray([.. Values.Select(value => JsonValue.Create(value))]),
    };
}
