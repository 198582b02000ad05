namespace TorchSharp;

/// <summary>A loss of one prediction and one target with its derivative by the prediction, over blocks of elements.</summary>
internal interface ILossFunction<T>
{
    /// <summary>loss = l(x, t) and, unless empty, slope = ∂l/∂x.</summary>
    void Evaluate(ReadOnlySpan<T> x, ReadOnlySpan<T> t, Span<T> loss, Span<T> slope);
}
