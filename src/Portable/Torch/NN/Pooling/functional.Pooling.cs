namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>The greatest value of each window; lists are (y, x), and the stride is the kernel when not given.</summary>
            public static Tensor max_pool2d(
                Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false)
            {
                var (values, indices) = max_pool2d_with_indices(input, kernel_size, strides, padding, dilation, ceil_mode);
                indices.Dispose();
                return values;
            }

            /// <inheritdoc cref="max_pool2d(Tensor, long[], long[], long[], long[], bool)"/>
            public static Tensor max_pool2d(
                Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                max_pool2d(input, [kernel_size], List(stride), List(padding), List(dilation), ceil_mode);

            /// <inheritdoc cref="max_pool2d(Tensor, long[], long[], long[], long[], bool)"/>
            public static Tensor max_pool2d(
                Tensor input, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? dilation = null,
                bool ceil_mode = false) =>
                max_pool2d(input, [kernel_size.Item1, kernel_size.Item2], List(stride), List(padding), List(dilation), ceil_mode);

            /// <summary>The greatest value of each window, and its place y·width + x within its plane.</summary>
            public static (Tensor output, Tensor indices) max_pool2d_with_indices(
                Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false)
            {
                var kernel = Pair(kernel_size, 1);
                return PoolingOps.Max(input, kernel, strides is null or [] ? kernel : Pair(strides, 1), Pair(padding, 0), Pair(dilation, 1), ceil_mode);
            }

            /// <summary>The mean of each window; lists are (y, x), and the stride is the kernel when not given.</summary>
            public static Tensor avg_pool2d(
                Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null, bool ceil_mode = false, bool count_include_pad = true,
                long? divisor_override = null)
            {
                var kernel = Pair(kernel_size, 1);
                return PoolingOps.Average(
                    input, kernel, stride is null or [] ? kernel : Pair(stride, 1), Pair(padding, 0), ceil_mode, count_include_pad, divisor_override);
            }

            /// <inheritdoc cref="avg_pool2d(Tensor, long[], long[], long[], bool, bool, long?)"/>
            public static Tensor avg_pool2d(
                Tensor input, long kernel_size, long? stride = null, long padding = 0, bool ceil_mode = false, bool count_include_pad = true,
                long? divisor_override = null) =>
                avg_pool2d(input, [kernel_size], List(stride), [padding], ceil_mode, count_include_pad, divisor_override);

            /// <inheritdoc cref="avg_pool2d(Tensor, long[], long[], long[], bool, bool, long?)"/>
            public static Tensor avg_pool2d(
                Tensor input, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, bool ceil_mode = false,
                bool count_include_pad = true, long? divisor_override = null) =>
                avg_pool2d(
                    input, [kernel_size.Item1, kernel_size.Item2], List(stride), List(padding), ceil_mode, count_include_pad, divisor_override);

            /// <summary>Means over windows that divide the image into output_size (y, x).</summary>
            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size) => PoolingOps.AdaptiveAverage(input, Pair(output_size, 0));

            /// <inheritdoc cref="adaptive_avg_pool2d(Tensor, long[])"/>
            public static Tensor adaptive_avg_pool2d(Tensor input, (long, long) output_size) => PoolingOps.AdaptiveAverage(input, output_size);

            /// <inheritdoc cref="adaptive_avg_pool2d(Tensor, long[])"/>
            public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) => PoolingOps.AdaptiveAverage(input, (output_size, output_size));

            private static long[]? List(long? value) => value is { } number ? [number] : null;

            private static long[]? List((long, long)? pair) => pair is var (y, x) ? [y, x] : null;
        }
    }
}
