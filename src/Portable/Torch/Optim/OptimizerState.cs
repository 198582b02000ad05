using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What an optimiser remembers of one parameter.</summary>
public abstract class OptimizerState
{
    /// <summary>The parameter.</summary>
    protected Parameter _parameter;

    /// <param name="parameter">The parameter.</param>
    protected OptimizerState(Parameter parameter) => _parameter = parameter;

    /// <summary>Writes the state.</summary>
    public abstract void SaveStateDict(BinaryWriter writer);

    /// <summary>Reads the state.</summary>
    public abstract void LoadStateDict(BinaryReader reader);

    /// <summary>Copies the state.</summary>
    public abstract void LoadStateDict(OptimizerState source);

    /// <summary>Whether another state has nearly the same values.</summary>
    public virtual bool ApproximatelyEquals(OptimizerState other) => false;

    /// <summary>Begins anew.</summary>
    public abstract void Initialize(OptimizerOptions options);

    /// <summary>Moves the state to a device; this build has one.</summary>
    public virtual void to(Device device)
    {
    }

    /// <summary>Reads a tensor that may be missing.</summary>
    protected internal static void LoadConditionalStateTensor(BinaryReader reader, ref Tensor? result, Device device)
    {
        if (reader.ReadBoolean())
        {
            TensorExtensionMethods.Load(ref result, reader);
            result!.DetachFromDisposeScope();
            return;
        }
        result?.Dispose();
        result = null;
    }

    /// <summary>Writes a tensor that may be missing.</summary>
    protected internal static void SaveConditionalStateTensor(BinaryWriter writer, Tensor? tensor)
    {
        writer.Write(tensor is not null);
        tensor?.Save(writer);
    }

    internal static Tensor Copied(Tensor source)
    {
        using var plain = source.detach();
        return plain.clone().DetachFromDisposeScope();
    }
}
