namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>eˣ, elementwise.</summary>
        public Tensor exp()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Exp, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Exp", [this], [result], static (node, g) => [g.mul(node.Saved(0))])
                : result;
        }

        public Tensor exp_() => InPlace(UnaryKind.Exp, "exp_", SavedValue.Output, static (node, g) => [g.mul(node.Saved(0))]);

        /// <summary>eˣ − 1, accurate near 0, elementwise.</summary>
        public Tensor expm1()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Expm1, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Expm1", [this], [result], static (node, g) => [g.mul(node.Saved(0).add(1))])
                : result;
        }

        public Tensor expm1_() => InPlace(UnaryKind.Expm1, "expm1_", SavedValue.Output, static (node, g) => [g.mul(node.Saved(0).add(1))]);

        /// <summary>The natural logarithm, elementwise.</summary>
        public Tensor log()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Log, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Log", [this], [this], static (node, g) => [g.div(node.Saved(0))])
                : result;
        }

        public Tensor log_() => InPlace(UnaryKind.Log, "log_", SavedValue.Input, static (node, g) => [g.div(node.Saved(0))]);

        public Tensor log2()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Log2, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Log2", [this], [this], static (node, g) => [g.div(node.Saved(0).mul(Math.Log(2)))])
                : result;
        }

        public Tensor log2_() => InPlace(UnaryKind.Log2, "log2_", SavedValue.Input, static (node, g) => [g.div(node.Saved(0).mul(Math.Log(2)))]);

        public Tensor log10()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Log10, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Log10", [this], [this], static (node, g) => [g.div(node.Saved(0).mul(Math.Log(10)))])
                : result;
        }

        public Tensor log10_() => InPlace(UnaryKind.Log10, "log10_", SavedValue.Input, static (node, g) => [g.div(node.Saved(0).mul(Math.Log(10)))]);

        /// <summary>log(1 + x), accurate near 0, elementwise.</summary>
        public Tensor log1p()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Log1p, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Log1p", [this], [this], static (node, g) => [g.div(node.Saved(0).add(1))])
                : result;
        }

        public Tensor log1p_() => InPlace(UnaryKind.Log1p, "log1p_", SavedValue.Input, static (node, g) => [g.div(node.Saved(0).add(1))]);

        public Tensor sqrt()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Sqrt, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Sqrt", [this], [result], static (node, g) => [g.div(node.Saved(0).mul(2))])
                : result;
        }

        public Tensor sqrt_() => InPlace(UnaryKind.Sqrt, "sqrt_", SavedValue.Output, static (node, g) => [g.div(node.Saved(0).mul(2))]);

        /// <summary>1/√x, elementwise.</summary>
        public Tensor rsqrt()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Rsqrt, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Rsqrt", [this], [result], static (node, g) => [g.mul(node.Saved(0).pow(3)).mul_(-0.5)])
                : result;
        }

        public Tensor rsqrt_() => InPlace(UnaryKind.Rsqrt, "rsqrt_", SavedValue.Output, static (node, g) => [g.mul(node.Saved(0).pow(3)).mul_(-0.5)]);

        /// <summary>1/x, elementwise.</summary>
        public Tensor reciprocal()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Reciprocal, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Reciprocal", [this], [result], static (node, g) => [g.mul(node.Saved(0).square()).neg_()])
                : result;
        }

        public Tensor reciprocal_() => InPlace(UnaryKind.Reciprocal, "reciprocal_", SavedValue.Output, static (node, g) => [g.mul(node.Saved(0).square()).neg_()]);

        public Tensor sin()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Sin, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Sin", [this], [this], static (node, g) => [g.mul(node.Saved(0).cos())])
                : result;
        }

        public Tensor sin_() => InPlace(UnaryKind.Sin, "sin_", SavedValue.Input, static (node, g) => [g.mul(node.Saved(0).cos())]);

        public Tensor cos()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Cos, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Cos", [this], [this], static (node, g) => [g.mul(node.Saved(0).sin()).neg_()])
                : result;
        }

        public Tensor cos_() => InPlace(UnaryKind.Cos, "cos_", SavedValue.Input, static (node, g) => [g.mul(node.Saved(0).sin()).neg_()]);

        public Tensor tan()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Tan, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Tan", [this], [result], static (node, g) => [g.mul(node.Saved(0).square().add_(1))])
                : result;
        }

        public Tensor tan_() => InPlace(UnaryKind.Tan, "tan_", SavedValue.Output, static (node, g) => [g.mul(node.Saved(0).square().add_(1))]);

        public Tensor asin()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Asin, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Asin", [this], [this], static (node, g) => [g.mul(node.Saved(0).square().neg_().add_(1).rsqrt())])
                : result;
        }

        public Tensor asin_() => InPlace(UnaryKind.Asin, "asin_", SavedValue.Input, static (node, g) => [g.mul(node.Saved(0).square().neg_().add_(1).rsqrt())]);

        public Tensor acos()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Acos, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Acos", [this], [this], static (node, g) => [g.mul(node.Saved(0).square().neg_().add_(1).rsqrt()).neg_()])
                : result;
        }

        public Tensor acos_() => InPlace(UnaryKind.Acos, "acos_", SavedValue.Input, static (node, g) => [g.mul(node.Saved(0).square().neg_().add_(1).rsqrt()).neg_()]);

        public Tensor atan()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Atan, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Atan", [this], [this], static (node, g) => [g.div(node.Saved(0).square().add_(1))])
                : result;
        }

        public Tensor atan_() => InPlace(UnaryKind.Atan, "atan_", SavedValue.Input, static (node, g) => [g.div(node.Saved(0).square().add_(1))]);

        public Tensor sinh()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Sinh, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Sinh", [this], [this], static (node, g) => [g.mul(node.Saved(0).cosh())])
                : result;
        }

        public Tensor sinh_() => InPlace(UnaryKind.Sinh, "sinh_", SavedValue.Input, static (node, g) => [g.mul(node.Saved(0).cosh())]);

        public Tensor cosh()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Cosh, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Cosh", [this], [this], static (node, g) => [g.mul(node.Saved(0).sinh())])
                : result;
        }

        public Tensor cosh_() => InPlace(UnaryKind.Cosh, "cosh_", SavedValue.Input, static (node, g) => [g.mul(node.Saved(0).sinh())]);

        public Tensor tanh()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Tanh, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Tanh", [this], [result], static (node, g) => [g.mul(node.Saved(0).square().neg_().add_(1))])
                : result;
        }

        public Tensor tanh_() => InPlace(UnaryKind.Tanh, "tanh_", SavedValue.Output, static (node, g) => [g.mul(node.Saved(0).square().neg_().add_(1))]);

        /// <summary>1/(1 + e⁻ˣ), elementwise.</summary>
        public Tensor sigmoid()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Sigmoid, this, DTypes.Real(dtype));
            return Autograd.Records(this)
                ? Autograd.Record(result, "Sigmoid", [this], [result], static (node, g) => [ActivationKernels.SigmoidBackward(g, node.Saved(0))])
                : result;
        }

        public Tensor sigmoid_() => InPlace(UnaryKind.Sigmoid, "sigmoid_", SavedValue.Output, static (node, g) => [ActivationKernels.SigmoidBackward(g, node.Saved(0))]);

        /// <summary>max(x, 0), elementwise.</summary>
        public Tensor relu()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Relu, this, dtype);
            return Autograd.Records(this)
                ? Autograd.Record(result, "Relu", [this], [result], static (node, g) => [ActivationKernels.ReluBackward(g, node.Saved(0))])
                : result;
        }

        public Tensor relu_() => InPlace(UnaryKind.Relu, "relu_", SavedValue.Output, static (node, g) => [ActivationKernels.ReluBackward(g, node.Saved(0))]);

        public Tensor abs()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Abs, this, dtype);
            return Autograd.Records(this)
                ? Autograd.Record(result, "Abs", [this], [this], static (node, g) => [g.mul(node.Saved(0).sign())])
                : result;
        }

        public Tensor abs_() => InPlace(UnaryKind.Abs, "abs_", SavedValue.Input, static (node, g) => [g.mul(node.Saved(0).sign())]);

        /// <summary>x², elementwise.</summary>
        public Tensor square()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Square, this, dtype);
            return Autograd.Records(this)
                ? Autograd.Record(result, "Square", [this], [this], static (node, g) => [g.mul(node.Saved(0)).mul_(2)])
                : result;
        }

        /// <summary>−1, 0 or 1, elementwise.</summary>
        public Tensor sign()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Sign, this, dtype);
            return Autograd.Record(result, "Sign", [this], [], static (_, g) => [g.zeros_like()]);
        }

        public Tensor sign_() => InPlace(UnaryKind.Sign, "sign_", SavedValue.None, static (node, g) => [g.zeros_like()]);

        public Tensor floor()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Floor, this, dtype);
            return Autograd.Record(result, "Floor", [this], [], static (_, g) => [g.zeros_like()]);
        }

        public Tensor floor_() => InPlace(UnaryKind.Floor, "floor_", SavedValue.None, static (node, g) => [g.zeros_like()]);

        public Tensor ceil()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Ceiling, this, dtype);
            return Autograd.Record(result, "Ceiling", [this], [], static (_, g) => [g.zeros_like()]);
        }

        public Tensor ceil_() => InPlace(UnaryKind.Ceiling, "ceil_", SavedValue.None, static (node, g) => [g.zeros_like()]);

        /// <summary>Towards zero, elementwise.</summary>
        public Tensor trunc()
        {
            var result = ElementwiseDispatch.Unary(UnaryKind.Truncate, this, dtype);
            return Autograd.Record(result, "Truncate", [this], [], static (_, g) => [g.zeros_like()]);
        }

        public Tensor trunc_() => InPlace(UnaryKind.Truncate, "trunc_", SavedValue.None, static (node, g) => [g.zeros_like()]);

        public Tensor absolute() => abs();

        public Tensor arcsin() => asin();

        public Tensor arccos() => acos();

        public Tensor arctan() => atan();

        /// <summary>To the given number of decimals, halves to even.</summary>
        public Tensor round(long decimals = 0L)
        {
            if (decimals == 0)
            {
                return Autograd.Record(ElementwiseDispatch.Unary(UnaryKind.Round, this, dtype), "Round", [this], [], static (_, g) => [g.zeros_like()]);
            }

            using var scaled = mul(Math.Pow(10, decimals));
            using var whole = scaled.round();
            return whole.div(Math.Pow(10, decimals));
        }

        private Tensor InPlace(UnaryKind kind, string name, SavedValue kept, Backward backward)
        {
            Autograd.CheckInPlace(this, name);
            var records = Autograd.Records(this);
            using var before = records && kept == SavedValue.Input ? Unregister(clone()) : null;
            if (!DTypes.IsFloat(dtype) && kept == SavedValue.Output)
            {
                throw DTypes.Error($"{name}: a result of floating-point type cannot be written into a {Type} tensor; use the operation without the underscore.");
            }

            ElementwiseDispatch.Run(kind, this, this);
            Memory.Version++;
            return records ? Autograd.Record(this, name, [this], kept == SavedValue.None ? [] : [before ?? this], backward) : this;
        }

        // What the gradient of an elementwise function is computed from.
        private enum SavedValue
        {
            None,
            Input,
            Output,
        }
    }
}
