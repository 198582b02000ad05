using static TorchSharp.torch;

namespace QDiff.Models.Persistence;

public sealed partial class StoredTensor
{
    /// <summary>Copies a tensor of any device.</summary>
    /// <exception cref="ArgumentException">Its element type is none of float32, float64, int64 and uint8.</exception>
    public static StoredTensor From(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using var scope = NewDisposeScope();
        Tensor here = tensor.detach().cpu().contiguous();
        return tensor.dtype switch
        {
            ScalarType.Float32 => From<float>(here.data<float>().ToArray(), tensor.shape),
            ScalarType.Float64 => From<double>(here.data<double>().ToArray(), tensor.shape),
            ScalarType.Int64 => From<long>(here.data<long>().ToArray(), tensor.shape),
            ScalarType.Byte => From<byte>(here.data<byte>().ToArray(), tensor.shape),
            _ => throw new ArgumentException($"A tensor of {tensor.dtype} cannot be stored; convert it to float32, float64, int64 or uint8.", nameof(tensor)),
        };
    }

    /// <summary>A new tensor with this content; the caller disposes of it.</summary>
    /// <param name="device">Where to put it; null for the CPU.</param>
    public Tensor ToTensor(Device? device = null)
    {
        long[] shape = [.. Shape];
        return Type switch
        {
            StoredType.F32 => tensor(Values<float>().ToArray(), shape, device: device),
            StoredType.F64 => tensor(Values<double>().ToArray(), shape, device: device),
            StoredType.I64 => tensor(Values<long>().ToArray(), shape, device: device),
            _ => tensor(Values<byte>().ToArray(), shape, device: device),
        };
    }
}
