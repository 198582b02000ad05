namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Each element to the given power.</summary>
        public Tensor pow(Scalar exponent)
        {
            var type = DTypes.Result(dtype, exponent);
            var power = exponent.AsDouble;
            Tensor result;
            if (power == 2)
            {
                result = ElementwiseDispatch.Unary(UnaryKind.Square, this, type);
            }
            else if (power == 0.5 && DTypes.IsFloat(type))
            {
                result = ElementwiseDispatch.Unary(UnaryKind.Sqrt, this, type);
            }
            else if (power == -1 && DTypes.IsFloat(type))
            {
                result = ElementwiseDispatch.Unary(UnaryKind.Reciprocal, this, type);
            }
            else if (power == 3)
            {
                result = ElementwiseDispatch.Unary(UnaryKind.Square, this, type);
                ElementwiseDispatch.Into(BinaryKind.Multiply, result, this, result);
            }
            else if (DTypes.IsFloat(type))
            {
                result = ElementwiseDispatch.Binary(BinaryKind.Power, this, exponent, type);
            }
            else
            {
                using var real = ConvertedTo(ScalarType.Float64);
                ElementwiseDispatch.Into(BinaryKind.Power, real, exponent, real);
                result = AllocateLike(type);
                Conversion.Copy(real, result);
            }

            if (!Autograd.Records(this)) return result;
            return Autograd.Record(result, "Pow", [this], [this], (node, g) =>
                [power == 0 ? g.zeros_like() : power == 1 ? g : g.mul(power == 2 ? node.Saved(0) : node.Saved(0).pow(power - 1)).mul_(power)]);
        }

        /// <summary>Each element to the power of the other tensor's.</summary>
        public Tensor pow(Tensor exponent)
        {
            var result = ElementwiseDispatch.Binary(BinaryKind.Power, this, exponent, DTypes.Real(DTypes.Result(this, exponent)));
            if (!Autograd.Records(this, exponent)) return result;
            return Autograd.Record(result, "Pow", [this, exponent], [this, exponent, result], static (node, g) =>
            [
                node.Needs(0) ? g.mul(node.Saved(1)).mul_(node.Saved(0).pow(node.Saved(1).sub(1))) : null,

                // d/dy x^y = x^y·log x, which at x = 0 is 0 for the powers y > 0 that exist there.
                node.Needs(1) ? g.mul(node.Saved(2)).mul_(node.Saved(0).log()).masked_fill(node.Saved(2).eq(0), 0) : null,
            ]);
        }

        public Tensor pow_(Scalar exponent)
        {
            Autograd.CheckInPlace(this, "pow_");
            using var result = pow(exponent);
            return copy_(result);
        }

        /// <summary>The angle of (x, y) = (other, this), in (−π, π].</summary>
        public Tensor atan2(Tensor other)
        {
            var result = ElementwiseDispatch.Binary(BinaryKind.Atan2, this, other, DTypes.Real(DTypes.Result(this, other)));
            if (!Autograd.Records(this, other)) return result;
            return Autograd.Record(result, "Atan2", [this, other], [this, other], static (node, g) =>
            {
                var scaled = g.div(node.Saved(0).square().add(node.Saved(1).square()));
                return [node.Needs(0) ? scaled.mul(node.Saved(1)) : null, node.Needs(1) ? scaled.mul(node.Saved(0)).neg_() : null];
            });
        }

        public Tensor arctan2(Tensor other) => atan2(other);
    }

    public static Tensor pow(Tensor left, Tensor exponent) => left.pow(exponent);

    public static Tensor pow(Tensor left, Scalar exponent) => left.pow(exponent);

    public static Tensor atan2(Tensor input, Tensor other) => input.atan2(other);
}
