using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A loss as a module.</summary>
public abstract class Loss<T1, T2, TResult> : nn.Module<T1, T2, TResult>
{
    /// <param name="reduction">What becomes of the losses of the elements.</param>
    public Loss(nn.Reduction reduction = nn.Reduction.Mean)
        : base(nameof(Loss<T1, T2, TResult>)) => this.reduction = reduction;

    /// <summary>What becomes of the losses of the elements.</summary>
    public nn.Reduction reduction { get; }
}
