namespace TorchSharp.Modules;

/// <summary>The settings of one group of parameters.</summary>
public class OptimizerOptions
{
    /// <summary>The present learning rate; null: the optimiser's.</summary>
    public double? LearningRate { get; set; }

    /// <summary>The learning rate when the group was added.</summary>
    public double InitialLearningRate { get; set; }

    /// <summary>Writes the settings.</summary>
    public virtual void SaveStateDict(BinaryWriter writer)
    {
        writer.Write(InitialLearningRate);
        writer.Write(LearningRate!.Value);
    }

    /// <summary>Reads the settings.</summary>
    public virtual void LoadStateDict(BinaryReader reader)
    {
        InitialLearningRate = reader.ReadDouble();
        LearningRate = reader.ReadDouble();
    }

    /// <summary>Copies the settings.</summary>
    public virtual void LoadStateDict(OptimizerOptions source)
    {
        InitialLearningRate = source.InitialLearningRate;
        LearningRate = source.LearningRate;
    }

    /// <summary>Takes from the optimiser's settings what these leave open.</summary>
    internal virtual void FillFrom(OptimizerOptions defaults) => LearningRate ??= defaults.LearningRate;
}
