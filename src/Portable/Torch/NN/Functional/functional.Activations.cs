namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>The layers as functions.</summary>
        public static partial class functional
        {
            /// <summary>max(x, 0), elementwise.</summary>
            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_().alias() : x.relu();

            /// <summary>1/(1 + e⁻ˣ), elementwise.</summary>
            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            /// <inheritdoc cref="sigmoid(Tensor)"/>
            public static Tensor sigmoid(Tensor x, bool inplace) => inplace ? x.sigmoid_().alias() : x.sigmoid();

            /// <summary>The hyperbolic tangent, elementwise.</summary>
            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? x.tanh_().alias() : x.tanh();

            /// <summary>x·σ(x), elementwise.</summary>
            public static Tensor silu(Tensor x, bool inplace = false) => Result(x.silu(), inplace);

            /// <summary>x above 0, negative_slope·x below, elementwise.</summary>
            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                Result(ActivationOps.LeakyRelu(input, negative_slope), inplace);

            /// <summary>log(1 + e^{beta·x})/beta, elementwise; x itself where beta·x exceeds the threshold.</summary>
            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => x.softplus(beta, threshold);

            /// <summary>eˣ/Σeˣ along a dimension.</summary>
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            /// <summary>x − log Σeˣ along a dimension.</summary>
            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            // These have no in-place kernel.
            private static Tensor Result(Tensor output, bool inplace)
            {
                if (inplace)
                {
                    output.Dispose();
                    throw new NotSupportedException("inplace: true is not in this build for this activation; leave it out.");
                }
                return output;
            }
        }
    }
}
