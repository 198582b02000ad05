namespace QDiff.Models.Diffusion;

/// <summary>What a <see cref="Sampler"/> draws with.</summary>
/// <param name="Seed">Seed of the draw.</param>
/// <param name="FirstRow">Number of the first row: row i is the same however many are drawn at once.</param>
/// <param name="TemperatureInverse">τ &gt; 0 of ancestral steps: 1 samples the posterior, larger values sharpen it.</param>
public readonly record struct SamplerDraw(ulong Seed, long FirstRow, double TemperatureInverse);
