using static TorchSharp.torch;

namespace QDiff.Models.Persistence;

public static partial class NumpyFile
{
    /// <summary>Writes a float32 tensor of any device and shape; see <see cref="Write(string, ReadOnlyMemory{float}, long[])"/>.</summary>
    /// <exception cref="ArgumentException">The tensor is not float32.</exception>
    /// <exception cref="UserErrorException">The file cannot be written.</exception>
    public static void Write(string path, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.dtype != ScalarType.Float32)
        {
            throw new ArgumentException($"A NumPy file is written from a float32 tensor; got {tensor.dtype}.", nameof(tensor));
        }
        using var scope = NewDisposeScope();
        Write(path, tensor.detach().cpu().contiguous().data<float>().ToArray(), tensor.shape);
    }
}
