namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>condition ? this : y, elementwise and broadcast.</summary>
        public Tensor where(Tensor condition, Tensor y) => Autograd.Record(
            Selection.Run(condition, this, y), "Where", [this, y], [condition], static (node, g) =>
            [
                node.Needs(0) ? g.masked_fill(node.Saved(0).logical_not(), 0) : null,
                node.Needs(1) ? g.masked_fill(node.Saved(0), 0) : null,
            ]);

        /// <summary>The value where the mask is true, else this.</summary>
        public Tensor masked_fill(Tensor mask, Scalar value)
        {
            using var filling = Allocate([], Type, register: false);
            filling.Fill(value);
            var result = Selection.Run(mask, filling, this);
            return Autograd.Record(result, "MaskedFill", [this], [mask], static (node, g) => [g.masked_fill(node.Saved(0), 0)]);
        }

        public Tensor masked_fill_(Tensor mask, Scalar value)
        {
            Autograd.CheckInPlace(this, "masked_fill_");
            using var filling = Allocate([], dtype, register: false);
            filling.Fill(value);
            Selection.Into(mask, filling, this, this);
            return Autograd.RecordInPlace(this, "MaskedFill", [this], [mask], static (node, g) => [g.masked_fill(node.Saved(0), 0)]);
        }

        /// <summary>The larger of both, elementwise; the gradient of equal elements is halved between them.</summary>
        public Tensor maximum(Tensor other) => Extreme(BinaryKind.Maximum, other);

        /// <summary>The smaller of both, elementwise; the gradient of equal elements is halved between them.</summary>
        public Tensor minimum(Tensor other) => Extreme(BinaryKind.Minimum, other);

        public Tensor max(Tensor other) => maximum(other);

        public Tensor min(Tensor other) => minimum(other);

        /// <summary>Elements below min become min, those above max become max.</summary>
        public Tensor clamp(Scalar? min = null, Scalar? max = null)
        {
            var result = Clamped(min, max);
            return Autograd.Records(this) ? Autograd.Record(result, "Clamp", [this], [this], ClampBackward(min, max)) : result;
        }

        public Tensor clamp(Tensor? min = null, Tensor? max = null)
        {
            if (min is null && max is null) throw DTypes.Error("clamp: at least one of min and max must be given.");
            if (min is null) return minimum(max!);
            if (max is null) return maximum(min);
            using var raised = maximum(min);
            return raised.minimum(max);
        }

        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);

        public Tensor clamp_(Scalar? min = null, Scalar? max = null)
        {
            Autograd.CheckInPlace(this, "clamp_");
            var records = Autograd.Records(this);
            using var before = records ? Unregister(clone()) : null;
            if (min is not null) ElementwiseDispatch.Into(BinaryKind.Maximum, this, min, this);
            if (max is not null) ElementwiseDispatch.Into(BinaryKind.Minimum, this, max, this);
            return records
                ? Autograd.RecordInPlace(this, "Clamp", [this], [before], ClampBackward(min, max))
                : Autograd.RecordInPlace(this, "Clamp", [], [], static (_, _) => []);
        }

        public Tensor clamp_min(Scalar min) => clamp(min, (Scalar?)null);

        public Tensor clamp_max(Scalar max) => clamp((Scalar?)null, max);

        public Tensor clamp_min_(Scalar min) => clamp_(min);

        public Tensor clamp_max_(Scalar max) => clamp_(null, max);

        /// <summary>The remainder with the sign of the divisor.</summary>
        public Tensor remainder(Tensor target)
        {
            using var whole = div(target, RoundingMode.floor);
            using var multiple = target.mul(whole.detach());
            return sub(multiple);
        }

        public Tensor remainder(Scalar scalar)
        {
            using var whole = div(scalar, RoundingMode.floor);
            using var multiple = whole.mul(scalar);
            return sub(multiple);
        }

        private Tensor Clamped(Scalar? min, Scalar? max)
        {
            if (min is null && max is null) throw DTypes.Error("clamp: at least one of min and max must be given.");
            var type = min is null ? dtype : DTypes.Result(dtype, min);
            type = max is null ? type : DTypes.Result(type, max);
            if (min is null) return ElementwiseDispatch.Binary(BinaryKind.Minimum, this, max!, type);
            var result = ElementwiseDispatch.Binary(BinaryKind.Maximum, this, min, type);
            if (max is not null) ElementwiseDispatch.Into(BinaryKind.Minimum, result, max, result);
            return result;
        }

        // The gradient passes where the value lies inside the range, its ends included.
        private static Backward ClampBackward(Scalar? min, Scalar? max) => (node, g) =>
        {
            if (max is null) return [g.masked_fill(node.Saved(0).lt(min!), 0)];
            if (min is null) return [g.masked_fill(node.Saved(0).gt(max), 0)];
            return [g.masked_fill(node.Saved(0).lt(min).logical_or(node.Saved(0).gt(max)), 0)];
        };

        private Tensor Extreme(BinaryKind kind, Tensor other)
        {
            var result = ElementwiseDispatch.Binary(kind, this, other, DTypes.Result(this, other));
            if (!Autograd.Records(this, other)) return result;
            return Autograd.Record(result, kind.ToString(), [this, other], [this, other], (node, g) =>
            {
                var (a, b) = (node.Saved(0), node.Saved(1));
                var (won, lost) = kind == BinaryKind.Maximum ? (a.gt(b), a.lt(b)) : (a.lt(b), a.gt(b));
                var half = g.mul(0.5);
                var shared = half.where(a.eq(b), g);
                return [node.Needs(0) ? shared.masked_fill(lost, 0) : null, node.Needs(1) ? shared.masked_fill(won, 0) : null];
            });
        }
    }

    public static Tensor where(Tensor condition, Tensor x, Tensor y) => x.where(condition, y);

    public static Tensor maximum(Tensor input, Tensor other) => input.maximum(other);

    public static Tensor minimum(Tensor input, Tensor other) => input.minimum(other);

    public static Tensor clamp(Tensor input, Scalar? min = null, Scalar? max = null) => input.clamp(min, max);

    public static Tensor clamp(Tensor input, Tensor? min = null, Tensor? max = null) => input.clamp(min, max);

    public static Tensor clamp_(Tensor input, Scalar? min = null, Scalar? max = null) => input.clamp_(min, max);

    public static Tensor clip(Tensor input, Scalar? min = null, Scalar? max = null) => input.clip(min, max);
}
