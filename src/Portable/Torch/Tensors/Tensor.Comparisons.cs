namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Comparison.Run(CompareKind.Equal, this, target);

        public Tensor eq(Scalar target) => Comparison.Run(CompareKind.Equal, this, target);

        public static Tensor operator ==(Tensor left, Tensor right) => left.eq(right);

        public static Tensor operator ==(Tensor left, Scalar right) => left.eq(right);

        public static Tensor operator ==(Scalar left, Tensor right) => right.eq(left);

        public Tensor ne(Tensor target) => Comparison.Run(CompareKind.NotEqual, this, target);

        public Tensor ne(Scalar target) => Comparison.Run(CompareKind.NotEqual, this, target);

        public Tensor not_equal(Tensor target) => ne(target);

        public static Tensor operator !=(Tensor left, Tensor right) => left.ne(right);

        public static Tensor operator !=(Tensor left, Scalar right) => left.ne(right);

        public static Tensor operator !=(Scalar left, Tensor right) => right.ne(left);

        public Tensor lt(Tensor target) => Comparison.Run(CompareKind.Less, this, target);

        public Tensor lt(Scalar target) => Comparison.Run(CompareKind.Less, this, target);

        public Tensor less(Tensor target) => lt(target);

        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);

        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);

        public static Tensor operator <(Scalar left, Tensor right) => right.gt(left);

        public Tensor le(Tensor target) => Comparison.Run(CompareKind.LessOrEqual, this, target);

        public Tensor le(Scalar target) => Comparison.Run(CompareKind.LessOrEqual, this, target);

        public Tensor less_equal(Tensor target) => le(target);

        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);

        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);

        public static Tensor operator <=(Scalar left, Tensor right) => right.ge(left);

        public Tensor gt(Tensor target) => Comparison.Run(CompareKind.Greater, this, target);

        public Tensor gt(Scalar target) => Comparison.Run(CompareKind.Greater, this, target);

        public Tensor greater(Tensor target) => gt(target);

        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);

        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);

        public static Tensor operator >(Scalar left, Tensor right) => right.lt(left);

        public Tensor ge(Tensor target) => Comparison.Run(CompareKind.GreaterOrEqual, this, target);

        public Tensor ge(Scalar target) => Comparison.Run(CompareKind.GreaterOrEqual, this, target);

        public Tensor greater_equal(Tensor target) => ge(target);

        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);

        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);

        public static Tensor operator >=(Scalar left, Tensor right) => right.le(left);

        /// <summary>Elementwise, as in the package; for one answer use <see cref="Equals(Tensor)"/>.</summary>
        public Tensor equal(Tensor target) => eq(target);

        /// <summary>Whether shapes and all elements agree.</summary>
        public bool Equals(Tensor target)
        {
            if (target is null || !Shapes.Same(Sizes, target.Sizes)) return false;
            using var same = eq(target);
            return same.AllTrue();
        }

        /// <summary>|this − other| ≤ atol + rtol·|other|, elementwise.</summary>
        public Tensor isclose(Tensor other, double rtol = 1e-05, double atol = 1e-08, bool nanEqual = false)
        {
            var type = DTypes.Real(DTypes.Result(this, other));
            using var off = no_grad();
            using var scope = NewDisposeScope();
            var a = to_type(type);
            var b = other.to_type(type);
            var close = a.sub(b).abs().le(b.abs().mul(rtol).add(atol)).logical_or(a.eq(b));
            if (nanEqual) close = close.logical_or(a.isnan().logical_and(b.isnan()));
            return close.MoveToOuterDisposeScope();
        }

        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false)
        {
            using var close = isclose(target, rtol, atol, equal_nan);
            return close.AllTrue();
        }

        public Tensor isnan() => ne(this);

        public Tensor isinf()
        {
            using var magnitude = detach().abs();
            return magnitude.eq(double.PositiveInfinity);
        }

        public Tensor isfinite()
        {
            using var zero = sub(this);
            return zero.eq(zero);
        }

        public Tensor logical_and(Tensor other) => Logical(BinaryKind.Multiply, other);

        public Tensor logical_or(Tensor other) => Logical(BinaryKind.Add, other);

        public Tensor logical_xor(Tensor other)
        {
            using var a = ConvertedTo(ScalarType.Bool);
            using var b = other.ConvertedTo(ScalarType.Bool);
            return a.ne(b);
        }

        public Tensor logical_not() => eq(0);

        /// <summary>"And" of bool tensors; bits of integers are not in this build.</summary>
        public Tensor bitwise_and(Tensor other)
        {
            RefuseBits(other, "bitwise_and");
            return logical_and(other);
        }

        /// <summary>"Or" of bool tensors; bits of integers are not in this build.</summary>
        public Tensor bitwise_or(Tensor other)
        {
            RefuseBits(other, "bitwise_or");
            return logical_or(other);
        }

        /// <summary>"Not" of bool tensors; bits of integers are not in this build.</summary>
        public Tensor bitwise_not()
        {
            RefuseBits(this, "bitwise_not");
            return logical_not();
        }

        internal bool AllTrue()
        {
            using var whole = all();
            return whole.item<bool>();
        }

        private Tensor Logical(BinaryKind kind, Tensor other)
        {
            using var a = ConvertedTo(ScalarType.Bool);
            using var b = other.ConvertedTo(ScalarType.Bool);
            return ElementwiseDispatch.Binary(kind, a, b, ScalarType.Bool);
        }

        private void RefuseBits(Tensor other, string name)
        {
            if (dtype != ScalarType.Bool || other.dtype != ScalarType.Bool)
            {
                throw DTypes.Error($"{name} is for Bool tensors in this build; got {Type} and {other.Type}.");
            }
        }
    }

    public static Tensor eq(Tensor left, Tensor right) => left.eq(right);

    public static Tensor ne(Tensor left, Tensor right) => left.ne(right);

    public static Tensor not_equal(Tensor tensor, Tensor target) => tensor.ne(target);

    public static Tensor lt(Tensor left, Tensor right) => left.lt(right);

    public static Tensor less(Tensor tensor, Tensor target) => tensor.lt(target);

    public static Tensor le(Tensor left, Tensor right) => left.le(right);

    public static Tensor less_equal(Tensor tensor, Tensor target) => tensor.le(target);

    public static Tensor gt(Tensor left, Tensor right) => left.gt(right);

    public static Tensor greater(Tensor tensor, Tensor target) => tensor.gt(target);

    public static Tensor ge(Tensor left, Tensor right) => left.ge(right);

    public static Tensor greater_equal(Tensor tensor, Tensor target) => tensor.ge(target);

    public static Tensor equal(Tensor tensor, Tensor target) => tensor.equal(target);

    public static bool allclose(Tensor tensor, Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) =>
        tensor.allclose(target, rtol, atol, equal_nan);

    public static Tensor isclose(Tensor tensor, Tensor other, double rtol = 1e-05, double atol = 1e-08, bool nanEqual = false) =>
        tensor.isclose(other, rtol, atol, nanEqual);

    public static Tensor isnan(Tensor input) => input.isnan();

    public static Tensor isinf(Tensor tensor) => tensor.isinf();

    public static Tensor isfinite(Tensor tensor) => tensor.isfinite();

    public static Tensor logical_and(Tensor left, Tensor right) => left.logical_and(right);

    public static Tensor logical_or(Tensor left, Tensor right) => left.logical_or(right);

    public static Tensor logical_xor(Tensor left, Tensor right) => left.logical_xor(right);

    public static Tensor logical_not(Tensor input) => input.logical_not();
}
