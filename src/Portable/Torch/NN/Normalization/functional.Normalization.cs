namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Normalises each channel of [N, C, ...] by the statistics of the batch (training, which moves the running ones) or the running ones.</summary>
            public static Tensor batch_norm(
                Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight = null, Tensor? bias = null, bool training = false,
                double momentum = 0.1, double eps = 1e-05) =>
                BatchNormalization.Run(input, running_mean, running_var, weight, bias, training, momentum, eps);

            /// <summary>Normalises over the last dimensions, of shape normalized_shape.</summary>
            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05)
            {
                var lead = input.Rank - normalized_shape.Length;
                if (normalized_shape.Length == 0 || lead < 0 || !Shapes.Same(input.Sizes[lead..], normalized_shape)
                    || (weight is not null && !Shapes.Same(weight.Sizes, normalized_shape)) || (bias is not null && !Shapes.Same(bias.Sizes, normalized_shape)))
                {
                    throw DTypes.Error(
                        $"layer_norm over {Shapes.Text(normalized_shape)} does not fit an input of shape {Shapes.Text(input.Sizes)} or its weights.");
                }
                var length = (int)Shapes.Count(normalized_shape);
                return RowNormalization.Run(
                    "layer_norm", new RowNormalization((int)(input.ElementCount / Math.Max(length, 1)), length, 1, 1, eps), input, weight, bias);
            }

            /// <summary>Normalises each group of channels of every sample of [N, C, ...].</summary>
            public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05)
            {
                if (input.Rank < 2 || num_groups < 1 || input.Sizes[1] % num_groups != 0 || (weight is not null && weight.ElementCount != input.Sizes[1])
                    || (bias is not null && bias.ElementCount != input.Sizes[1]))
                {
                    throw DTypes.Error($"group_norm with {num_groups} groups does not fit an input of shape {Shapes.Text(input.Sizes)} or its weights.");
                }
                var pixels = (int)Shapes.Count(input.Sizes.AsSpan(2));
                var length = (int)(input.Sizes[1] / num_groups) * pixels;
                return RowNormalization.Run(
                    "group_norm", new RowNormalization((int)(input.Sizes[0] * num_groups), length, (int)num_groups, pixels, eps), input, weight, bias);
            }

            /// <summary>x/max(norm of order p, eps) along a dimension.</summary>
            public static Tensor normalize(Tensor input, double p = 2, long dim = 1, double eps = 1e-12)
            {
                if (p != 2)
                {
                    throw new NotSupportedException($"normalize of this build has order 2; got {p}.");
                }
                using var squares = input.square();
                using var sums = squares.sum([dim], keepdim: true);
                using var norms = sums.sqrt();
                using var bounded = norms.clamp_min(eps);
                return input / bounded;
            }
        }
    }
}
