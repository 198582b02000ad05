namespace TorchSharp;

/// <summary>A smooth elementwise function and its derivative, over blocks of at most <see cref="ActivationOps.Block"/> elements.</summary>
internal interface IActivation<T>
{
    /// <summary>y = f(x).</summary>
    void Forward(ReadOnlySpan<T> x, Span<T> y);

    /// <summary>dx = g·f′(x).</summary>
    void Backward(ReadOnlySpan<T> g, ReadOnlySpan<T> x, Span<T> dx);
}
