namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The variance of all elements, with n − 1 in the denominator if unbiased, else n.</summary>
        public Tensor var(bool unbiased = true) => VarianceOver([], unbiased, false, null);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => VarianceOver([dim], unbiased, keepdim, type);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            VarianceOver(dimensions, unbiased, keepdim, type);

        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            VarianceOver(dimensions, unbiased, keepdim, type);

        /// <summary>The standard deviation of all elements, with n − 1 in the denominator if unbiased, else n.</summary>
        public Tensor std(bool unbiased = true) => DeviationOver([], unbiased, false, null);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => DeviationOver([dim], unbiased, keepdim, type);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            DeviationOver(dimensions, unbiased, keepdim, type);

        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            DeviationOver(dimensions, unbiased, keepdim, type);

        /// <summary>The 2-norm (or p-norm) of all elements.</summary>
        public Tensor norm(float p = 2.0f) => NormOver([], false, p);

        public Tensor norm(int dim, bool keepdim = false, float p = 2.0f) => NormOver([dim], keepdim, p);

        /// <summary>(Σ|x|^p)^(1/p) over the dimensions; p may be ±∞ and 0 (the count of elements that are not zero).</summary>
        internal Tensor NormOver(ReadOnlySpan<long> dims, bool keepdim, double p)
        {
            var ps = DTypes.Real(dtype);
            var dimensions = dims.ToArray();
            if (double.IsInfinity(p))
            {
                using var magnitude = abs();
                return p > 0 ? magnitude.ExtremeOver(dims, keepdim, true, "norm") : magnitude.ExtremeOver(dims, keepdim, false, "norm");
            }

            if (p == 0)
            {
                using var counted = ne(0);
                return counted.SumOver(dims, keepdim, ps);
            }

            if (p == 1)
            {
                using var magnitude = abs();
                return magnitude.SumOver(dims, keepdim, ps);
            }

            if (p != 2)
            {
                using var magnitude = abs();
                using var powers = magnitude.pow(p);
                using var total = powers.SumOver(dims, keepdim, ps);
                return total.pow(1 / p);
            }

            using var plan = ReductionPlan.Over(this, dims, ps);
            using var squares = ElementwiseDispatch.Unary(UnaryKind.Square, this, ps);
            var result = squares.Unrecorded(s => s.SumOver(dimensions, keepdim, ps));
            ElementwiseDispatch.Run(UnaryKind.Sqrt, result, result);
            if (!Autograd.Records(this)) return result;
            var kept = plan.KeptSizes;
            return Autograd.Record(result, "Norm", [this], [this, result], (node, g) =>
            {
                // x/‖x‖, and 0 where the norm is 0.
                var length = node.Saved(1).view(kept);
                var scale = g.view(kept).div(length).masked_fill_(length.eq(0), 0);
                return [node.Saved(0).mul(scale)];
            });
        }

        private Tensor VarianceOver(ReadOnlySpan<long> dims, bool unbiased, bool keepdim, ScalarType? type)
        {
            var real = type ?? dtype;
            if (!DTypes.IsFloat(real)) throw DTypes.Error($"var and std need floating-point elements; this tensor holds {Type}: convert with to_type() first.");
            var dimensions = dims.ToArray();
            Tensor result;
            long count;
            long[] kept;
            using (var plan = ReductionPlan.Over(this, dims, real))
            {
                (count, kept) = (plan.Length, plan.KeptSizes);
            }

            var divisor = Math.Max(0, count - (unbiased ? 1 : 0));
            using (var centred = Centred(dimensions, real))
            {
                ElementwiseDispatch.Run(UnaryKind.Square, centred, centred);
                result = centred.SumOver(dims, keepdim, real);
            }

            ElementwiseDispatch.Into(BinaryKind.Divide, result, (double)divisor, result);
            if (!Autograd.Records(this)) return result;
            return Autograd.Record(result, "Var", [this], [this], (node, g) =>
                [node.Saved(0).Centred(dimensions, real).mul_(g.view(kept)).mul_(2.0 / divisor)]);
        }

        private Tensor DeviationOver(ReadOnlySpan<long> dims, bool unbiased, bool keepdim, ScalarType? type)
        {
            using var variance = VarianceOver(dims, unbiased, keepdim, type);
            return variance.sqrt();
        }

        // This minus its mean over the dimensions, without history.
        private Tensor Centred(long[] dimensions, ScalarType type)
        {
            using var off = no_grad();
            using var average = MeanOver(dimensions, true, type);
            return ElementwiseDispatch.Binary(BinaryKind.Subtract, this, average, type);
        }
    }

    public static Tensor var(Tensor input, bool unbiased = true) => input.var(unbiased);

    public static Tensor std(Tensor input, bool unbiased = true) => input.std(unbiased);

    public static Tensor std(Tensor input, long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.std(dimensions, unbiased, keepdim, type);

    public static Tensor var(Tensor input, long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.var(dimensions, unbiased, keepdim, type);

    public static Tensor norm(Tensor input) => input.norm();
}
