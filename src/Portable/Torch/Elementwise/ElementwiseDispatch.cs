using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>From a function and an element type, known at run time, to the compiled loop; allocates results and converts operands. Records nothing.</summary>
internal static class ElementwiseDispatch
{
    /// <summary>f(x) in new memory; computed in, and of, the given type.</summary>
    public static Tensor Unary(UnaryKind kind, Tensor x, ScalarType type)
    {
        var result = x.AllocateLike(type);
        if (x.Type == type)
        {
            Run(kind, x, result);
        }
        else
        {
            using var converted = x.ConvertedTo(type);
            Run(kind, converted, result);
        }

        return result;
    }

    /// <summary>f(x, y) in new memory of the broadcast shape; computed in, and of, the given type.</summary>
    public static Tensor Binary(BinaryKind kind, Tensor x, Tensor y, ScalarType type)
    {
        var sizes = Shapes.Broadcast(x.Sizes, y.Sizes);
        var result = ReferenceEquals(sizes, x.Sizes) ? x.AllocateLike(type) : Tensor.Allocate(sizes, type);
        Into(kind, x, y, result);
        return result;
    }

    /// <summary>result = f(x, y), where the result has the broadcast shape and may be x itself; computed in the result's type.</summary>
    public static void Into(BinaryKind kind, Tensor x, Tensor y, Tensor result)
    {
        var type = result.Type;
        var a = x.Type == type ? x : x.ConvertedTo(type);
        var b = y.Type == type ? y : y.ConvertedTo(type);
        switch (type)
        {
            case ScalarType.Float32: Real<float>(kind, a, b, result); break;
            case ScalarType.Float64: Real<double>(kind, a, b, result); break;
            case ScalarType.Int64: Number<long>(kind, a, b, result); break;
            case ScalarType.Int32: Number<int>(kind, a, b, result); break;
            case ScalarType.Byte: Number<byte>(kind, a, b, result); break;
            case ScalarType.Bool: Truth(kind, a, b, result); break;
            default: throw DTypes.Unsupported(type);
        }

        if (!ReferenceEquals(a, x)) a.Dispose();
        if (!ReferenceEquals(b, y)) b.Dispose();
    }

    /// <summary>f(x, value) in new memory; computed in, and of, the given type.</summary>
    public static Tensor Binary(BinaryKind kind, Tensor x, Scalar value, ScalarType type)
    {
        var result = x.AllocateLike(type);
        Into(kind, x, value, result);
        return result;
    }

    /// <summary>result = f(x, value); result may be x itself.</summary>
    public static void Into(BinaryKind kind, Tensor x, Scalar value, Tensor result)
    {
        var type = result.Type;
        var a = x.Type == type ? x : x.ConvertedTo(type);
        switch (type)
        {
            case ScalarType.Float32: Real(kind, a, (float)value.AsDouble, result); break;
            case ScalarType.Float64: Real(kind, a, value.AsDouble, result); break;
            case ScalarType.Int64: Number(kind, a, value.AsLong, result); break;
            case ScalarType.Int32: Number(kind, a, (int)value.AsLong, result); break;
            case ScalarType.Byte: Number(kind, a, (byte)value.AsLong, result); break;
            default:
                using (var scalar = Tensor.Allocate([], ScalarType.Bool, register: false))
                {
                    scalar.Fill(value);
                    Truth(kind, a, scalar, result);
                }

                break;
        }

        if (!ReferenceEquals(a, x)) a.Dispose();
    }

    /// <summary>result = f(x) for operands of the same type; result may be x itself.</summary>
    public static void Run(UnaryKind kind, Tensor x, Tensor result)
    {
        switch (result.Type)
        {
            case ScalarType.Float32: Real<float>(kind, x, result); break;
            case ScalarType.Float64: Real<double>(kind, x, result); break;
            case ScalarType.Int64: Number<long>(kind, x, result); break;
            case ScalarType.Int32: Number<int>(kind, x, result); break;
            case ScalarType.Byte: Number<byte>(kind, x, result); break;
            default: throw DTypes.Error($"{kind} is not defined for {result.Type} tensors; convert with to_type() first.");
        }
    }

    private static void Real<T>(BinaryKind kind, Tensor x, Tensor y, Tensor result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        switch (kind)
        {
            case BinaryKind.Power: Elementwise.Binary<T, PowerOp<T>>(x, y, result); break;
            case BinaryKind.Atan2: Elementwise.Binary<T, Atan2Op<T>>(x, y, result); break;
            default: Number<T>(kind, x, y, result); break;
        }
    }

    private static void Number<T>(BinaryKind kind, Tensor x, Tensor y, Tensor result)
        where T : unmanaged, INumber<T>
    {
        switch (kind)
        {
            case BinaryKind.Add: Elementwise.Binary<T, AddOp<T>>(x, y, result); break;
            case BinaryKind.Subtract: Elementwise.Binary<T, SubtractOp<T>>(x, y, result); break;
            case BinaryKind.Multiply: Elementwise.Binary<T, MultiplyOp<T>>(x, y, result); break;
            case BinaryKind.Divide: Elementwise.Binary<T, DivideOp<T>>(x, y, result); break;
            case BinaryKind.Maximum: Elementwise.Binary<T, MaximumOp<T>>(x, y, result); break;
            case BinaryKind.Minimum: Elementwise.Binary<T, MinimumOp<T>>(x, y, result); break;
            default: throw DTypes.Error($"{kind} is not defined for {result.Type} tensors; convert with to_type() first.");
        }
    }

