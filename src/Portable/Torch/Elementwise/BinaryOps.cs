using System.Numerics;
using System.Numerics.Tensors;

namespace TorchSharp;

// The elementwise functions of two operands, one type each: loops are compiled for every function and element type.

internal readonly struct AddOp<T> : IBinaryOp<T>
    where T : unmanaged, INumber<T>
{
    public static T Apply(T x, T y) => x + y;

    public static void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Add(x, y, result);

    public static void Apply(ReadOnlySpan<T> x, T y, Span<T> result) => TensorPrimitives.Add(x, y, result);

    public static void Apply(T x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Add(y, x, result);
}

internal readonly struct MultiplyOp<T> : IBinaryOp<T>
    where T : unmanaged, INumber<T>
{
    public static T Apply(T x, T y) => x * y;

    public static void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Multiply(x, y, result);

    public static void Apply(ReadOnlySpan<T> x, T y, Span<T> result) => TensorPrimitives.Multiply(x, y, result);

    public static void Apply(T x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Multiply(y, x, result);
}

internal readonly struct SubtractOp<T> : IBinaryOp<T>
    where T : unmanaged, INumber<T>
{
    public static T Apply(T x, T y) => x - y;

    public static void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Subtract(x, y, result);

    public static void Apply(ReadOnlySpan<T> x, T y, Span<T> result) => TensorPrimitives.Subtract(x, y, result);

    public static void Apply(T x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Subtract(x, y, result);
}

internal readonly struct DivideOp<T> : IBinaryOp<T>
    where T : unmanaged, INumber<T>
{
    public static T Apply(T x, T y) => x / y;

    public static void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Divide(x, y, result);

    public static void Apply(ReadOnlySpan<T> x, T y, Span<T> result) => TensorPrimitives.Divide(x, y, result);

    public static void Apply(T x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Divide(x, y, result);
}

internal readonly struct MaximumOp<T> : IBinaryOp<T>
    where T : unmanaged, INumber<T>
{
    public static T Apply(T x, T y) => T.Max(x, y);

    public static void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Max(x, y, result);

    public static void Apply(ReadOnlySpan<T> x, T y, Span<T> result) => TensorPrimitives.Max(x, y, result);

    public static void Apply(T x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Max(y, x, result);
}

internal readonly struct MinimumOp<T> : IBinaryOp<T>
    where T : unmanaged, INumber<T>
{
    public static T Apply(T x, T y) => T.Min(x, y);

    public static void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Min(x, y, result);

    public static void Apply(ReadOnlySpan<T> x, T y, Span<T> result) => TensorPrimitives.Min(x, y, result);

    public static void Apply(T x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Min(y, x, result);
}

internal readonly struct PowerOp<T> : IBinaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x, T y) => T.Pow(x, y);

    public static void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Apply(x[i], y[i]);
        }
    }

    public static void Apply(ReadOnlySpan<T> x, T y, Span<T> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Apply(x[i], y);
        }
    }

    public static void Apply(T x, ReadOnlySpan<T> y, Span<T> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Apply(x, y[i]);
        }
    }
}

internal readonly struct Atan2Op<T> : IBinaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x, T y) => T.Atan2(x, y);

    public static void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Apply(x[i], y[i]);
        }
    }

    public static void Apply(ReadOnlySpan<T> x, T y, Span<T> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Apply(x[i], y);
        }
    }

    public static void Apply(T x, ReadOnlySpan<T> y, Span<T> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Apply(x, y[i]);
        }
    }
}
