using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Work on all parameters at once.</summary>
        public static partial class utils
        {
            /// <summary>Scales all gradients by max_norm/(norm + 1e-6) where their joint norm exceeds max_norm. Returns the norm before.</summary>
            /// <param name="tensors">The parameters; those without a gradient do not count.</param>
            /// <param name="max_norm">The greatest norm.</param>
            /// <param name="norm_type">The order of the norm; infinity is the greatest magnitude.</param>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
            {
                Tensor[] gradients = [.. tensors.Select(Gradients.Of).OfType<Tensor>()];
                var total = GradientNorm.Of(gradients, norm_type);
                var factor = max_norm / (total + 1e-6);
                if (factor < 1)
                {
                    using var guard = no_grad();
                    foreach (var gradient in gradients)
                    {
                        gradient.mul_(factor);
                    }
                }
                return total;
            }

            /// <summary>Limits every element of the gradients to ±clip_value.</summary>
            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using var guard = no_grad();
                foreach (var gradient in tensors.Select(Gradients.Of).OfType<Tensor>())
                {
                    gradient.clamp_(-clip_value, clip_value);
                }
            }
        }
    }
}
