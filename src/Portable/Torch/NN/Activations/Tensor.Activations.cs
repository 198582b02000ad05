using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>eˣ/Σeˣ along a dimension.</summary>
    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

    public partial class Tensor
    {
        /// <summary>eˣ/Σeˣ along a dimension.</summary>
        public Tensor softmax(long dim, ScalarType? dtype = null)
        {
            using var converted = dtype is { } type ? to_type(type) : alias();
            return SoftmaxOps.Run(converted, dim, logarithm: false);
        }

        /// <summary>x − log Σeˣ along a dimension.</summary>
        public Tensor log_softmax(long dim, ScalarType? dtype = null)
        {
            using var converted = dtype is { } type ? to_type(type) : alias();
            return SoftmaxOps.Run(converted, dim, logarithm: true);
        }

        /// <summary>x·σ(x), elementwise.</summary>
        public Tensor silu() => ActivationOps.Silu(this);

        /// <summary>x·Φ(x), elementwise, Φ the normal distribution function.</summary>
        public Tensor gelu() => ActivationOps.Gelu(this);

        /// <summary>x·Φ(x), elementwise, exact or by a hyperbolic tangent.</summary>
        public Tensor gelu(GELU.Approximate approximate) => approximate == GELU.Approximate.tanh ? ActivationOps.GeluTanh(this) : ActivationOps.Gelu(this);

        /// <summary>x above 0, slope·x below, elementwise.</summary>
        public Tensor leaky_relu(Scalar negative_slope) => ActivationOps.LeakyRelu(this, negative_slope.ToDouble());

        /// <summary>x above 0, alpha·(eˣ − 1) below, elementwise.</summary>
        public Tensor elu(double alpha = 1) => ActivationOps.Elu(this, alpha);

        /// <summary>log(1 + e^{beta·x})/beta, elementwise; x itself where beta·x exceeds the threshold.</summary>
        public Tensor softplus(double beta = 1, double threshold = 20) => ActivationOps.Softplus(this, beta, threshold);
    }
}
