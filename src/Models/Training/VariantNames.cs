using QDiff.Models.Hybrid;

namespace QDiff.Models.Training;

/// <summary>How variants are called in files and tables.</summary>
public static class VariantNames
{
    /// <summary>The trained model's controls, in the order in which they are trained.</summary>
    public static IReadOnlyList<DenoiserVariant> Controls { get; } =
        [DenoiserVariant.Frozen, DenoiserVariant.Removed, DenoiserVariant.NoEntangler, DenoiserVariant.Mlp];

    /// <summary>Snake-case name, such as <c>no_entangler</c>.</summary>
    public static string Of(DenoiserVariant variant) => variant switch
    {
        DenoiserVariant.Trained => "trained",
        DenoiserVariant.Frozen => "frozen",
        DenoiserVariant.Removed => "removed",
        DenoiserVariant.NoEntangler => "no_entangler",
        DenoiserVariant.Mlp => "mlp",
        _ => throw new ArgumentOutOfRangeException(nameof(variant), variant, "Unknown denoiser variant."),
    };
}
