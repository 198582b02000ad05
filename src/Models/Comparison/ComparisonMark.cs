namespace QDiff.Models.Comparison;

/// <summary>Something that the hybrid model should reach, and whether it does.</summary>
/// <param name="Claim">What it should reach.</param>
/// <param name="Figures">What was measured, or why nothing can be said.</param>
/// <param name="IsMet">Whether it does; null where nothing can be said.</param>
public sealed record ComparisonMark(string Claim, string Figures, bool? IsMet)
{
    private const double GaussianRatio = 0.6;
    private const double FewerStepsMayCost = 1.10;
    private const double ClassicalRatio = 1.05;
    private const double StandardErrors = 2;

    /// <summary>Met, missed or unknown.</summary>
    public string Verdict => IsMet switch { true => "met", false => "missed", null => "unknown" };

    /// <summary>Computes the marks from the table.</summary>
    public static IReadOnlyList<ComparisonMark> Of(ComparisonTable table) =>
    [
        Classical(table),
        Better(table, "the trained circuit is better than the frozen one", ComparisonTable.Frozen),
        Better(table, "the trained circuit is better than none", ComparisonTable.Removed),
        Ratio(table, FormattableString.Invariant($"ten steps cost at most {FewerStepsMayCost - 1:0 %}"), ComparisonTable.TenSteps, ComparisonTable.Hybrid, FewerStepsMayCost),
        Better(table, "the entangling gates pay: trained with CNOTs is better than trained without", ComparisonTable.NoEntangler),
        Ratio(table, FormattableString.Invariant($"the hybrid reaches the network of the same size on the same process: ratio at most {ClassicalRatio}"), ComparisonTable.Hybrid, ComparisonTable.Network, ClassicalRatio),
    ];

    private static ComparisonMark Classical(ComparisonTable table)
    {
        ComparisonRow? ddpm = table.Rows.FirstOrDefault(row => row.Name == ComparisonTable.Ddpm && row.Of("steps")?.Mean >= 1000);
        return Ratio(FormattableString.Invariant($"FID of the hybrid against the Gaussian latent DDPM at 1000 steps: ratio at most {GaussianRatio}"), table.Find(ComparisonTable.Hybrid), ddpm, GaussianRatio);
    }

    private static ComparisonMark Ratio(ComparisonTable table, string claim, string upper, string lower, double most) => Ratio(claim, table.Find(upper), table.Find(lower), most);

    private static ComparisonMark Ratio(string claim, ComparisonRow? upper, ComparisonRow? lower, double most)
    {
        if (upper is null || lower is null || upper.Against(lower, "fid", (a, _) => a) is not { } above)
        {
            return new ComparisonMark(claim, "not measured: both have to be in the comparison, with the same seeds", null);
        }

        Spread below = lower.Against(upper, "fid", (b, _) => b)!;
        double ratio = above.Mean / below.Mean;
        return new ComparisonMark(claim, FormattableString.Invariant($"{above.Text("0.00")} against {below.Text("0.00")}, ratio of the means {ratio:0.000}"), ratio <= most);
    }

    private static ComparisonMark Better(ComparisonTable table, string claim, string control)
    {
        claim = FormattableString.Invariant($"{claim} by more than {StandardErrors} standard errors");
        if (table.Find(control) is not { } other || table.Find(ComparisonTable.Hybrid) is not { } hybrid || other.Against(hybrid, "fid", (a, b) => a - b) is not { } gain)
        {
            return new ComparisonMark(claim, "not measured: the hybrid with its controls has to be in the comparison", null);
        }

        string figures = FormattableString.Invariant($"better by {gain.Text("0.00")} (mean and standard error of the paired differences over {gain.Values.Count} seeds)");
        return gain.StandardError is { } error
            ? new ComparisonMark(claim, figures, gain.Mean > StandardErrors * error)
            : new ComparisonMark(claim, FormattableString.Invariant($"better by {gain.Text("0.00")} with one seed, which has no standard error; take --seeds 2 or more"), null);
    }
}
