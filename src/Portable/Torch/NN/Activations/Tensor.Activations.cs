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

        /// <summary>x above 0, slope·x below, elementwise.</summary>
        public Tensor leaky_relu(Scalar negative_slope) => ActivationOps.LeakyRelu(this, negative_slope.ToDouble());

        /// <summary>log(1 + e^{beta·x})/beta, elementwise; x itself where beta·x exceeds the threshold.</summary>
        public Tensor softplus(double beta = 1, double threshold = 20) => ActivationOps.Softplus(this, beta, threshold);
    }
}
