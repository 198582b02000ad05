namespace TorchSharp;

public static partial class torch
{
    /// <summary>Element types, with TorchSharp's numbers. Tensors of this build hold Byte, Int32, Int64, Float32, Float64 and Bool.</summary>
    public enum ScalarType : sbyte
    {
        Byte = 0,
        Int8 = 1,
        Int16 = 2,
        Int32 = 3,
        Int64 = 4,
        Float16 = 5,
        Float32 = 6,
        Float64 = 7,
        ComplexFloat32 = 9,
        ComplexFloat64 = 10,
        Bool = 11,
        BFloat16 = 15,
    }

    public static ScalarType @bool = ScalarType.Bool;
    public static ScalarType uint8 = ScalarType.Byte;
    public static ScalarType int32 = ScalarType.Int32;
    public static ScalarType int64 = ScalarType.Int64;
    public static ScalarType float32 = ScalarType.Float32;
    public static ScalarType float64 = ScalarType.Float64;
    public static ScalarType @int = ScalarType.Int32;
    public static ScalarType @long = ScalarType.Int64;
    public static ScalarType @float = ScalarType.Float32;
    public static ScalarType @double = ScalarType.Float64;

    private static ScalarType defaultType = ScalarType.Float32;

    /// <summary>The element type of floating-point factories that are given none.</summary>
    public static ScalarType get_default_dtype() => defaultType;

    /// <exception cref="ArgumentException">The type is not a floating-point type of this build.</exception>
    public static void set_default_dtype(ScalarType dtype) =>
        defaultType = dtype is ScalarType.Float32 or ScalarType.Float64
            ? dtype
            : throw new ArgumentException($"Only floating-point types can be the default; got {dtype}, use Float32 or Float64.");

    public static bool is_integral(ScalarType type) =>
        type is ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 or ScalarType.Bool;

    public static bool is_floating_point(ScalarType type) =>
        type is ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16;

    public static bool is_integral(Tensor t) => is_integral(t.dtype);

    public static bool is_floating_point(Tensor input) => is_floating_point(input.dtype);

    /// <summary>The type that both can be converted to: the higher of bool, integer, floating point, then the wider.</summary>
    public static ScalarType promote_types(ScalarType type1, ScalarType type2) => DTypes.Promote(type1, type2);

    /// <summary>The element type of an arithmetic result: zero-dimensional tensors only raise the category, not the width.</summary>
    public static ScalarType result_type(Tensor tensor1, Tensor tensor2) => DTypes.Result(tensor1, tensor2);

    /// <summary>The properties of a floating-point type.</summary>
    public struct FInfo
    {
        public int bits;
        public double eps;
        public double max;
        public double min;
        public double tiny;
        public double smallest_normal;
        public double resolution;
    }

    public static FInfo finfo() => finfo(defaultType);

    /// <exception cref="ArgumentException">The type is not a floating-point type of this build.</exception>
    public static FInfo finfo(ScalarType dtype) => dtype switch
    {
        ScalarType.Float32 => new FInfo
        {
            bits = 32, eps = MathF.BitIncrement(1f) - 1f, max = float.MaxValue, min = float.MinValue,
            tiny = 1.17549435E-38f, smallest_normal = 1.17549435E-38f, resolution = 1e-6,
        },
        ScalarType.Float64 => new FInfo
        {
            bits = 64, eps = Math.BitIncrement(1.0) - 1.0, max = double.MaxValue, min = double.MinValue,
            tiny = 2.2250738585072014E-308, smallest_normal = 2.2250738585072014E-308, resolution = 1e-15,
        },
        _ => throw new ArgumentException($"finfo is for Float32 and Float64; got {dtype}."),
    };
}
