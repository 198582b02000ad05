namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Running sums along a dimension.</summary>
        public Tensor cumsum(long dim, ScalarType? type = null) => RunningSum(dim, type, fromEnd: false);

        /// <summary>The product of all elements.</summary>
        public Tensor prod(ScalarType? type = null) => ProductOver([], false, type);

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => ProductOver([dim], keepdim, type);

        private Tensor RunningSum(long dim, ScalarType? type, bool fromEnd)
        {
            var d = Shapes.Dimension(dim, Sizes.Length);
            var sumType = type ?? (DTypes.IsFloat(Type) ? Type : ScalarType.Int64);
            var packed = Packed();
            var result = packed.AllocateLike(sumType);
            using (var plan = ReductionPlan.Over(packed, [d], sumType))
            {
                CumulativeKernel.Sum(plan, result, fromEnd);
            }

            packed.DisposeUnless(this);
            return Autograd.Record(result, "CumSum", [this], [], (_, g) => [g.RunningSum(d, null, !fromEnd)]);
        }

        private Tensor ProductOver(ReadOnlySpan<long> dims, bool keepdim, ScalarType? type)
        {
            var productType = type ?? (DTypes.IsFloat(dtype) ? Type : ScalarType.Int64);
            var dimensions = dims.ToArray();
            using var plan = ReductionPlan.Over(this, dims, productType);
            var result = Allocate(plan.DroppedSizes, productType);
            CumulativeKernel.Product(plan, result);
            plan.Shaped(result, keepdim);
            if (!Autograd.Records(this)) return result;
            var kept = plan.KeptSizes;
            return Autograd.Record(result, "Prod", [this], [this], (node, g) =>
            {
                var x = node.Saved(0).contiguous();
                var others = x.empty_like();
                using (var whole = ReductionPlan.Over(x, dimensions, x.Type))
                {
                    CumulativeKernel.OtherFactors(whole, others);
                }

                return [others.mul_(g.view(kept))];
            });
        }
    }

    public static Tensor cumsum(Tensor input, long dim, ScalarType? type = null) => input.cumsum(dim, type);

    public static Tensor prod(Tensor input, ScalarType? type = null) => input.prod(type);
}
