namespace TorchSharp;

public static partial class torch
{
    /// <summary>How values between pixels are found. This build has <see cref="Nearest"/>.</summary>
    public enum InterpolationMode
    {
        /// <summary>The value of the pixel at ⌊place·scale⌋.</summary>
        Nearest = 0,

        /// <summary>Not in this build.</summary>
        Linear = 1,

        /// <summary>Not in this build.</summary>
        Bilinear = 2,

        /// <summary>Not in this build.</summary>
        Bicubic = 3,

        /// <summary>Not in this build.</summary>
        Trilinear = 4,

        /// <summary>Not in this build.</summary>
        Area = 5,

        /// <summary>Not in this build.</summary>
        NearestExact = 6,
    }

    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>[..., C·r², H, W] → [..., C, H·r, W·r].</summary>
            public static Tensor pixel_shuffle(Tensor input, long upscale_factor) => IndexOps.PixelShuffle(input, upscale_factor, inverse: false);

            /// <summary>[..., C, H·r, W·r] → [..., C·r², H, W].</summary>
            public static Tensor pixel_unshuffle(Tensor input, long downscale_factor) => IndexOps.PixelShuffle(input, downscale_factor, inverse: true);

            /// <summary>Adds a border of a constant; widths are (before, after) for the last dimension, then the one before it, and so on.</summary>
            /// <exception cref="NotSupportedException">The mode is not constant.</exception>
            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                if (mode is not (PaddingModes.Constant or PaddingModes.Zeros))
                {
                    throw new NotSupportedException($"pad of this build adds constants; got {mode}.");
                }
                return IndexOps.Pad(input, pad, value);
            }

            /// <inheritdoc cref="pad(Tensor, ReadOnlySpan{long}, PaddingModes, double)"/>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, pad.AsSpan(), mode, value);

            /// <inheritdoc cref="pad(Tensor, ReadOnlySpan{long}, PaddingModes, double)"/>
            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2], mode, value);

            /// <inheritdoc cref="pad(Tensor, ReadOnlySpan{long}, PaddingModes, double)"/>
            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

            /// <summary>In training sets each element to 0 with probability p and divides the others by 1 − p.</summary>
            /// <exception cref="ArgumentException">p is not in [0, 1].</exception>
            /// <exception cref="NotSupportedException">inplace is true.</exception>
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
            {
                if (p is not (>= 0 and <= 1))
                {
                    throw new ArgumentException($"The dropout probability must be in [0, 1]; got {p}.");
                }
                if (inplace)
                {
                    throw new NotSupportedException("inplace: true is not in this build for dropout; leave it out.");
                }
                return training && p > 0 ? IndexOps.Dropout(input, p) : input.alias();
            }

            /// <summary>Repeats pixels of [N, C, H, W] so that the image has the given size (y, x), or the given multiple of its own.</summary>
            /// <exception cref="NotSupportedException">The mode is not nearest, or the size is no whole multiple.</exception>
            public static Tensor interpolate(
                Tensor x, long[]? size = null, double[]? scale_factor = null, InterpolationMode mode = InterpolationMode.Nearest, bool? align_corners = null,
                bool recompute_scale_factor = false, bool antialias = false)
            {
                if (mode != InterpolationMode.Nearest || x.Rank != 4 || (size is null) == (scale_factor is null))
                {
                    throw new NotSupportedException($"interpolate of this build repeats pixels of [N, C, H, W], by size or by scale; got {mode} and {Shapes.Text(x.Sizes)}.");
                }
                var (height, width) = (x.Sizes[2], x.Sizes[3]);
                var (newHeight, newWidth) = size is not null
                    ? Pair(size, 1)
                    : ((long)(height * scale_factor![0]), (long)(width * scale_factor[^1]));
                if (newHeight % height != 0 || newWidth % width != 0)
                {
                    throw new NotSupportedException($"interpolate of this build takes whole multiples of {height}×{width}; got {newHeight}×{newWidth}.");
                }
                var (times, across) = (newHeight / height, newWidth / width);
                using var spread = x.reshape(x.Sizes[0], x.Sizes[1], height, 1, width, 1);
                using var repeated = spread.expand(x.Sizes[0], x.Sizes[1], height, times, width, across);
                return repeated.reshape(x.Sizes[0], x.Sizes[1], newHeight, newWidth);
            }
        }
    }
}
