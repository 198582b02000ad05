namespace QDiff.Models.Metrics;

/// <summary>How two clouds of feature vectors overlap; see <see cref="PrecisionRecall"/>.</summary>
/// <param name="Precision">Share of generated pictures that lie among the real ones.</param>
/// <param name="Recall">Share of real pictures that lie among the generated ones.</param>
/// <param name="Density">Mean number of real neighbourhoods that hold a generated picture, over k; 1 for equal distributions, may exceed 1.</param>
/// <param name="Coverage">Share of real neighbourhoods that hold a generated picture.</param>
public readonly record struct ManifoldScores(double Precision, double Recall, double Density, double Coverage);
