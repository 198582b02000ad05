namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The largest element; the gradient goes to all equal ones in equal parts.</summary>
        public Tensor max() => ExtremeOver([], false, largest: true, "max");

        /// <summary>The smallest element; the gradient goes to all equal ones in equal parts.</summary>
        public Tensor min() => ExtremeOver([], false, largest: false, "min");

        public Tensor amax(params long[] dims) => ExtremeOver(dims, false, largest: true, "amax");

        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => ExtremeOver(dims, keepdim, largest: true, "amax", @out);

        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => ExtremeOver(dims, keepdim, largest: true, "amax", @out);

        public Tensor amin(params long[] dims) => ExtremeOver(dims, false, largest: false, "amin");

        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) => ExtremeOver(dims, keepdim, largest: false, "amin", @out);

        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => ExtremeOver(dims, keepdim, largest: false, "amin", @out);

        public (Tensor min, Tensor max) aminmax(long? dim = null, bool keepdim = false)
        {
            long[] dims = dim is { } d ? [d] : [];
            return (ExtremeOver(dims, keepdim, false, "aminmax"), ExtremeOver(dims, keepdim, true, "aminmax"));
        }

        /// <summary>The largest elements of a dimension and their places; the gradient goes to those places.</summary>
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => ExtremeAlong(dim, keepdim, largest: true, "max");

        /// <summary>The smallest elements of a dimension and their places; the gradient goes to those places.</summary>
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => ExtremeAlong(dim, keepdim, largest: false, "min");

        /// <summary>The place of the largest element in the flattened tensor.</summary>
        public Tensor argmax() => PlaceOver([], false, largest: true, "argmax");

        public Tensor argmax(long dim, bool keepdim = false) => PlaceOver([dim], keepdim, largest: true, "argmax");

        /// <summary>The place of the smallest element in the flattened tensor.</summary>
        public Tensor argmin() => PlaceOver([], false, largest: false, "argmin");

        public Tensor argmin(long dim, bool keepdim = false) => PlaceOver([dim], keepdim, largest: false, "argmin");

        private Tensor ExtremeOver(ReadOnlySpan<long> dims, bool keepdim, bool largest, string name, Tensor? @out = null)
        {
            if (@out is not null) throw new NotSupportedException($"{name}: the argument 'out' is not in this build; use the result.");
            using var plan = ReductionPlan.Over(this, dims, dtype);
            var (values, places) = ExtremeKernel.Run(plan, largest, name);
            places.Dispose();
            plan.Shaped(values, keepdim);
            if (!Autograd.Records(this)) return values;
            var kept = plan.KeptSizes;
            return Autograd.Record(values, name, [this], [this, values], (node, g) =>
            {
                var chosen = node.Saved(0).eq(node.Saved(1).view(kept)).to_type(g.Type);
                var dimensions = Enumerable.Range(0, kept.Length).Where(d => kept[d] == 1).Select(d => (long)d).ToArray();
                return [chosen.mul(g.view(kept).div(dimensions.Length == 0 ? chosen : chosen.sum(dimensions, keepdim: true)))];
            });
        }

        private (Tensor Values, Tensor Places) ExtremeAlong(long dim, bool keepdim, bool largest, string name)
        {
            var d = Shapes.Dimension(dim, Sizes.Length);
            using var plan = ReductionPlan.Over(this, [d], dtype);
            var (values, places) = ExtremeKernel.Run(plan, largest, name);
            plan.Shaped(values, keepdim);
            plan.Shaped(places, keepdim);
            if (!Autograd.Records(this)) return (values, places);
            var kept = plan.KeptSizes;
            Autograd.Record(values, name, [this], [places], (node, g) =>
            {
                var whole = zeros(node.Edges[0].Sizes!, g.Type);
                AlongDimension.Scatter(whole, d, node.Saved(0).view(kept), g.view(kept));
                return [whole];
            });
            return (values, places);
        }

        private Tensor PlaceOver(ReadOnlySpan<long> dims, bool keepdim, bool largest, string name)
        {
            using var plan = ReductionPlan.Over(this, dims, dtype);
            var (values, places) = ExtremeKernel.Run(plan, largest, name);
            values.Dispose();
            return plan.Shaped(places, keepdim);
        }
    }

    public static Tensor max(Tensor input) => input.max();

    public static Tensor max(Tensor input, Tensor other) => input.maximum(other);

    public static (Tensor values, Tensor indexes) max(Tensor input, long dim, bool keepdim = false) => input.max(dim, keepdim);

    public static Tensor min(Tensor input) => input.min();

    public static Tensor min(Tensor input, Tensor other) => input.minimum(other);

    public static (Tensor values, Tensor indexes) min(Tensor input, long dim, bool keepdim = false) => input.min(dim, keepdim);

    public static Tensor amax(Tensor input, long[] dims, bool keepdim = false, Tensor? @out = null) => input.amax(dims, keepdim, @out);

    public static Tensor amin(Tensor input, long[] dims, bool keepdim = false, Tensor? @out = null) => input.amin(dims, keepdim, @out);

    public static Tensor argmax(Tensor input) => input.argmax();

    public static Tensor argmax(Tensor input, long dim, bool keepdim = false) => input.argmax(dim, keepdim);

    public static Tensor argmin(Tensor input) => input.argmin();

    public static Tensor argmin(Tensor input, long dim, bool keepdim = false) => input.argmin(dim, keepdim);
}
