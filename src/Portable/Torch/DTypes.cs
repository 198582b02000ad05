using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Sizes, names and promotion of element types, and the exception that the package raises for errors of its native part.</summary>
internal static class DTypes
{
    public static int Size(ScalarType type) => type switch
    {
        ScalarType.Float32 or ScalarType.Int32 => 4,
        ScalarType.Float64 or ScalarType.Int64 => 8,
        ScalarType.Byte or ScalarType.Bool => 1,
        _ => throw Unsupported(type),
    };

    public static ScalarType Of(Type type)
    {
        if (type == typeof(float)) return ScalarType.Float32;
        if (type == typeof(double)) return ScalarType.Float64;
        if (type == typeof(long)) return ScalarType.Int64;
        if (type == typeof(int)) return ScalarType.Int32;
        if (type == typeof(byte)) return ScalarType.Byte;
        if (type == typeof(bool)) return ScalarType.Bool;
        throw new NotSupportedException($"Tensors of {type.Name} are not in this build; use float, double, long, int, byte or bool.");
    }

    public static bool IsFloat(ScalarType type) => type is ScalarType.Float32 or ScalarType.Float64;

    // Bool < integers < floating point; inside a category the wider type wins, and Byte with a signed type is that type.
    private static int Rank(ScalarType type) => type switch
    {
        ScalarType.Bool => 0,
        ScalarType.Byte => 10,
        ScalarType.Int32 => 11,
        ScalarType.Int64 => 12,
        ScalarType.Float32 => 20,
        ScalarType.Float64 => 21,
        _ => throw Unsupported(type),
    };

    public static ScalarType Promote(ScalarType a, ScalarType b) => a == b || Rank(a) >= Rank(b) ? a : b;

    public static ScalarType Result(Tensor a, Tensor b)
    {
        var (first, second) = (a.dtype, b.dtype);
        if (first == second) return first;
        var (zeroFirst, zeroSecond) = (a.Sizes.Length == 0, b.Sizes.Length == 0);
        if (zeroFirst == zeroSecond) return Promote(first, second);
        var (wide, zero) = zeroFirst ? (second, first) : (first, second);
        return Rank(zero) / 10 > Rank(wide) / 10 ? zero : wide;
    }

    /// <summary>The type of tensor ∘ scalar: a floating-point scalar lifts an integer tensor to the default type, an integer scalar a bool tensor.</summary>
    public static ScalarType Result(ScalarType tensor, Scalar scalar)
    {
        if (scalar.IsFloat && !IsFloat(tensor)) return get_default_dtype();
        return tensor == ScalarType.Bool && !scalar.IsBool ? ScalarType.Int64 : tensor;
    }

    /// <summary>The type of a function with real values: floating-point types stay, others become the default type.</summary>
    public static ScalarType Real(ScalarType type) => IsFloat(type) ? type : get_default_dtype();

    public static NotSupportedException Unsupported(ScalarType type) =>
        new($"Tensors of {type} are not in this build; use Float32, Float64, Int64, Int32, Byte or Bool.");

    /// <summary>What the package throws when libtorch reports an error.</summary>
    public static ExternalException Error(string sentence) => new(sentence);
}
