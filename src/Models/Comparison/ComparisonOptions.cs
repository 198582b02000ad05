using QDiff.Models.Generators;
using QDiff.Models.Training;

namespace QDiff.Models.Comparison;

/// <summary>What is compared.</summary>
/// <param name="Preset">The budget: preset of every run that is trained here.</param>
/// <param name="Seeds">k: seeds 1 to k are trained.</param>
/// <param name="Kinds">The models; the hybrid brings its controls.</param>
/// <param name="Runs">Folders of finished runs to compare instead of training any; empty to train.</param>
/// <param name="Data">Which images.</param>
/// <param name="Depart">What departs from the preset in every run; null for nothing.</param>
public sealed record ComparisonOptions(string Preset, int Seeds, IReadOnlyList<ImageModelKind> Kinds, IReadOnlyList<string> Runs, DataOptions Data, Func<RunConfig, RunConfig>? Depart = null);
