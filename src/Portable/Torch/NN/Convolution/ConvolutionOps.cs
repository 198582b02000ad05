using System.Numerics;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace TorchSharp;

/// <summary>Convolution and transposed convolution of tensors, with their gradients.</summary>
internal static class ConvolutionOps
{
    /// <summary>x [N, C, H, W] or [C, H, W], w [O, C/groups, kh, kw], b [O]; pairs are (y, x).</summary>
    public static Tensor Convolve(
        Tensor x, Tensor w, Tensor? b, (long Y, long X) stride, (long Y, long X) padding, (long Y, long X) dilation, long groups)
    {
        if (x.Rank == 3)
        {
            using var one = x.unsqueeze(0);
            using var result = Convolve(one, w, b, stride, padding, dilation, groups);
            return result.squeeze(0);
        }
        Require("conv2d", x, w, b, w.Rank == 4 ? w.Sizes[0] : 0, w.Rank == 4 ? w.Sizes[1] * groups : 0);
        var s = Shape(x.Sizes, w.Sizes[0], w, stride, padding, dilation, groups);
        s.Validate();
        using var input = x.contiguous();
        using var weights = w.contiguous();
        using var bias = b?.contiguous();
        var output = Forward(s, input, weights, bias);
        if (!Autograd.Records(x, w, b))
        {
            return output;
        }
        return Autograd.Record(output, "Conv2d", [x, w, b], [input, weights], (node, g) =>
        {
            var gradient = g.contiguous();
            return
            [
                node.Needs(0) ? InputGradient(s, gradient, node.Saved(1)) : null,
                node.Needs(1) ? WeightGradient(s, node.Saved(0), gradient, node.Saved(1).Sizes) : null,
                node.Needs(2) ? BiasGradient(gradient) : null,
            ];
        });
    }

    /// <summary>The adjoint of a convolution as a layer: x [N, C, H, W] or [C, H, W], w [C, O/groups, kh, kw], b [O].</summary>
    public static Tensor ConvolveTransposed(
        Tensor x, Tensor w, Tensor? b, (long Y, long X) stride, (long Y, long X) padding, (long Y, long X) outputPadding, (long Y, long X) dilation, long groups)
    {
        if (x.Rank == 3)
        {
            using var one = x.unsqueeze(0);
            using var result = ConvolveTransposed(one, w, b, stride, padding, outputPadding, dilation, groups);
            return result.squeeze(0);
        }
        Require("conv_transpose2d", x, w, b, w.Rank == 4 ? w.Sizes[1] * groups : 0, w.Rank == 4 ? w.Sizes[0] : 0);
        if (outputPadding.Y >= Math.Max(stride.Y, dilation.Y) || outputPadding.X >= Math.Max(stride.X, dilation.X))
        {
            throw DTypes.Error($"The output padding must be smaller than stride or dilation; got {outputPadding} with stride {stride} and dilation {dilation}.");
        }
        var height = ((x.Sizes[2] - 1) * stride.Y) - (2 * padding.Y) + (dilation.Y * (w.Sizes[2] - 1)) + outputPadding.Y + 1;
        var width = ((x.Sizes[3] - 1) * stride.X) - (2 * padding.X) + (dilation.X * (w.Sizes[3] - 1)) + outputPadding.X + 1;
        // The convolution whose adjoint this is takes the result's images to the input's.
        var s = Shape([x.Sizes[0], w.Sizes[1] * groups, height, width], w.Sizes[0], w, stride, padding, dilation, groups);
        s.Validate();
        using var input = x.contiguous();
        using var weights = w.contiguous();
        using var bias = b?.contiguous();
        var output = InputGradient(s, input, weights);
        if (bias is not null && x.Type == ScalarType.Float32)
        {
            AddBias(output.Span<float>(), bias.Span<float>(), s.Height * s.Width);
        }
        else if (bias is not null)
        {
            AddBias(output.Span<double>(), bias.Span<double>(), s.Height * s.Width);
        }
        Keep(input, weights, bias, output);
        if (!Autograd.Records(x, w, b))
        {
            return output;
        }
        return Autograd.Record(output, "ConvTranspose2d", [x, w, b], [input, weights], (node, g) =>
        {
            var gradient = g.contiguous();
            return
            [
                node.Needs(0) ? Forward(s, gradient, node.Saved(1), null) : null,
                node.Needs(1) ? WeightGradient(s, gradient, node.Saved(0), node.Saved(1).Sizes) : null,
                node.Needs(2) ? BiasGradient(gradient) : null,
            ];
        });
    }

