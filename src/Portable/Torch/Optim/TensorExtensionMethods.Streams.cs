using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class TensorExtensionMethods
{
    /// <summary>The tensor as a parameter that requires a gradient; the old handle is left disposed.</summary>
    public static Parameter AsParameter(this Tensor tensor) => new(tensor);

    /// <summary>Writes type, shape (7-bit encoded numbers) and elements (row-major, little-endian).</summary>
    public static void Save(this Tensor tensor, BinaryWriter writer)
    {
        writer.Write7BitEncodedInt64((long)tensor.dtype);
        writer.Write7BitEncodedInt64(tensor.Rank);
        foreach (var size in tensor.Sizes)
        {
            writer.Write7BitEncodedInt64(size);
        }
        using var dense = tensor.contiguous();
        writer.Write(Bytes(dense));
        GC.KeepAlive(dense);
    }

    /// <summary>Reads what <see cref="Save(Tensor, BinaryWriter)"/> wrote into a tensor of the same type and shape.</summary>
    /// <exception cref="ArgumentException">Type or shape differ.</exception>
    /// <exception cref="EndOfStreamException">The stream ends too early.</exception>
    public static void Load(this Tensor tensor, BinaryReader reader, bool skip = false)
    {
        var (type, sizes) = Header(reader);
        if (type != tensor.dtype || (!skip && !Shapes.Same(sizes, tensor.Sizes)))
        {
            throw new ArgumentException(
                $"The stream holds a {type} tensor of shape {Shapes.Text(sizes)}, but the target is {tensor.dtype} of shape {Shapes.Text(tensor.Sizes)}.");
        }
        var target = skip ? null : tensor;
        Elements(reader, type, sizes, target);
    }

    /// <summary>Reads a tensor that <see cref="Save(Tensor, BinaryWriter)"/> wrote.</summary>
    public static Tensor Load(BinaryReader reader, bool skip = false)
    {
        Tensor? tensor = null;
        Load(ref tensor, reader, skip);
        return tensor!;
    }

    /// <summary>Reads into a tensor, or makes it when there is none.</summary>
    /// <exception cref="ArgumentException">The shape differs.</exception>
    public static void Load(ref Tensor? tensor, BinaryReader reader, bool skip = false)
    {
        if (tensor is not null)
        {
            tensor.Load(reader, skip);
            return;
        }
        var (type, sizes) = Header(reader);
        tensor = zeros(sizes, dtype: type);
        var target = skip ? null : tensor;
        Elements(reader, type, sizes, target);
    }

    private static (ScalarType Type, long[] Sizes) Header(BinaryReader reader)
    {
        var type = (ScalarType)reader.Read7BitEncodedInt64();
        var sizes = new long[checked((int)reader.Read7BitEncodedInt64())];
        for (var i = 0; i < sizes.Length; i++)
        {
            sizes[i] = reader.Read7BitEncodedInt64();
        }
        return (type, sizes);
    }

    private static void Elements(BinaryReader reader, ScalarType type, long[] sizes, Tensor? target)
    {
        using var dense = Tensor.Allocate(sizes, type);
        reader.BaseStream.ReadExactly(Bytes(dense));
        GC.KeepAlive(dense);
        if (target is not null)
        {
            using var guard = no_grad();
            target.copy_(dense);
        }
    }

    private static unsafe Span<byte> Bytes(Tensor dense) => new(dense.Data, checked((int)(dense.ElementCount * DTypes.Size(dense.Type))));
}
