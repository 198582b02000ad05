using TorchSharp.Modules;

namespace TorchSharp.Modules
{
    /// <summary>1/(1 + e⁻ˣ), elementwise.</summary>
    public sealed class Sigmoid : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal Sigmoid(bool inplace)
            : base(nameof(Sigmoid))
        {
            this.inplace = inplace;
        }

        /// <summary>The constructor's argument.</summary>
        public bool inplace { get; set; }
        /// <inheritdoc/>
        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.sigmoid(tensor, inplace);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>1/(1 + e⁻ˣ), elementwise.</summary>
            public static Sigmoid Sigmoid() => new(false);

            /// <summary>1/(1 + e⁻ˣ), elementwise.</summary>
            public static Sigmoid Sigmoid(bool inplace) => new(inplace);
        }
    }
}
