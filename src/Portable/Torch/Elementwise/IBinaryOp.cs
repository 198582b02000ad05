namespace TorchSharp;

/// <summary>An elementwise function of two operands: for one element, and for rows of them, either of which may be one repeated value.</summary>
internal interface IBinaryOp<T>
{
    static abstract T Apply(T x, T y);

    static abstract void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result);

    static abstract void Apply(ReadOnlySpan<T> x, T y, Span<T> result);

    static abstract void Apply(T x, ReadOnlySpan<T> y, Span<T> result);
}
