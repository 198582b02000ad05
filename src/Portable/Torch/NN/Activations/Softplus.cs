using TorchSharp.Modules;

namespace TorchSharp.Modules
{
    /// <summary>log(1 + e^{beta·x})/beta, elementwise; x itself where beta·x exceeds the threshold.</summary>
    public sealed class Softplus : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal Softplus(double beta, double threshold)
            : base(nameof(Softplus))
        {
            this.beta = beta;
            this.threshold = threshold;
        }

        /// <summary>The constructor's argument.</summary>
        public double beta { get; set; }

        /// <summary>The constructor's argument.</summary>
        public double threshold { get; set; }
        /// <inheritdoc/>
        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.softplus(tensor, beta, threshold);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>log(1 + e^{beta·x})/beta, elementwise; x itself where beta·x exceeds the threshold.</summary>
            public static Softplus Softplus(double beta = 1, double threshold = 20) => new(beta, threshold);
        }
    }
}
