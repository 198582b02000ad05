using QDiff.Models.Hybrid;

namespace QDiff.Models.Training;

/// <summary>
/// Hides the class of some training samples, so that one network learns both what a class looks like and what all of them do
/// (Ho and Salimans 2022, docs/references.md: HoSalimans2022).
/// </summary>
internal static class LabelDropout
{
    /// <summary>Puts <see cref="Conditioning.NoClass"/> in place of the run's share of the labels, chosen by the seed and the step alone.</summary>
    public static void Apply(Span<byte> classes, RunConfig config, long step)
    {
        if (config.LabelDropout == 0)
        {
            return;
        }

        var draw = new Random((int)(SeedSequence.Derive(config.Seed, "label dropout", step) & int.MaxValue));
        foreach (ref byte label in classes)
        {
            label = draw.NextDouble() < config.LabelDropout ? Conditioning.NoClass : label;
        }
    }
}
