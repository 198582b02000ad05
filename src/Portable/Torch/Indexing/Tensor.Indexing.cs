using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>A part: a view for numbers, slices and new dimensions, a copy where an index is a tensor. Assigning writes into this tensor.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        /// <inheritdoc cref="this[TensorIndex[]]"/>
        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => index_put_(value, TensorIndex.Single(i1));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index([i1, i2]);
            set => index_put_(value, TensorIndex.Single(i1), TensorIndex.Single(i2));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index([i1, i2, i3]);
            set => index_put_(value, TensorIndex.Single(i1), TensorIndex.Single(i2), TensorIndex.Single(i3));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index([i1, i2, i3, i4]);
            set => index_put_(value, TensorIndex.Single(i1), TensorIndex.Single(i2), TensorIndex.Single(i3), TensorIndex.Single(i4));
        }

        /// <summary>See the indexer.</summary>
        public Tensor index(params TensorIndex[] indices)
        {
            var plan = IndexPlan.For(this, indices);
            var view = plan.View(this);
            if (!plan.Gathers) return ReferenceEquals(view, this) ? alias() : view;
            var result = view.GatherAt(plan.Positions);
            view.DisposeUnless(this);
            Free(plan.Positions);
            return result;
        }

        public Tensor index(params Tensor[] indices) => index(Array.ConvertAll(indices, TensorIndex.Tensor));

        /// <summary>Writes the value, which broadcasts, at the index.</summary>
        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, accumulate: false);

        /// <summary>Writes or adds the value, which broadcasts, at the index.</summary>
        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            Autograd.CheckInPlace(this, "index_put_", value);
            var plan = IndexPlan.For(this, indices);
            using (var window = Unrecorded(plan.View))
            {
                if (plan.Gathers && accumulate)
                {
                    GatherKernel.Add(window, plan.Positions, value);
                }
                else if (plan.Gathers)
                {
                    GatherKernel.Put(window, plan.Positions, value);
                }
                else if (accumulate)
                {
                    ElementwiseDispatch.Into(BinaryKind.Add, window, value, window);
                }
                else
                {
                    CopyInto(window, value);
                }
            }

            Autograd.RecordInPlace(this, "IndexPut", [this, value], plan.Positions, (node, g) =>
            {
                var positions = node.SavedAll();
                var part = plan.View(g);
                var valueGradient = !node.Needs(1) ? null : positions.Length > 0 ? GatherKernel.Gather(part, positions) : part;
                if (!node.Needs(0) || accumulate) return [node.Needs(0) ? g : null, valueGradient];
                var rest = g.clone();
                var cleared = plan.View(rest);
                if (positions.Length > 0)
                {
                    using var nothing = zeros([], rest.Type);
                    GatherKernel.Put(cleared, positions, nothing);
                }
                else
                {
                    cleared.Fill(Scalar.Integer(0));
                }

                return [rest, valueGradient];
            });
            Free(plan.Positions);
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor), false);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) =>
            index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor), accumulate);

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using Tensor filling = value;
            return index_put_(filling, indices, false);
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices) => index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor));

        /// <summary>The slices of a dimension at the given positions.</summary>
        public Tensor index_select(long dim, Tensor index)
        {
            var d = Shapes.Dimension(dim, Sizes.Length);
            RefuseNonIndex(index, "index_select");
            if (index.Rank > 1) throw DTypes.Error($"index_select: the positions must be a vector; got shape {Shapes.Text(index.Sizes)}.");
            using var positions = index.ConvertedTo(ScalarType.Int64);
            if (index.Rank == 0) positions.Reshape([1], [1]);
            return GatherAt(AtDimension(d, positions));
        }

        /// <summary>The elements where the mask is true, as a vector.</summary>
        public Tensor masked_select(Tensor mask)
        {
            var shape = Shapes.Broadcast(Sizes, mask.Sizes);
            using var wide = expand(shape);
            using var wideMask = mask.expand(shape);
            return wide.index(TensorIndex.Tensor(wideMask));
        }

        /// <summary>Elements of the flattened tensor.</summary>
        public Tensor take(Tensor index)
        {
            using var flat = reshape(-1);
            return flat.index(TensorIndex.Tensor(index));
        }

        /// <summary>The indices of the elements that are not zero, one row each.</summary>
        public unsafe Tensor nonzero()
        {
            using var truth = ConvertedTo(ScalarType.Bool);
            var found = new List<long>();
            var span = truth.Span<bool>();
            for (var i = 0; i < span.Length; i++)
            {
                if (span[i]) found.Add(i);
            }

            var result = Allocate([found.Count, Rank], ScalarType.Int64);
            var target = (long*)result.Data;
            for (var row = 0; row < found.Count; row++)
            {
                var position = found[row];
                for (var d = Rank - 1; d >= 0; d--)
                {
                    (position, target[(row * Rank) + d]) = Math.DivRem(position, sizes[d]);
                }
            }

            GC.KeepAlive(result);
            return result;
        }

        /// <summary>As <see cref="nonzero"/>, one vector per dimension.</summary>
        public IList<Tensor> nonzero_as_list()
        {
            using var all = nonzero();
            return [.. Enumerable.Range(0, Rank).Select(d =>
            {
                using var column = all.select(1, d);
                return column.clone();
            })];
        }

        public Tensor argwhere() => nonzero();

        internal Tensor GatherAt(Tensor?[] positions)
        {
            var result = GatherKernel.Gather(this, positions);
            return Autograd.Record(result, "Index", [this], positions, static (node, g) =>
            {
                var whole = zeros(node.Edges[0].Sizes!, g.Type);
                GatherKernel.Add(whole, node.SavedAll(), g);
                return [whole];
            });
        }

        internal Tensor?[] AtDimension(int dim, Tensor positions)
        {
            var all = new Tensor?[Rank == 0 ? 1 : Rank];
            all[dim] = positions;
            return all;
        }

        internal static void RefuseNonIndex(Tensor index, string name)
        {
            if (index.dtype is not (ScalarType.Int64 or ScalarType.Int32)) throw DTypes.Error($"{name}: positions must be Int64; got {index.Type}.");
        }

        /// <summary>A view made without recording.</summary>
        internal Tensor Unrecorded(Func<Tensor, Tensor> view)
        {
            using var off = no_grad();
            var result = view(this);
            return ReferenceEquals(result, this) ? Alias(withHistory: false, register: true) : result;
        }

        // Copies a value, broadcast, into a window of a tensor of which the value may be a part itself.
        internal static void CopyInto(Tensor window, Tensor value)
        {
            if (!ReferenceEquals(window.Memory, value.Memory))
            {
                Conversion.Copy(value, window);
                return;
            }

            using var apart = value.ConvertedTo(window.Type);
            Conversion.Copy(apart, window);
        }

        private static void Free(Tensor?[] positions)
        {
            foreach (var position in positions)
            {
                position?.Dispose();
            }
        }
    }

    public static Tensor index_select(Tensor input, long dim, Tensor index) => input.index_select(dim, index);

    public static Tensor masked_select(Tensor input, Tensor mask) => input.masked_select(mask);

    public static Tensor nonzero(Tensor input) => input.nonzero();

    public static Tensor take(Tensor input, Tensor index) => input.take(index);
}
