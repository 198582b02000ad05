namespace TorchSharp;

/// <summary>The elementwise functions of one operand.</summary>
internal enum UnaryKind
{
    Negate,
    Abs,
    Square,
    Sign,
    Exp,
    Expm1,
    Log,
    Log2,
    Log10,
    Log1p,
    Sqrt,
    Rsqrt,
    Reciprocal,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Sigmoid,
    Relu,
    Floor,
    Ceiling,
    Round,
    Truncate,
}
