namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Two-dimensional convolution (cross-correlation) of [N, C, H, W] with [O, C/groups, kh, kw]; lists are (y, x).</summary>
            public static Tensor conv2d(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1) =>
                ConvolutionOps.Convolve(input, weight, bias, Pair(strides, 1), Pair(padding, 0), Pair(dilation, 1), groups);

            /// <summary>The adjoint of a convolution: [N, C, H, W] with weights [C, O/groups, kh, kw]; lists are (y, x).</summary>
            public static Tensor conv_transpose2d(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? output_padding = null,
                long[]? dilation = null, long groups = 1) =>
                ConvolutionOps.ConvolveTransposed(
                    input, weight, bias, Pair(strides, 1), Pair(padding, 0), Pair(output_padding, 0), Pair(dilation, 1), groups);

            /// <summary>(y, x) from a list of one or two numbers.</summary>
            internal static (long Y, long X) Pair(long[]? values, long missing) => values switch
            {
                null or [] => (missing, missing),
                [var both] => (both, both),
                [var y, var x] => (y, x),
                _ => throw DTypes.Error($"Two numbers (y, x) are needed; got {values.Length}."),
            };
        }
    }
}
