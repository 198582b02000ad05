using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>A table of vectors, looked up by number; the vectors begin normally distributed.</summary>
    public sealed class Embedding : nn.Module<Tensor, Tensor>
    {
        private readonly long? _paddingIndex;
        private Parameter? _weight;

        internal Embedding(Tensor table, bool trainable, long? padding_idx)
            : base(nameof(Embedding))
        {
            _paddingIndex = padding_idx;
            weight = new Parameter(table, trainable);
        }

        /// <summary>[numbers, size of a vector].</summary>
        public Parameter? weight
        {
            get => _weight;
            set
            {
                _weight?.Dispose();
                _weight = (Parameter?)value?.DetachFromDisposeScope();
                ConditionallyRegisterParameter(nameof(weight), _weight);
            }
        }

        /// <summary>[…] numbers → […, size of a vector].</summary>
        public override Tensor forward(Tensor input) => IndexOps.Embedding(input, _weight!, _paddingIndex ?? -1);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>A table of vectors, looked up by number. The vector of padding_idx begins as zero and gets no gradient.</summary>
            /// <exception cref="NotSupportedException">A maximum norm, frequency scaling or sparse gradients are asked for.</exception>
            public static Embedding Embedding(
                long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2.0,
                bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            {
                RefuseExtras(max_norm, scale_grad_by_freq, sparse);
                var table = empty(num_embeddings, embedding_dims, dtype: dtype, device: device);
                init.normal_(table);
                if (padding_idx is { } padding)
                {
                    using var row = table.select(0, padding);
                    row.zero_();
                }
                return new Embedding(table, true, padding_idx);
            }

            /// <summary>A table of given vectors, looked up by number.</summary>
            /// <exception cref="NotSupportedException">A maximum norm, frequency scaling or sparse gradients are asked for.</exception>
            public static Embedding Embedding_from_pretrained(
                Tensor embeddings, bool freeze = true, long? padding_idx = null, double? max_norm = null, double norm_type = 2.0,
                bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            {
                RefuseExtras(max_norm, scale_grad_by_freq, sparse);
                return new Embedding(embeddings.detach().to_type(dtype ?? embeddings.dtype, copy: true), !freeze, padding_idx);
            }

            private static void RefuseExtras(double? maximum, bool scale, bool sparse)
            {
                if (maximum is not null || scale || sparse)
                {
                    throw new NotSupportedException("Embedding: max_norm, scale_grad_by_freq and sparse are not in this build; leave them out.");
                }
            }
        }
    }
}
