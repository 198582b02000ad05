using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Pooling of tensors [N, C, H, W] or [C, H, W] with gradients; pairs are (y, x).</summary>
internal static class PoolingOps
{
    /// <summary>The greatest value of each window and its place within the plane.</summary>
    public static (Tensor Values, Tensor Indices) Max(
        Tensor x, (long Y, long X) kernel, (long Y, long X) stride, (long Y, long X) padding, (long Y, long X) dilation, bool ceiling)
    {
        Require("max_pool2d", x);
        var s = Strided(x, kernel, stride, padding, dilation, ceiling);
        using var input = x.contiguous();
        var output = Tensor.Allocate(OutputSizes(x, s), x.Type);
        var indices = Tensor.Allocate(OutputSizes(x, s), ScalarType.Int64);
        if (x.Type == ScalarType.Float32)
        {
            Pooling.Max<float>(s, input.Span<float>(), output.Span<float>(), indices.Span<long>());
        }
        else
        {
            Pooling.Max<double>(s, input.Span<double>(), output.Span<double>(), indices.Span<long>());
        }
        GC.KeepAlive(input);
        GC.KeepAlive(indices);
        if (!Autograd.Records(x))
        {
            return (output, indices);
        }
        var sizes = x.Sizes;
        Autograd.Record(output, "MaxPool2d", [x], [indices], (node, g) =>
        {
            var gradient = g.contiguous();
            var places = node.Saved(0);
            var result = Tensor.Allocate(sizes, g.Type);
            if (g.Type == ScalarType.Float32)
            {
                Pooling.MaxBackward<float>(s, gradient.Span<float>(), places.Span<long>(), result.Span<float>());
            }
            else
            {
                Pooling.MaxBackward<double>(s, gradient.Span<double>(), places.Span<long>(), result.Span<double>());
            }
            GC.KeepAlive(gradient);
            GC.KeepAlive(places);
            return [result];
        });
        return (output, indices);
    }

    /// <summary>The mean of each window.</summary>
    public static Tensor Average(
        Tensor x, (long Y, long X) kernel, (long Y, long X) stride, (long Y, long X) padding, bool ceiling, bool countPadding, long? divisor)
    {
        Require("avg_pool2d", x);
        if (divisor == 0)
        {
            throw DTypes.Error("avg_pool2d: the divisor must not be 0.");
        }
        var s = Strided(x, kernel, stride, padding, (1, 1), ceiling);
        using var input = x.contiguous();
        var output = Tensor.Allocate(OutputSizes(x, s), x.Type);
        if (x.Type == ScalarType.Float32)
        {
            Pooling.Average<float>(s, countPadding, divisor, input.Span<float>(), output.Span<float>());
        }
        else
        {
            Pooling.Average<double>(s, countPadding, divisor, input.Span<double>(), output.Span<double>());
        }
        GC.KeepAlive(input);
        if (!Autograd.Records(x))
        {
            return output;
        }
        var sizes = x.Sizes;
        return Autograd.Record(output, "AvgPool2d", [x], [], (_, g) =>
        {
            var gradient = g.contiguous();
            var result = Tensor.Allocate(sizes, g.Type);
            if (g.Type == ScalarType.Float32)
            {
                Pooling.AverageBackward<float>(s, countPadding, divisor, gradient.Span<float>(), result.Span<float>());
            }
            else
            {
                Pooling.AverageBackward<double>(s, countPadding, divisor, gradient.Span<double>(), result.Span<double>());
            }
            GC.KeepAlive(gradient);
            return [result];
        });
    }

    /// <summary>Means over as many windows as the output size asks for; 0 keeps the input's size.</summary>
    public static Tensor AdaptiveAverage(Tensor x, (long Y, long X) size)
    {
        Require("adaptive_avg_pool2d", x);
        var (height, width) = ((int)x.Sizes[^2], (int)x.Sizes[^1]);
        var s = new PoolingShape(
            (int)(x.ElementCount / (height * width)), height, width, (int)(size.Y == 0 ? height : size.Y), (int)(size.X == 0 ? width : size.X), 1, 1, 1, 1, 0, 0);
        using var input = x.contiguous();
        var output = Tensor.Allocate(OutputSizes(x, s), x.Type);
        if (x.Type == ScalarType.Float32)
        {
            Pooling.AdaptiveAverage<float>(s, input.Span<float>(), output.Span<float>());
        }
        else
        {
            Pooling.AdaptiveAverage<double>(s, input.Span<double>(), output.Span<double>());
        }
        GC.KeepAlive(input);
        if (!Autograd.Records(x))
        {
            return output;
        }
        var sizes = x.Sizes;
        return Autograd.Record(output, "AdaptiveAvgPool2d", [x], [], (_, g) =>
        {
            var gradient = g.contiguous();
            var result = Tensor.Allocate(sizes, g.Type);
            if (g.Type == ScalarType.Float32)
            {
                Pooling.AdaptiveAverageBackward<float>(s, gradient.Span<float>(), result.Span<float>());
            }
            else
            {
                Pooling.AdaptiveAverageBackward<double>(s, gradient.Span<double>(), result.Span<double>());
            }
            GC.KeepAlive(gradient);
            return [result];
        });
    }

    private static void Require(string name, Tensor x)
    {
        MatrixOps.RequireFloats(name, x, null);
        if (x.Rank is not (3 or 4) || x.ElementCount == 0)
        {
            throw DTypes.Error($"{name} needs images [N, C, H, W] or [C, H, W] that are not empty; got {Shapes.Text(x.Sizes)}.");
        }
    }

    private static PoolingShape Strided(
        Tensor x, (long Y, long X) kernel, (long Y, long X) stride, (long Y, long X) padding, (long Y, long X) dilation, bool ceiling)
    {
        var (height, width) = ((int)x.Sizes[^2], (int)x.Sizes[^1]);
        return new PoolingShape(
            (int)(x.ElementCount / (height * width)), height, width,
            PoolingShape.OutputSize(height, (int)kernel.Y, (int)stride.Y, (int)padding.Y, (int)dilation.Y, ceiling),
            PoolingShape.OutputSize(width, (int)kernel.X, (int)stride.X, (int)padding.X, (int)dilation.X, ceiling),
            (int)kernel.Y, (int)kernel.X, (int)stride.Y, (int)stride.X, (int)padding.Y, (int)padding.X, (int)dilation.Y, (int)dilation.X);
    }

    private static long[] OutputSizes(Tensor x, PoolingShape s) => [.. x.Sizes[..^2], s.OutHeight, s.OutWidth];
}
