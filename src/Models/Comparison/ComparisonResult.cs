namespace QDiff.Models.Comparison;

/// <summary>What a comparison has come to.</summary>
/// <param name="Table">All models that could be measured.</param>
/// <param name="Marks">What the hybrid should reach.</param>
/// <param name="Missing">What could not be trained or measured, and why: one sentence each.</param>
public sealed record ComparisonResult(ComparisonTable Table, IReadOnlyList<ComparisonMark> Marks, IReadOnlyList<string> Missing);
