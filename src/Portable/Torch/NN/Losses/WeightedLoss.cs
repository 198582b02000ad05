using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A loss with factors.</summary>
public abstract class WeightedLoss<T1, T2, TResult> : Loss<T1, T2, TResult>
{
    /// <param name="weight">Factors of elements or classes.</param>
    /// <param name="reduction">What becomes of the losses of the elements.</param>
    public WeightedLoss(Tensor? weight = null, nn.Reduction reduction = nn.Reduction.Mean)
        : base(reduction) => this.weight = weight;

    /// <summary>Factors of elements or classes.</summary>
    public Tensor? weight { get; }
}
