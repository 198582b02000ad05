using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Normalises each group of channels of every sample, with a scale and a shift per channel.</summary>
    public sealed class GroupNorm : nn.Module<Tensor, Tensor>
    {
        private Parameter? _bias;
        private Parameter? _weight;

        internal GroupNorm(long num_groups, long num_channels, double eps, bool affine, Device? device, ScalarType? dtype)
            : base(nameof(GroupNorm))
        {
            this.num_groups = num_groups;
            this.eps = eps;
            this.affine = affine;
            if (affine)
            {
                weight = new Parameter(ones(num_channels, dtype: dtype, device: device));
                bias = new Parameter(zeros(num_channels, dtype: dtype, device: device));
            }
        }

        /// <summary>The shift per channel.</summary>
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

        /// <summary>The scale per channel.</summary>
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

        /// <summary>The number of groups.</summary>
        public long num_groups { get; set; }

        /// <summary>Added to the variance.</summary>
        public double eps { get; set; }

        /// <summary>Whether there is a scale and a shift.</summary>
        public bool affine { get; set; }

        /// <inheritdoc/>
        /// <exception cref="ArgumentException">The input has fewer than three dimensions.</exception>
        public override Tensor forward(Tensor tensor)
        {
            if (tensor.Rank < 3)
            {
                throw new ArgumentException($"GroupNorm needs an input [N, C, ...] of at least three dimensions; got {Shapes.Text(tensor.Sizes)}.");
            }
            return nn.functional.group_norm(tensor, num_groups, _weight, _bias, eps);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Normalises each group of channels of every sample.</summary>
            public static GroupNorm GroupNorm(
                long num_groups, long num_channels, double eps = 1e-05, bool affine = true, Device? device = null, ScalarType? dtype = null) =>
                new(num_groups, num_channels, eps, affine, device, dtype);
        }
    }
}
