using TorchSharp.Modules;

namespace TorchSharp.Modules
{
    /// <summary>x above 0, alpha·(eˣ − 1) below, elementwise.</summary>
    public sealed class ELU : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal ELU(double alpha, bool inplace)
            : base(nameof(ELU))
        {
            this.alpha = alpha;
            this.inplace = inplace;
        }

        /// <summary>The constructor's argument.</summary>
        public double alpha { get; set; }

        /// <summary>The constructor's argument.</summary>
        public bool inplace { get; set; }
        /// <inheritdoc/>
        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.elu(tensor, alpha, inplace);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>x above 0, alpha·(eˣ − 1) below, elementwise.</summary>
            public static ELU ELU(double alpha = 1.0, bool inplace = false) => new(alpha, inplace);
        }
    }
}
