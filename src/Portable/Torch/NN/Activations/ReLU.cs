using TorchSharp.Modules;

namespace TorchSharp.Modules
{
    /// <summary>max(x, 0), elementwise.</summary>
    public sealed class ReLU : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal ReLU(bool inplace)
            : base(nameof(ReLU))
        {
            this.inplace = inplace;
        }

        /// <summary>The constructor's argument.</summary>
        public bool inplace { get; set; }
        /// <inheritdoc/>
        public override torch.Tensor forward(torch.Tensor tensor) => inplace ? tensor.relu_().alias() : tensor.relu();
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>max(x, 0), elementwise.</summary>
            public static ReLU ReLU(bool inplace = false) => new(inplace);
        }
    }
}
