namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The sum of all elements; of integers and bools as Int64.</summary>
        public Tensor sum(ScalarType? type = null) => SumOver([], false, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => SumOver([dim], keepdim, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => SumOver(dim, keepdim, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => SumOver(dim, keepdim, type);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => SumOver([dim0, dim1], keepdim, type);

        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) => SumOver([dim0, dim1, dim2], keepdim, type);

        public Tensor mean() => MeanOver([], false, null);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => MeanOver(dimensions, keepdim, type);

        /// <summary>A view with the dimensions in another order, without history or scope.</summary>
        internal Tensor Permuted(long[] order)
        {
            var newSizes = new long[order.Length];
            var newStrides = new long[order.Length];
            for (var i = 0; i < order.Length; i++)
            {
                (newSizes[i], newStrides[i]) = (Sizes[order[i]], strides[order[i]]);
            }

            return ViewOf(newSizes, newStrides, Offset, register: false);
        }

        private Tensor SumOver(ReadOnlySpan<long> dims, bool keepdim, ScalarType? type)
        {
            var resultType = type ?? (DTypes.IsFloat(dtype) ? Type : ScalarType.Int64);
            using var plan = ReductionPlan.Over(this, dims, resultType);
            var result = plan.Shaped(SumKernel.Run(plan, resultType), keepdim);
            if (!Autograd.Records(this)) return result;
            var kept = plan.KeptSizes;
            return Autograd.Record(result, "Sum", [this], [], (node, g) => [g.view(kept).expand(node.Edges[0].Sizes!)]);
        }

        private Tensor MeanOver(ReadOnlySpan<long> dims, bool keepdim, ScalarType? type)
        {
            var resultType = type ?? dtype;
            if (!DTypes.IsFloat(resultType)) throw DTypes.Error($"mean() needs floating-point elements; this tensor holds {Type}: convert with to_type() first.");
            using var plan = ReductionPlan.Over(this, dims, resultType);
            var result = plan.Shaped(SumKernel.Run(plan, resultType), keepdim);
            var scale = 1.0 / plan.Length;
            ElementwiseDispatch.Into(BinaryKind.Multiply, result, scale, result);
            if (!Autograd.Records(this)) return result;
            var kept = plan.KeptSizes;
            return Autograd.Record(result, "Mean", [this], [], (node, g) => [g.view(kept).mul(scale).expand(node.Edges[0].Sizes!)]);
        }
    }

    public static Tensor sum(Tensor input, ScalarType? type = null) => input.sum(type);

    public static Tensor sum(Tensor input, ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => input.sum(dim, keepdim, type);

    public static Tensor sum(Tensor input, long dim, bool keepdim = false, ScalarType? type = null) => input.sum(dim, keepdim, type);

    public static Tensor mean(Tensor input) => input.mean();

    public static Tensor mean(Tensor input, long[] dimensions, bool keepdim = false, ScalarType? type = null) => input.mean(dimensions, keepdim, type);
}
