using System.Numerics;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace TorchSharp;

// The elementwise losses, one type each.

/// <summary>(x − t)², slope 2(x − t).</summary>
internal readonly struct SquaredError<T> : ILossFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Evaluate(ReadOnlySpan<T> x, ReadOnlySpan<T> t, Span<T> loss, Span<T> slope)
    {
        TensorPrimitives.Subtract(x, t, loss);
        if (!slope.IsEmpty)
        {
            TensorPrimitives.Add(loss, loss, slope);
        }
        TensorPrimitives.Multiply(loss, loss, loss);
    }
}

/// <summary>|x − t|, slope sign(x − t).</summary>
internal readonly struct AbsoluteError<T> : ILossFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Evaluate(ReadOnlySpan<T> x, ReadOnlySpan<T> t, Span<T> loss, Span<T> slope)
    {
        TensorPrimitives.Subtract(x, t, loss);
        for (var i = 0; i < slope.Length; i++)
        {
            slope[i] = T.CreateTruncating(T.Sign(loss[i]));
        }
        TensorPrimitives.Abs(loss, loss);
    }
}

/// <summary>(x − t)²/(2β) within β, |x − t| − β/2 beyond.</summary>
internal readonly struct SmoothAbsoluteError<T>(T beta) : ILossFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Evaluate(ReadOnlySpan<T> x, ReadOnlySpan<T> t, Span<T> loss, Span<T> slope)
    {
        var half = T.CreateChecked(0.5);
        for (var i = 0; i < loss.Length; i++)
        {
            var difference = x[i] - t[i];
            var size = T.Abs(difference);
            loss[i] = size < beta ? half * size * size / beta : size - (half * beta);
            if (!slope.IsEmpty)
            {
                slope[i] = size < beta ? difference / beta : T.CreateTruncating(T.Sign(difference));
            }
        }
    }
}

/// <summary>−t·log x − (1 − t)·log(1 − x) with logarithms not below −100; slope (x − t)/(x·(1 − x)), the divisor not below 10⁻¹².</summary>
internal readonly struct BinaryCrossEntropy<T> : ILossFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Evaluate(ReadOnlySpan<T> x, ReadOnlySpan<T> t, Span<T> loss, Span<T> slope)
    {
        var least = T.CreateChecked(-100);
        Span<T> other = stackalloc T[loss.Length];
        TensorPrimitives.Log(x, loss);
        TensorPrimitives.Max(loss, least, loss);
        TensorPrimitives.Subtract(T.One, x, other);
        TensorPrimitives.Log(other, other);
        TensorPrimitives.Max(other, least, other);
        // −(o + t·(l − o))
        TensorPrimitives.Subtract<T>(loss, other, loss);
        TensorPrimitives.MultiplyAdd<T>(loss, t, other, loss);
        TensorPrimitives.Negate<T>(loss, loss);
        if (!slope.IsEmpty)
        {
            var smallest = T.CreateChecked(1e-12);
            for (var i = 0; i < slope.Length; i++)
            {
                slope[i] = (x[i] - t[i]) / T.Max(x[i] * (T.One - x[i]), smallest);
            }
        }
    }
}

/// <summary>max(x, 0) − x·t + log(1 + e^{−|x|}), slope σ(x) − t.</summary>
internal readonly struct BinaryCrossEntropyOfLogits<T> : ILossFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Evaluate(ReadOnlySpan<T> x, ReadOnlySpan<T> t, Span<T> loss, Span<T> slope)
    {
        Span<T> rest = stackalloc T[loss.Length];
        TensorPrimitives.Abs(x, rest);
        TensorPrimitives.Negate<T>(rest, rest);
        TensorPrimitives.Exp<T>(rest, rest);
        TensorPrimitives.LogP1<T>(rest, rest);
        TensorPrimitives.Max(x, T.Zero, loss);
        TensorPrimitives.Add<T>(loss, rest, loss);
        TensorPrimitives.Multiply(x, t, rest);
        TensorPrimitives.Subtract<T>(loss, rest, loss);
        if (!slope.IsEmpty)
        {
            TensorPrimitives.Sigmoid(x, slope);
            TensorPrimitives.Subtract(slope, t, slope);
        }
    }
}
