namespace QDiff.Models.Metrics;

/// <summary>How far the training of the <see cref="FeatureNet"/> has come.</summary>
/// <param name="Step">Batches done.</param>
/// <param name="Steps">Batches in all.</param>
/// <param name="Loss">Mean cross-entropy of the last batches, nats.</param>
public readonly record struct FeatureNetProgress(int Step, int Steps, double Loss);