    private static void Real<T>(BinaryKind kind, Tensor x, T y, Tensor result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        switch (kind)
        {
            case BinaryKind.Power: Elementwise.Binary<T, PowerOp<T>>(x, y, result); break;
            case BinaryKind.Atan2: Elementwise.Binary<T, Atan2Op<T>>(x, y, result); break;
            default: Number(kind, x, y, result); break;
        }
    }

    private static void Number<T>(BinaryKind kind, Tensor x, T y, Tensor result)
        where T : unmanaged, INumber<T>
    {
        switch (kind)
        {
            case BinaryKind.Add: Elementwise.Binary<T, AddOp<T>>(x, y, result); break;
            case BinaryKind.Subtract: Elementwise.Binary<T, SubtractOp<T>>(x, y, result); break;
            case BinaryKind.Multiply: Elementwise.Binary<T, MultiplyOp<T>>(x, y, result); break;
            case BinaryKind.Divide: Elementwise.Binary<T, DivideOp<T>>(x, y, result); break;
            case BinaryKind.Maximum: Elementwise.Binary<T, MaximumOp<T>>(x, y, result); break;
            case BinaryKind.Minimum: Elementwise.Binary<T, MinimumOp<T>>(x, y, result); break;
            default: throw DTypes.Error($"{kind} is not defined for {result.Type} tensors; convert with to_type() first.");
        }
    }

    // Bool arithmetic as libtorch has it: sum is "or", product is "and".
    private static void Truth(BinaryKind kind, Tensor x, Tensor y, Tensor result)
    {
        switch (kind)
        {
            case BinaryKind.Add or BinaryKind.Maximum: Elementwise.Binary<byte, MaximumOp<byte>>(x, y, result); break;
            case BinaryKind.Multiply or BinaryKind.Minimum: Elementwise.Binary<byte, MinimumOp<byte>>(x, y, result); break;
            default: throw DTypes.Error($"{kind} is not defined for Bool tensors; convert with to_type() first, or use logical operations.");
        }
    }

    private static void Real<T>(UnaryKind kind, Tensor x, Tensor result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        switch (kind)
        {
            case UnaryKind.Exp: Elementwise.Unary<T, ExpOp<T>>(x, result); break;
            case UnaryKind.Expm1: Elementwise.Unary<T, Expm1Op<T>>(x, result); break;
            case UnaryKind.Log: Elementwise.Unary<T, LogOp<T>>(x, result); break;
            case UnaryKind.Log2: Elementwise.Unary<T, Log2Op<T>>(x, result); break;
            case UnaryKind.Log10: Elementwise.Unary<T, Log10Op<T>>(x, result); break;
            case UnaryKind.Log1p: Elementwise.Unary<T, Log1pOp<T>>(x, result); break;
            case UnaryKind.Sqrt: Elementwise.Unary<T, SqrtOp<T>>(x, result); break;
            case UnaryKind.Rsqrt: Elementwise.Unary<T, RsqrtOp<T>>(x, result); break;
            case UnaryKind.Reciprocal: Elementwise.Unary<T, ReciprocalOp<T>>(x, result); break;
            case UnaryKind.Sin: Elementwise.Unary<T, SinOp<T>>(x, result); break;
            case UnaryKind.Cos: Elementwise.Unary<T, CosOp<T>>(x, result); break;
            case UnaryKind.Tan: Elementwise.Unary<T, TanOp<T>>(x, result); break;
            case UnaryKind.Asin: Elementwise.Unary<T, AsinOp<T>>(x, result); break;
            case UnaryKind.Acos: Elementwise.Unary<T, AcosOp<T>>(x, result); break;
            case UnaryKind.Atan: Elementwise.Unary<T, AtanOp<T>>(x, result); break;
            case UnaryKind.Sinh: Elementwise.Unary<T, SinhOp<T>>(x, result); break;
            case UnaryKind.Cosh: Elementwise.Unary<T, CoshOp<T>>(x, result); break;
            case UnaryKind.Tanh: Elementwise.Unary<T, TanhOp<T>>(x, result); break;
            case UnaryKind.Sigmoid: Elementwise.Unary<T, SigmoidOp<T>>(x, result); break;
            case UnaryKind.Relu: Elementwise.Unary<T, ReluOp<T>>(x, result); break;
            case UnaryKind.Floor: Elementwise.Unary<T, FloorOp<T>>(x, result); break;
            case UnaryKind.Ceiling: Elementwise.Unary<T, CeilingOp<T>>(x, result); break;
            case UnaryKind.Round: Elementwise.Unary<T, RoundOp<T>>(x, result); break;
            case UnaryKind.Truncate: Elementwise.Unary<T, TruncateOp<T>>(x, result); break;
            default: Number<T>(kind, x, result); break;
        }
    }

    private static void Number<T>(UnaryKind kind, Tensor x, Tensor result)
        where T : unmanaged, INumber<T>
    {
        switch (kind)
        {
            case UnaryKind.Negate: Elementwise.Unary<T, NegateOp<T>>(x, result); break;
            case UnaryKind.Abs: Elementwise.Unary<T, AbsOp<T>>(x, result); break;
            case UnaryKind.Square: Elementwise.Unary<T, SquareOp<T>>(x, result); break;
            case UnaryKind.Sign: Elementwise.Unary<T, SignOp<T>>(x, result); break;
            case UnaryKind.Floor or UnaryKind.Ceiling or UnaryKind.Round or UnaryKind.Truncate: Conversion.Copy(x, result); break;
            default: throw DTypes.Error($"{kind} is not defined for {result.Type} tensors; convert with to_type() first.");
        }
    }
}
