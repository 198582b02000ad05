namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor add(Tensor target) => Autograd.Record(
            ElementwiseDispatch.Binary(BinaryKind.Add, this, target, DTypes.Result(this, target)), "Add", [this, target], [], static (_, g) => [g, g]);

        /// <summary>this + alpha·target.</summary>
        public Tensor add(Tensor target, Scalar alpha)
        {
            if (alpha.AsDouble == 1) return add(target);
            using var scaled = target.mul(alpha);
            return add(scaled);
        }

        public Tensor add(Scalar scalar) => Autograd.Record(
            ElementwiseDispatch.Binary(BinaryKind.Add, this, scalar, DTypes.Result(Type, scalar)), "Add", [this], [], static (_, g) => [g]);

        public Tensor add(Scalar scalar, Scalar alpha) => add(scalar.AsDouble * alpha.AsDouble);

        public Tensor add_(Tensor target)
        {
            InPlace(BinaryKind.Add, target, "add_");
            return Autograd.RecordInPlace(this, "Add", [this, target], [], static (_, g) => [g, g]);
        }

        public Tensor add_(Tensor target, Scalar alpha)
        {
            if (alpha.AsDouble == 1) return add_(target);
            using var scaled = target.mul(alpha);
            return add_(scaled);
        }

        public Tensor add_(Scalar scalar)
        {
            InPlace(BinaryKind.Add, scalar, "add_");
            return Autograd.RecordInPlace(this, "Add", [this], [], static (_, g) => [g]);
        }

        public Tensor add_(Scalar scalar, Scalar alpha) => add_(scalar.AsDouble * alpha.AsDouble);

        public Tensor sub(Tensor target) => Autograd.Record(
            ElementwiseDispatch.Binary(BinaryKind.Subtract, this, target, DTypes.Result(this, target)), "Sub", [this, target], [],
            static (node, g) => [g, node.Needs(1) ? g.neg() : null]);

        public Tensor sub(Scalar target) => Autograd.Record(
            ElementwiseDispatch.Binary(BinaryKind.Subtract, this, target, DTypes.Result(Type, target)), "Sub", [this], [], static (_, g) => [g]);

        public Tensor subtract(Tensor target) => sub(target);

        public Tensor subtract(Scalar target) => sub(target);

        public Tensor sub_(Tensor target)
        {
            InPlace(BinaryKind.Subtract, target, "sub_");
            return Autograd.RecordInPlace(this, "Sub", [this, target], [], static (node, g) => [g, node.Needs(1) ? g.neg() : null]);
        }

        public Tensor sub_(Scalar target)
        {
            InPlace(BinaryKind.Subtract, target, "sub_");
            return Autograd.RecordInPlace(this, "Sub", [this], [], static (_, g) => [g]);
        }

        public Tensor mul(Tensor target)
        {
            var result = ElementwiseDispatch.Binary(BinaryKind.Multiply, this, target, DTypes.Result(this, target));
            return Autograd.Records(this, target)
                ? Autograd.Record(result, "Mul", [this, target], [Autograd.Records(target) ? this : null, Autograd.Records(this) ? target : null],
                    static (node, g) => [node.Needs(0) ? g.mul(node.Saved(1)) : null, node.Needs(1) ? g.mul(node.Saved(0)) : null])
                : result;
        }

        public Tensor mul(Scalar target)
        {
            var result = ElementwiseDispatch.Binary(BinaryKind.Multiply, this, target, DTypes.Result(Type, target));
            return Autograd.Records(this) ? Autograd.Record(result, "Mul", [this], [], (_, g) => [g.mul(target)]) : result;
        }

        public Tensor multiply(Tensor target) => mul(target);

        public Tensor multiply(Scalar target) => mul(target);

        public Tensor mul_(Tensor target)
        {
            // The old value is needed for the other factor's gradient: kept before it is overwritten.
            Autograd.CheckInPlace(this, "mul_", target);
            using var before = Autograd.Records(target) ? Unregister(clone()) : null;
            InPlace(BinaryKind.Multiply, target, "mul_");
            return Autograd.RecordInPlace(this, "Mul", [this, target], [before, Autograd.Records(this) ? target : null],
                static (node, g) => [node.Needs(0) ? g.mul(node.Saved(1)) : null, node.Needs(1) ? g.mul(node.Saved(0)) : null]);
        }

        public Tensor mul_(Scalar target)
        {
            InPlace(BinaryKind.Multiply, target, "mul_");
            return Autograd.Records(this)
                ? Autograd.RecordInPlace(this, "Mul", [this], [], (_, g) => [g.mul(target)])
                : Autograd.RecordInPlace(this, "Mul", [], [], static (_, _) => []);
        }

        /// <summary>The quotient; of floating-point type unless a rounding mode is given.</summary>
        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
        {
            if (rounding_mode != RoundingMode.None) return Rounded(div(target), rounding_mode, DTypes.Result(this, target));
            var result = ElementwiseDispatch.Binary(BinaryKind.Divide, this, target, DTypes.Real(DTypes.Result(this, target)));
            if (!Autograd.Records(this, target)) return result;
            return Autograd.Record(result, "Div", [this, target], [Autograd.Records(target) ? result : null, target], static (node, g) =>
            {
                var quotient = g.div(node.Saved(1));
                return [quotient, node.Needs(1) ? quotient.mul(node.Saved(0)).neg_() : null];
            });
        }

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
        {
            if (rounding_mode != RoundingMode.None) return Rounded(div(target), rounding_mode, DTypes.Result(Type, target));
            var result = ElementwiseDispatch.Binary(BinaryKind.Divide, this, target, DTypes.Real(DTypes.Result(Type, target)));
            return Autograd.Records(this) ? Autograd.Record(result, "Div", [this], [], (_, g) => [g.div(target)]) : result;
        }

        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);

        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
        {
            RefuseIntegers("div_");
            RefuseRounding(rounding_mode);
            InPlace(BinaryKind.Divide, target, "div_");
            using var quotient = Autograd.Records(target) ? Unregister(clone()) : null;
            return Autograd.RecordInPlace(this, "Div", [this, target], [quotient, Autograd.Records(this, target) ? target : null], static (node, g) =>
            {
                var scaled = g.div(node.Saved(1));
                return [scaled, node.Needs(1) ? scaled.mul(node.Saved(0)).neg_() : null];
            });
        }

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
        {
            RefuseIntegers("div_");
            RefuseRounding(rounding_mode);
            InPlace(BinaryKind.Divide, target, "div_");
            return Autograd.RecordInPlace(this, "Div", [this], [], (_, g) => [g.div(target)]);
        }

        public Tensor neg() => Autograd.Record(
            ElementwiseDispatch.Unary(UnaryKind.Negate, this, Type), "Neg", [this], [], static (_, g) => [g.neg()]);

        public Tensor negative() => neg();

        public Tensor neg_()
        {
            Autograd.CheckInPlace(this, "neg_");
            ElementwiseDispatch.Run(UnaryKind.Negate, this, this);
            return Autograd.RecordInPlace(this, "Neg", [this], [], static (_, g) => [g.neg()]);
        }

        public Tensor fill_(Scalar value)
        {
            Autograd.CheckInPlace(this, "fill_");
            Fill(value);
            return Autograd.RecordInPlace(this, "Fill", [this], [], static (_, g) => [g.zeros_like()]);
        }

        public Tensor zero_() => fill_(Scalar.Integer(0));

        /// <summary>Overwrites this tensor's elements with the source's, which may be broadcast and is converted.</summary>
        public Tensor copy_(Tensor source, bool nonBlocking = false)
        {
            Autograd.CheckInPlace(this, "copy_", source);
            _ = source.Memory;
            if (ReferenceEquals(source.Memory, Memory) && !ReferenceEquals(source, this))
            {
                using var apart = source.ConvertedTo(Type);
                Conversion.Copy(apart, this);
            }
            else
            {
                Conversion.Copy(source, this);
            }

            return Autograd.RecordInPlace(this, "Copy", [this, source], [], static (node, g) => [node.Needs(0) ? g.zeros_like() : null, g]);
        }

        private void InPlace(BinaryKind kind, Tensor operand, string name)
        {
            Autograd.CheckInPlace(this, name, operand);
            if (!Shapes.Same(Shapes.Broadcast(Sizes, operand.Sizes), Sizes))
            {
                throw DTypes.Error(
                    $"{name}: the result of shapes {Shapes.Text(Sizes)} and {Shapes.Text(operand.Sizes)} does not fit into {Shapes.Text(Sizes)} in place.");
            }

            RefuseNarrowing(DTypes.Result(this, operand), name);

            // A partly overlapping operand would be overwritten while it is read.
            if (ReferenceEquals(operand.Memory, Memory) && !ReferenceEquals(operand, this) && (operand.Offset != Offset || !Shapes.Same(operand.Strides, strides)))
            {
                using var apart = operand.ConvertedTo(Type);
                ElementwiseDispatch.Into(kind, this, apart, this);
                return;
            }

            ElementwiseDispatch.Into(kind, this, operand, this);
        }

        private void InPlace(BinaryKind kind, Scalar operand, string name)
        {
            Autograd.CheckInPlace(this, name);
            RefuseNarrowing(DTypes.Result(Type, operand), name);
            ElementwiseDispatch.Into(kind, this, operand, this);
        }

        private void RefuseNarrowing(ScalarType result, string name)
        {
            if (DTypes.IsFloat(result) && !DTypes.IsFloat(Type))
            {
                throw DTypes.Error($"{name}: a result of type {result} cannot be written into a {Type} tensor; convert with to_type() first.");
            }
        }

        private void RefuseIntegers(string name)
        {
            if (!DTypes.IsFloat(Type)) throw DTypes.Error($"{name}: a quotient cannot be written into a {Type} tensor; use div().");
        }

        private static void RefuseRounding(RoundingMode mode)
        {
            if (mode != RoundingMode.None) throw new NotSupportedException("div_ with a rounding mode is not in this build; use div().");
        }

        private static Tensor Rounded(Tensor quotient, RoundingMode mode, ScalarType type)
        {
            using (quotient)
            using (var rounded = mode == RoundingMode.floor ? quotient.floor() : quotient.trunc())
            {
                return rounded.to_type(type, copy: true);
            }
        }
    }
}
