using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace TorchSharp;

/// <summary>The norm of several tensors as one vector, in double.</summary>
internal static class GradientNorm
{
    /// <summary>(Σ|x|ᵖ)^{1/p}, or max |x| for an infinite order.</summary>
    public static double Of(IEnumerable<Tensor> tensors, double order)
    {
        var total = 0.0;
        foreach (var tensor in tensors)
        {
            using var dense = tensor.contiguous();
            if (dense.Type == ScalarType.Float32)
            {
                foreach (var block in Blocks(dense.Span<float>().Length))
                {
                    ReadOnlySpan<float> values = dense.Span<float>()[block];
                    if (double.IsPositiveInfinity(order))
                    {
                        total = Math.Max(total, Math.Abs((double)TensorPrimitives.MaxMagnitude(values)));
                    }
                    else if (order == 2)
                    {
                        total += TensorPrimitives.SumOfSquares(values);
                    }
                    else
                    {
                        foreach (var value in values)
                        {
                            total += Math.Pow(Math.Abs((double)value), order);
                        }
                    }
                }
            }
            else
            {
                foreach (var value in dense.Span<double>())
                {
                    total = double.IsPositiveInfinity(order) ? Math.Max(total, Math.Abs(value)) : total + Math.Pow(Math.Abs(value), order);
                }
            }
            GC.KeepAlive(dense);
        }
        return double.IsPositiveInfinity(order) ? total : Math.Pow(total, 1 / order);
    }

    // Short sums in single precision, joined in double.
    private static IEnumerable<Range> Blocks(int length)
    {
        for (var start = 0; start < length; start += 4096)
        {
            yield return start..Math.Min(length, start + 4096);
        }
    }
}
