namespace TorchSharp;

/// <summary>What the options of Adam and AdamW hold beside the learning rate; null: left open.</summary>
internal readonly record struct AdamSettings(double? Beta1, double? Beta2, double? Epsilon, double? WeightDecay, bool? AmsGrad, bool? Maximize)
{
    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static AdamSettings Load(BinaryReader reader) => new(
        reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadBoolean(), reader.ReadBoolean());

    /// <summary>Writes the settings, none of which may be open.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(Beta1!.Value);
        writer.Write(Beta2!.Value);
        writer.Write(Epsilon!.Value);
        writer.Write(WeightDecay!.Value);
        writer.Write(AmsGrad!.Value);
        writer.Write(Maximize!.Value);
    }

    /// <summary>These settings, with those of the defaults where they are open.</summary>
    public AdamSettings Or(AdamSettings defaults) => new(
        Beta1 ?? defaults.Beta1, Beta2 ?? defaults.Beta2, Epsilon ?? defaults.Epsilon, WeightDecay ?? defaults.WeightDecay, AmsGrad ?? defaults.AmsGrad,
        Maximize ?? defaults.Maximize);

    /// <summary>Refuses settings out of range.</summary>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public void Require(string optimiser, double learningRate)
    {
        if (!(learningRate >= 0) || !(Epsilon >= 0) || !(WeightDecay >= 0) || Beta1 is not (>= 0 and < 1) || Beta2 is not (>= 0 and < 1))
        {
            throw new ArgumentException(
                $"{optimiser} needs lr, eps and weight_decay of at least 0 and betas in [0, 1); "
                + $"got lr {learningRate}, eps {Epsilon}, weight_decay {WeightDecay}, beta1 {Beta1}, beta2 {Beta2}.");
        }
    }
}
