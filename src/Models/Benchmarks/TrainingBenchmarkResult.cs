namespace QDiff.Models.Benchmarks;

/// <summary>One kind of tensor work, measured.</summary>
/// <param name="Work">What was done, such as "product" or "convolution backward".</param>
/// <param name="Shape">On what.</param>
/// <param name="Seconds">Seconds for one call: the median of the repetitions.</param>
/// <param name="Operations">Multiply-adds of one call; 0 where memory is what counts or nothing was counted.</param>
/// <param name="Bytes">Bytes that one call must read and write; 0 where arithmetic is what counts.</param>
/// <param name="Limit">
/// Multiply-adds per second, or bytes copied per second, that this machine reached in between; NaN for a training step, whose work is of all kinds.
/// </param>
/// <param name="Share">Share of that limit: the median over the repetitions, each with the limit measured just before it.</param>
/// <param name="AllocatedBytes">Managed bytes that one call allocates once everything is warm.</param>
public sealed record TrainingBenchmarkResult(
    string Work, string Shape, double Seconds, double Operations, double Bytes, double Limit, double Share, double AllocatedBytes);
