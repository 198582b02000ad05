using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>The mean of each window of the planes.</summary>
    public sealed class AvgPool2d : ParameterLessModule<Tensor, Tensor>
    {
        internal AvgPool2d(long[] kernel_size, long[]? stride, long[]? padding, bool ceil_mode, bool count_include_pad, long? divisor_override)
            : base(nameof(AvgPool2d))
        {
            this.kernel_size = kernel_size;
            this.stride = stride;
            this.padding = padding;
            this.ceil_mode = ceil_mode;
            this.count_include_pad = count_include_pad;
            this.divisor_override = divisor_override;
        }

        /// <summary>(y, x).</summary>
        public long[] kernel_size { get; set; }

        /// <summary>(y, x); null: the kernel.</summary>
        public long[]? stride { get; set; }

        /// <summary>(y, x).</summary>
        public long[]? padding { get; set; }

        /// <summary>Whether a last window may reach over the border.</summary>
        public bool ceil_mode { get; set; }

        /// <summary>Whether the padding counts as zeros.</summary>
        public bool count_include_pad { get; set; }

        /// <summary>The divisor; null: the number of places.</summary>
        public long? divisor_override { get; set; }

        /// <inheritdoc/>
        public override Tensor forward(Tensor input) =>
            nn.functional.avg_pool2d(input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>The mean of each window; the stride is the kernel when not given.</summary>
            public static AvgPool2d AvgPool2d(
                long[] kernel_size, long[]? stride = null, long[]? padding = null, bool ceil_mode = false, bool count_include_pad = true,
                long? divisor_override = null) => new(kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override);

            /// <inheritdoc cref="AvgPool2d(long[], long[], long[], bool, bool, long?)"/>
            public static AvgPool2d AvgPool2d(
                (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, bool ceil_mode = false, bool count_include_pad = true,
                long? divisor_override = null) => new(
                [kernel_size.Item1, kernel_size.Item2], stride is var (sy, sx) ? [sy, sx] : null, padding is var (py, px) ? [py, px] : null, ceil_mode,
                count_include_pad, divisor_override);

            /// <inheritdoc cref="AvgPool2d(long[], long[], long[], bool, bool, long?)"/>
            public static AvgPool2d AvgPool2d(
                long kernel_size, long? stride = null, long? padding = null, bool ceil_mode = false, bool count_include_pad = true,
                long? divisor_override = null) => new(
                [kernel_size, kernel_size], stride is { } s ? [s, s] : null, padding is { } p ? [p, p] : null, ceil_mode, count_include_pad, divisor_override);
        }
    }
}
