namespace QDiff.Models.Comparison;

/// <summary>One model in the table.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Values">For every column that it has, the value of every seed.</param>
public sealed record ComparisonRow(string Name, IReadOnlyDictionary<string, IReadOnlyDictionary<ulong, double>> Values)
{
    /// <summary>Whether it is a model that has a row of its own already, drawn from in another way.</summary>
    public bool IsOtherDraw { get; init; }

    /// <summary>A column over all seeds that have it; null if none has.</summary>
    public Spread? Of(string column) => Values.TryGetValue(column, out IReadOnlyDictionary<ulong, double>? seeds) && seeds.Count > 0
        ? new Spread([.. seeds.OrderBy(seed => seed.Key).Select(seed => seed.Value)])
        : null;

    /// <summary>A column of this row against that of another, over the seeds that both have; null if there is none.</summary>
    public Spread? Against(ComparisonRow other, string column, Func<double, double, double> compare)
    {
        if (!Values.TryGetValue(column, out IReadOnlyDictionary<ulong, double>? here) || !other.Values.TryGetValue(column, out IReadOnlyDictionary<ulong, double>? there))
        {
            return null;
        }

        double[] both = [.. here.Keys.Intersect(there.Keys).Order().Select(seed => compare(here[seed], there[seed]))];
        return both.Length > 0 ? new Spread(both) : null;
    }
}
