using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>What Adam and AdamW remember of one parameter: steps taken, moments of the gradient, and for AMSGrad the greatest mean square.</summary>
internal readonly record struct AdamMoments(long Step, Tensor Mean, Tensor MeanSquare, Tensor? Greatest)
{
    /// <summary>Before the first step.</summary>
    public static AdamMoments Zero(Parameter parameter, bool amsGrad)
    {
        using var guard = no_grad();
        return new(
            0, zeros_like(parameter).DetachFromDisposeScope(), zeros_like(parameter).DetachFromDisposeScope(),
            amsGrad ? zeros_like(parameter).DetachFromDisposeScope() : null);
    }

    /// <summary>Updates the parameter and the moments for the step whose number they hold.</summary>
    public void Update(Tensor parameter, Tensor gradient, double learningRate, AdamSettings settings, bool decoupled) =>
        new AdamKernel(
            learningRate, settings.Beta1!.Value, settings.Beta2!.Value, settings.Epsilon!.Value, settings.WeightDecay!.Value, decoupled,
            settings.Maximize!.Value, Step).Run(parameter, gradient, Mean, MeanSquare, Greatest);

    /// <summary>Reads what <see cref="Save"/> wrote into these tensors.</summary>
    public AdamMoments Load(BinaryReader reader, Device device)
    {
        var step = reader.ReadInt64();
        Mean.Load(reader);
        MeanSquare.Load(reader);
        var greatest = Greatest;
        OptimizerState.LoadConditionalStateTensor(reader, ref greatest, device);
        return new(step, Mean, MeanSquare, greatest);
    }

    /// <summary>Writes steps and moments.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(Step);
        Mean.Save(writer);
        MeanSquare.Save(writer);
        OptimizerState.SaveConditionalStateTensor(writer, Greatest);
    }

    /// <summary>The same values in tensors of their own.</summary>
    public AdamMoments Copied() => new(
        Step, OptimizerState.Copied(Mean), OptimizerState.Copied(MeanSquare), Greatest is null ? null : OptimizerState.Copied(Greatest));

    /// <summary>Whether others have the same steps and nearly the same moments.</summary>
    public bool ApproximatelyEquals(AdamMoments other) =>
        Step == other.Step && Mean.allclose(other.Mean) && MeanSquare.allclose(other.MeanSquare)
        && (Greatest is null || (other.Greatest is not null && Greatest.allclose(other.Greatest)));

    /// <summary>Frees the tensors, where there are any yet.</summary>
    public void Free()
    {
        Mean?.Dispose();
        MeanSquare?.Dispose();
        Greatest?.Dispose();
    }
}
