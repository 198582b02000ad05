using TorchSharp.Modules;

namespace TorchSharp.Modules
{
    /// <summary>The hyperbolic tangent, elementwise.</summary>
    public sealed class Tanh : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal Tanh(bool inplace)
            : base(nameof(Tanh))
        {
            this.inplace = inplace;
        }

        /// <summary>The constructor's argument.</summary>
        public bool inplace { get; set; }
        /// <inheritdoc/>
        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.tanh(tensor, inplace);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>The hyperbolic tangent, elementwise.</summary>
            public static Tanh Tanh() => new(false);

            /// <summary>The hyperbolic tangent, elementwise.</summary>
            public static Tanh Tanh(bool inplace = false) => new(inplace);
        }
    }
}
