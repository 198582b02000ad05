namespace TorchSharp;

/// <summary>An elementwise function of one operand: for one element, and for rows of them.</summary>
internal interface IUnaryOp<T>
{
    static abstract T Apply(T x);

    static abstract void Apply(ReadOnlySpan<T> x, Span<T> result);
}
