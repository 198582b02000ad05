namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements of a dimension in order, and where they were. Equal elements keep their order.</summary>
        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            Ordered(Shapes.Dimension(dim, Sizes.Length), null, descending, "Sort");

        public Tensor argsort(long dim = -1, bool descending = false)
        {
            using var off = no_grad();
            var (values, places) = sort(dim, descending);
            values.Dispose();
            return places;
        }

        /// <summary>The k largest (or smallest) elements of a dimension in order, and their places.</summary>
        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true)
        {
            var d = Shapes.Dimension(dim, Sizes.Length);
            var length = Rank == 0 ? 1 : sizes[d];
            if (k < 0 || k > length) throw DTypes.Error($"topk: k = {k} is outside 0 to {length}, the size of dimension {d} of shape {Shapes.Text(sizes)}.");
            return Ordered(d, k, largest, "TopK");
        }

        private (Tensor Values, Tensor Places) Ordered(int d, int? count, bool descending, string name)
        {
            if (Rank == 0)
            {
                return (clone(), zeros([], ScalarType.Int64));
            }

            Tensor values, places;
            using (no_grad())
            {
                using var last = transpose(d, -1);
                var packed = last.Packed();
                var n = count ?? (int)sizes[d];
                long[] shape = [.. packed.Sizes[..^1], n];
                using var rowValues = Allocate(shape, Type, register: false);
                using var rowPlaces = Allocate(shape, ScalarType.Int64, register: false);
                SortKernel.Rows(packed, rowValues, rowPlaces, n, descending);
                packed.DisposeUnless(last);
                using var v = rowValues.transpose(d, -1);
                using var p = rowPlaces.transpose(d, -1);
                values = v.clone();
                places = p.clone();
            }

            Autograd.Record(values, name, [this], [places], (node, g) =>
            {
                var whole = zeros(node.Edges[0].Sizes!, g.Type);
                AlongDimension.Scatter(whole, d, node.Saved(0), g);
                return [whole];
            });
            return (values, places);
        }
    }

    public static (Tensor values, Tensor indices) sort(Tensor input, long dim = -1, bool descending = false, bool stable = false) =>
        input.sort(dim, descending, stable);

    public static Tensor argsort(Tensor input, long dim = -1, bool descending = false) => input.argsort(dim, descending);

    public static (Tensor values, Tensor indices) topk(Tensor tensor, int k, int dim = -1, bool largest = true, bool sorted = true) =>
        tensor.topk(k, dim, largest, sorted);
}
