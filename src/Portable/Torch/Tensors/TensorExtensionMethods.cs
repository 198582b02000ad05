namespace TorchSharp;

/// <summary>Conversions of one-element tensors to .NET numbers.</summary>
public static partial class TensorExtensionMethods
{
    public static float ToSingle(this torch.Tensor value) => value.ToScalar().ToSingle();

    public static double ToDouble(this torch.Tensor value) => value.ToScalar().ToDouble();

    public static byte ToByte(this torch.Tensor value) => value.ToScalar().ToByte();

    public static int ToInt32(this torch.Tensor value) => value.ToScalar().ToInt32();

    public static long ToInt64(this torch.Tensor value) => value.ToScalar().ToInt64();

    public static bool ToBoolean(this torch.Tensor value) => value.ToScalar().ToBoolean();

    /// <summary>Bytes per element.</summary>
    public static int ElementSize(this torch.ScalarType type) => DTypes.Size(type);

    public static torch.Tensor ToTensor<T>(this T[] rawArray, long[] dimensions, bool doCopy = false, bool requires_grad = false)
    {
        var flat = torch.from_array(rawArray, null, null, requires_grad: false);
        using (flat)
        {
            var shaped = flat.reshape(dimensions);
            return requires_grad ? shaped.requires_grad_() : shaped;
        }
    }

    /// <summary>The product of the sizes.</summary>
    public static long TotalSize(this IEnumerable<long> shape)
    {
        var result = 1L;
        foreach (var size in shape)
        {
            result *= size;
        }

        return result;
    }
}
