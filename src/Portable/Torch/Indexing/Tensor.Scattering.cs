namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Element (…, i, …) is this[…, index[…, i, …], …].</summary>
        public Tensor gather(long dim, Tensor index)
        {
            var d = Shapes.Dimension(dim, Sizes.Length);
            return Autograd.Record(AlongDimension.Gather(this, d, index), "Gather", [this], [index], (node, g) =>
            {
                var whole = zeros(node.Edges[0].Sizes!, g.Type);
                AlongDimension.Add(whole, d, node.Saved(0), g);
                return [whole];
            });
        }

        /// <summary>this[…, index[…, i, …], …] = src[…, i, …].</summary>
        public Tensor scatter_(long dim, Tensor index, Tensor src)
        {
            Autograd.CheckInPlace(this, "scatter_", src);
            var d = Shapes.Dimension(dim, Sizes.Length);
            AlongDimension.Scatter(this, d, index, src);
            return Autograd.RecordInPlace(this, "Scatter", [this, src], [index], (node, g) =>
            {
                Tensor? rest = null;
                if (node.Needs(0))
                {
                    rest = g.clone();
                    AlongDimension.Scatter(rest, d, node.Saved(0), zeros(node.Saved(0).Sizes, g.Type));
                }

                return [rest, node.Needs(1) ? Padded(AlongDimension.Gather(g, d, node.Saved(0)), node.Edges[1].Sizes!) : null];
            });
        }

        public Tensor scatter(long dim, Tensor index, Tensor src)
        {
            var result = clone();
            return result.scatter_(dim, index, src);
        }

        /// <summary>this[…, index[…, i, …], …] += src[…, i, …].</summary>
        public Tensor scatter_add_(long dim, Tensor index, Tensor src)
        {
            Autograd.CheckInPlace(this, "scatter_add_", src);
            var d = Shapes.Dimension(dim, Sizes.Length);
            AlongDimension.Add(this, d, index, src);
            return Autograd.RecordInPlace(this, "ScatterAdd", [this, src], [index], (node, g) =>
                [g, node.Needs(1) ? Padded(AlongDimension.Gather(g, d, node.Saved(0)), node.Edges[1].Sizes!) : null]);
        }

        public Tensor scatter_add(long dim, Tensor index, Tensor src)
        {
            var result = clone();
            return result.scatter_add_(dim, index, src);
        }

        /// <summary>Adds alpha·source to the slices of a dimension at the given positions.</summary>
        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha)
        {
            Autograd.CheckInPlace(this, "index_add_", source);
            var d = Shapes.Dimension(dim, Sizes.Length);
            RefuseNonIndex(index, "index_add_");
            using var positions = index.ConvertedTo(ScalarType.Int64);
            using var scaled = Unregister(source.Unrecorded(s => s.mul(alpha)));
            GatherKernel.Add(this, AtDimension(d, positions), scaled);
            return Autograd.RecordInPlace(this, "IndexAdd", [this, source], [positions], (node, g) =>
                [g, node.Needs(1) ? g.index_select(d, node.Saved(0)).mul_(alpha) : null]);
        }

        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha)
        {
            var result = clone();
            return result.index_add_(dim, index, source, alpha);
        }

        /// <summary>Overwrites the slices of a dimension at the given positions.</summary>
        public Tensor index_copy_(long dim, Tensor index, Tensor source)
        {
            var d = Shapes.Dimension(dim, Sizes.Length);
            return index_put_(source, [.. Enumerable.Repeat(TensorIndex.Colon, d), TensorIndex.Tensor(index)], false);
        }

        /// <summary>Fills the slices of a dimension at the given positions.</summary>
        public Tensor index_fill_(long dim, Tensor index, Scalar value)
        {
            var d = Shapes.Dimension(dim, Sizes.Length);
            return index_put_(value, (TensorIndex[])[.. Enumerable.Repeat(TensorIndex.Colon, d), TensorIndex.Tensor(index)]);
        }

        // An index may use only the first elements of its source: the others have no gradient.
        private static Tensor Padded(Tensor used, long[] target)
        {
            if (Shapes.Same(used.Sizes, target)) return used;
            var whole = zeros(target, used.Type);
            var window = whole.ViewOf(used.Sizes, whole.Strides, 0);
            Conversion.Copy(used, window);
            return whole;
        }
    }

    public static Tensor gather(Tensor input, long dim, Tensor index) => input.gather(dim, index);

    public static Tensor scatter(Tensor input, long dim, Tensor index, Tensor src) => input.scatter(dim, index, src);

    public static Tensor scatter_(Tensor input, long dim, Tensor index, Tensor src) => input.scatter_(dim, index, src);

    public static Tensor scatter_add(Tensor input, long dim, Tensor index, Tensor src) => input.scatter_add(dim, index, src);

    public static Tensor scatter_add_(Tensor input, long dim, Tensor index, Tensor src) => input.scatter_add_(dim, index, src);

    public static Tensor index_add(Tensor input, long dim, Tensor index, Tensor source, Scalar alpha) => input.index_add(dim, index, source, alpha);
}