    private static void Require(string name, Tensor x, Tensor w, Tensor? b, long outChannels, long inChannels)
    {
        MatrixOps.RequireFloats(name, x, w, b);
        if (x.Rank != 4 || w.Rank != 4 || x.Sizes[1] != inChannels || (b is not null && (b.Rank != 1 || b.Sizes[0] != outChannels)))
        {
            throw DTypes.Error(
                $"{name} needs images [N, {inChannels}, H, W], weights of four dimensions and a bias [{outChannels}]; "
                + $"got {Shapes.Text(x.Sizes)}, {Shapes.Text(w.Sizes)} and {(b is null ? "no bias" : Shapes.Text(b.Sizes))}.");
        }
    }

    private static ConvolutionShape Shape(
        long[] images, long outChannels, Tensor w, (long Y, long X) stride, (long Y, long X) padding, (long Y, long X) dilation, long groups) => new(
        (int)images[0], (int)images[1], (int)images[2], (int)images[3], (int)outChannels, (int)w.Sizes[2], (int)w.Sizes[3], (int)stride.Y, (int)stride.X,
        (int)padding.Y, (int)padding.X, (int)dilation.Y, (int)dilation.X, (int)groups);

    private static Tensor Forward(ConvolutionShape s, Tensor x, Tensor w, Tensor? b)
    {
        var output = Tensor.Allocate([s.Batch, s.OutChannels, s.OutHeight, s.OutWidth], x.Type);
        if (x.Type == ScalarType.Float32)
        {
            Convolution.Forward<float>(s, x.Span<float>(), w.Span<float>(), b is null ? [] : b.Span<float>(), output.Span<float>());
        }
        else
        {
            Convolution.Forward<double>(s, x.Span<double>(), w.Span<double>(), b is null ? [] : b.Span<double>(), output.Span<double>());
        }
        Keep(x, w, b, output);
        return output;
    }

    private static Tensor InputGradient(ConvolutionShape s, Tensor gradient, Tensor w)
    {
        var output = Tensor.Allocate([s.Batch, s.Channels, s.Height, s.Width], w.Type);
        if (w.Type == ScalarType.Float32)
        {
            Convolution.BackwardInput<float>(s, gradient.Span<float>(), w.Span<float>(), output.Span<float>());
        }
        else
        {
            Convolution.BackwardInput<double>(s, gradient.Span<double>(), w.Span<double>(), output.Span<double>());
        }
        Keep(gradient, w, null, output);
        return output;
    }

    private static Tensor WeightGradient(ConvolutionShape s, Tensor x, Tensor gradient, long[] sizes)
    {
        var output = Tensor.Allocate(sizes, x.Type);
        if (x.Type == ScalarType.Float32)
        {
            Convolution.BackwardWeight<float>(s, x.Span<float>(), gradient.Span<float>(), output.Span<float>());
        }
        else
        {
            Convolution.BackwardWeight<double>(s, x.Span<double>(), gradient.Span<double>(), output.Span<double>());
        }
        Keep(x, gradient, null, output);
        return output;
    }

    private static Tensor BiasGradient(Tensor gradient)
    {
        var sizes = gradient.Sizes;
        var output = Tensor.Allocate([sizes[1]], gradient.Type);
        var (batch, channels, pixels) = ((int)sizes[0], (int)sizes[1], (int)(sizes[2] * sizes[3]));
        if (gradient.Type == ScalarType.Float32)
        {
            Convolution.BackwardBias<float>(batch, channels, pixels, gradient.Span<float>(), output.Span<float>());
        }
        else
        {
            Convolution.BackwardBias<double>(batch, channels, pixels, gradient.Span<double>(), output.Span<double>());
        }
        Keep(gradient, output, null, output);
        return output;
    }

    private static void AddBias<T>(Span<T> images, ReadOnlySpan<T> bias, int pixels)
        where T : unmanaged, INumber<T>
    {
        for (var plane = 0; plane * pixels < images.Length; plane++)
        {
            var values = images.Slice(plane * pixels, pixels);
            TensorPrimitives.Add(values, bias[plane % bias.Length], values);
        }
    }

    private static void Keep(Tensor a, Tensor b, Tensor? c, Tensor d)
    {
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(c);
        GC.KeepAlive(d);
    }
}
