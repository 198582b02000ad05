using TorchSharp.Modules;

namespace TorchSharp.Modules
{
    /// <summary>x·σ(x), elementwise.</summary>
    public sealed class SiLU : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal SiLU(bool inplace)
            : base(nameof(SiLU))
        {
            this.inplace = inplace;
        }

        /// <summary>The constructor's argument.</summary>
        public bool inplace { get; set; }
        /// <inheritdoc/>
        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.silu(tensor, inplace);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>x·σ(x), elementwise.</summary>
            public static SiLU SiLU() => new(false);

            /// <summary>x·σ(x), elementwise.</summary>
            public static SiLU SiLU(bool inplace) => new(inplace);
        }
    }
}
