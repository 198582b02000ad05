using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Two-dimensional convolution of [N, C, H, W] or [C, H, W].</summary>
    public sealed class Conv2d : Convolution
    {
        internal Conv2d(
            long in_channels, long out_channels, (long, long) kernel_size, (long, long) stride, (long, long)? padding, Padding? padding_type,
            (long, long) dilation, PaddingModes padding_mode, long groups, bool bias, Device? device, ScalarType? dtype)
            : base(
                nameof(Conv2d), in_channels, out_channels, [kernel_size.Item1, kernel_size.Item2], [stride.Item1, stride.Item2],
                padding is { } p ? [p.Item1, p.Item2] : null, padding_type, [dilation.Item1, dilation.Item2], false, [0, 0], groups, bias, padding_mode,
                device, dtype)
        {
        }

        /// <inheritdoc/>
        /// <exception cref="ArgumentException">The input is not [N, C, H, W] or [C, H, W] with this layer's channels.</exception>
        public override Tensor forward(Tensor input)
        {
            if (!ValidateShape(input, 2))
            {
                throw new ArgumentException($"Conv2d needs an input [N, {in_channels}, H, W] or [{in_channels}, H, W]; got {Shapes.Text(input.Sizes)}.");
            }
            if (padding is not null)
            {
                return nn.functional.conv2d(input, weight, bias, stride, padding, dilation, groups);
            }
            if (padding_type != Padding.Same)
            {
                return nn.functional.conv2d(input, weight, bias, stride, [0, 0], dilation, groups);
            }
            var (y, x) = (dilation[0] * (kernel_size[0] - 1), dilation[1] * (kernel_size[1] - 1));
            if (y % 2 == 0 && x % 2 == 0)
            {
                return nn.functional.conv2d(input, weight, bias, stride, [y / 2, x / 2], dilation, groups);
            }
            // An odd surplus goes to the right and below.
            using var padded = nn.functional.pad(input, [x / 2, x - (x / 2), y / 2, y - (y / 2)]);
            return nn.functional.conv2d(padded, weight, bias, stride, [0, 0], dilation, groups);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Two-dimensional convolution.</summary>
            public static Conv2d Conv2d(
                long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) => new(
                in_channels, out_channels, (kernel_size, kernel_size), (stride, stride), (padding, padding), null, (dilation, dilation), padding_mode, groups,
                bias, device, dtype);

            /// <summary>Two-dimensional convolution; pairs are (y, x).</summary>
            public static Conv2d Conv2d(
                long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null,
                (long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null,
                ScalarType? dtype = null) => new(
                in_channels, out_channels, kernel_size, stride ?? (1, 1), padding ?? (0, 0), null, dilation ?? (1, 1), padding_mode, groups, bias, device, dtype);

            /// <summary>Two-dimensional convolution with padding by kind.</summary>
            public static Conv2d Conv2d(
                long in_channels, long out_channels, long kernel_size, Padding padding, long stride = 1, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) => new(
                in_channels, out_channels, (kernel_size, kernel_size), (stride, stride), null, padding, (dilation, dilation), padding_mode, groups, bias, device,
                dtype);

            /// <summary>Two-dimensional convolution with padding by kind; pairs are (y, x).</summary>
            public static Conv2d Conv2d(
                long in_channels, long out_channels, (long, long) kernel_size, Padding padding, (long, long)? stride = null, (long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null) => new(
                in_channels, out_channels, kernel_size, stride ?? (1, 1), null, padding, dilation ?? (1, 1), padding_mode, groups, bias, device, dtype);
        }
    }
}
