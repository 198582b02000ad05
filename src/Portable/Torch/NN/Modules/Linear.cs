using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>y = x·Wᵀ + b; W and b begin uniform in ±1/√in_features.</summary>
    public sealed class Linear : nn.Module<Tensor, Tensor>
    {
        private Parameter? _bias;
        private Parameter? _weight;

        internal Linear(Parameter weight, Parameter? bias = null)
            : base(nameof(Linear))
        {
            (out_features, in_features) = (weight.Sizes[0], weight.Sizes[1]);
            this.weight = weight;
            if (bias is not null)
            {
                this.bias = bias;
            }
        }

        internal Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null)
            : base(nameof(Linear))
        {
            (in_features, out_features) = (inputSize, outputSize);
            weight = new Parameter(empty(outputSize, inputSize, dtype: dtype, device: device));
            nn.init.kaiming_uniform_(weight, a: Math.Sqrt(5));
            if (hasBias)
            {
                bias = new Parameter(empty(outputSize, dtype: dtype, device: device));
                var bound = inputSize > 0 ? 1 / Math.Sqrt(inputSize) : 0;
                nn.init.uniform_(bias, -bound, bound);
            }
        }

        /// <summary>[out_features], or null.</summary>
        public Parameter? bias
        {
            get => _bias;
            set
            {
                _bias?.Dispose();
                _bias = (Parameter?)value?.DetachFromDisposeScope();
                ConditionallyRegisterParameter(nameof(bias), _bias);
            }
        }

        /// <summary>[out_features, in_features].</summary>
        public Parameter weight
        {
            get => _weight!;
            set
            {
                if (!ReferenceEquals(value, _weight))
                {
                    _weight?.Dispose();
                    _weight = (Parameter)value.DetachFromDisposeScope();
                    ConditionallyRegisterParameter(nameof(weight), _weight);
                }
            }
        }

        /// <summary>The last size of the input.</summary>
        public long in_features { get; set; }

        /// <summary>The last size of the output.</summary>
        public long out_features { get; set; }

        /// <inheritdoc/>
        public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, _weight!, _bias);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>y = x·Wᵀ + b.</summary>
            public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, outputSize, hasBias, device, dtype);

            /// <summary>y = x·Wᵀ + b with given parameters.</summary>
            public static Linear Linear(Parameter weight, Parameter? bias = null) => new(weight, bias);

            public static partial class functional
            {
                /// <summary>y = x·Wᵀ + b for x [..., k], W [n, k], b [n].</summary>
                public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => MatrixOps.Linear(input, weights, bias);
            }
        }
    }
}
