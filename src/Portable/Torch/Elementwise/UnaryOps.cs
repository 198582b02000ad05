using System.Numerics;
using System.Numerics.Tensors;

namespace TorchSharp;

// The elementwise functions of one operand, one type each.

internal readonly struct NegateOp<T> : IUnaryOp<T>
    where T : unmanaged, INumber<T>
{
    public static T Apply(T x) => -x;

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Negate(x, result);
}

internal readonly struct AbsOp<T> : IUnaryOp<T>
    where T : unmanaged, INumber<T>
{
    public static T Apply(T x) => T.Abs(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Abs(x, result);
}

internal readonly struct SquareOp<T> : IUnaryOp<T>
    where T : unmanaged, INumber<T>
{
    public static T Apply(T x) => x * x;

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Multiply(x, x, result);
}

internal readonly struct SignOp<T> : IUnaryOp<T>
    where T : unmanaged, INumber<T>
{
    public static T Apply(T x) => T.CreateTruncating(T.Sign(x));

    public static void Apply(ReadOnlySpan<T> x, Span<T> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Apply(x[i]);
        }
    }
}

internal readonly struct ExpOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.Exp(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Exp(x, result);
}

internal readonly struct Expm1Op<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.ExpM1(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Apply(x[i]);
        }
    }
}

internal readonly struct LogOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.Log(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Log(x, result);
}

internal readonly struct Log2Op<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.Log2(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Log2(x, result);
}

internal readonly struct Log10Op<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.Log10(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Apply(x[i]);
        }
    }
}

internal readonly struct Log1pOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.LogP1(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Apply(x[i]);
        }
    }
}

internal readonly struct SqrtOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.Sqrt(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Sqrt(x, result);
}

internal readonly struct RsqrtOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.One / T.Sqrt(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Apply(x[i]);
        }
    }
}

internal readonly struct ReciprocalOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.One / x;

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Divide(T.One, x, result);
}

internal readonly struct SinOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.Sin(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Sin(x, result);
}

internal readonly struct CosOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.Cos(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Cos(x, result);
}

internal readonly struct TanOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.Tan(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Tan(x, result);
}

internal readonly struct AsinOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.Asin(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Apply(x[i]);
        }
    }
}

internal readonly struct AcosOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.Acos(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Apply(x[i]);
        }
    }
}

internal readonly struct AtanOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.Atan(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Apply(x[i]);
        }
    }
}

internal readonly struct SinhOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.Sinh(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Sinh(x, result);
}

internal readonly struct CoshOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.Cosh(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Cosh(x, result);
}

internal readonly struct TanhOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.Tanh(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Tanh(x, result);
}

internal readonly struct SigmoidOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.One / (T.One + T.Exp(-x));

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Sigmoid(x, result);
}

internal readonly struct ReluOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => x > T.Zero || T.IsNaN(x) ? x : T.Zero;

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Max(x, T.Zero, result);
}

internal readonly struct FloorOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.Floor(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Floor(x, result);
}

internal readonly struct CeilingOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.Ceiling(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Ceiling(x, result);
}

internal readonly struct RoundOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.Round(x, MidpointRounding.ToEven);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Round(x, result);
}

internal readonly struct TruncateOp<T> : IUnaryOp<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Apply(T x) => T.Truncate(x);

    public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Truncate(x, result);
}
