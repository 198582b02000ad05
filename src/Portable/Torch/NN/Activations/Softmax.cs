using TorchSharp.Modules;

namespace TorchSharp.Modules
{
    /// <summary>eˣ/Σeˣ along a dimension.</summary>
    public sealed class Softmax : ParameterLessModule<torch.Tensor, torch.Tensor>
    {
        internal Softmax(long dim)
            : base(nameof(Softmax))
        {
            this.dim = dim;
        }

        /// <summary>The constructor's argument.</summary>
        public long dim { get; set; }
        /// <inheritdoc/>
        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.softmax(tensor, dim);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>eˣ/Σeˣ along a dimension.</summary>
            public static Softmax Softmax(long dim) => new(dim);
        }
    }
}
