using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>gather and scatter along one dimension: element (…, i, …) of the index tensor names a place of that dimension, all other coordinates stay.</summary>
internal static unsafe class AlongDimension
{
    /// <summary>result[…, i, …] = x[…, index[…, i, …], …].</summary>
    public static Tensor Gather(Tensor x, int dim, Tensor index)
    {
        Check(x, dim, index, index.Sizes, "gather");
        var result = Tensor.Allocate(index.Sizes, x.Type);
        switch (DTypes.Size(x.Type))
        {
            case 4: Move<int>(x, dim, index, result, write: false); break;
            case 8: Move<long>(x, dim, index, result, write: false); break;
            default: Move<byte>(x, dim, index, result, write: false); break;
        }

        return result;
    }

    /// <summary>x[…, index[…, i, …], …] = source[…, i, …]; of equal places the last one counts.</summary>
    public static void Scatter(Tensor x, int dim, Tensor index, Tensor source)
    {
        Check(x, dim, index, source.Sizes, "scatter");
        using var values = source.ConvertedTo(x.Type);
        switch (DTypes.Size(x.Type))
        {
            case 4: Move<int>(x, dim, index, values, write: true); break;
            case 8: Move<long>(x, dim, index, values, write: true); break;
            default: Move<byte>(x, dim, index, values, write: true); break;
        }
    }

    /// <summary>x[…, index[…, i, …], …] += source[…, i, …], in the order of the elements.</summary>
    public static void Add(Tensor x, int dim, Tensor index, Tensor source)
    {
        Check(x, dim, index, source.Sizes, "scatter_add");
        using var values = source.ConvertedTo(x.Type);
        switch (x.Type)
        {
            case ScalarType.Float32: Accumulate<float>(x, dim, index, values); break;
            case ScalarType.Float64: Accumulate<double>(x, dim, index, values); break;
            case ScalarType.Int64: Accumulate<long>(x, dim, index, values); break;
            case ScalarType.Int32: Accumulate<int>(x, dim, index, values); break;
            default: throw DTypes.Error($"scatter_add is not defined for {x.Type} tensors.");
        }
    }

    private static void Check(Tensor x, int dim, Tensor index, long[] source, string name)
    {
        if (index.dtype != ScalarType.Int64) throw DTypes.Error($"{name}: the index must hold Int64; got {index.Type}.");
        var fits = index.Rank == x.Rank && source.Length == x.Rank;
        for (var d = 0; fits && d < x.Rank; d++)
        {
            fits = index.Sizes[d] <= source[d] && (d == dim || index.Sizes[d] <= x.Sizes[d]);
        }

        if (!fits)
        {
            throw DTypes.Error(
                $"{name}: an index of shape {Shapes.Text(index.Sizes)} and a source of shape {Shapes.Text(source)} do not fit a tensor of shape " +
                $"{Shapes.Text(x.Sizes)} along dimension {dim}: the index may not be larger in any other dimension.");
        }
    }

    private static void Move<T>(Tensor x, int dim, Tensor index, Tensor values, bool write)
        where T : unmanaged
    {
        if (index.ElementCount == 0) return;
        var data = (T*)x.Data;
        var other = (T*)values.Data;
        Visit(x, dim, index, values, (place, position) =>
        {
            if (write) data[place] = other[position];
            else other[position] = data[place];
        });
    }

    private static void Accumulate<T>(Tensor x, int dim, Tensor index, Tensor values)
        where T : unmanaged, INumber<T>
    {
        if (index.ElementCount == 0) return;
        var data = (T*)x.Data;
        var other = (T*)values.Data;
        Visit(x, dim, index, values, (place, position) => data[place] += other[position]);
    }

    private static void Visit(Tensor x, int dim, Tensor index, Tensor values, Action<long, long> visit)
    {
        var (size, stride) = x.Rank == 0 ? (1, 0) : (x.Sizes[dim], x.Strides[dim]);
        long[] fixedStrides = [.. x.Strides];
        if (x.Rank > 0) fixedStrides[dim] = 0;
        var loop = StridedLoop.Over(index.Sizes, index.Strides, fixedStrides, values.Strides);
        var cursor = loop.From(0);
        var at = (long*)index.Data;
        var (n, si, sx, sv) = (loop.Inner, loop.InnerStep(0), loop.InnerStep(1), loop.InnerStep(2));
        for (var row = 0L; row < loop.Rows; row++, cursor.Next())
        {
            for (var i = 0L; i < n; i++)
            {
                var place = at[cursor[0] + (i * si)];
                if (place < 0 || place >= size)
                {
                    throw DTypes.Error($"Index {place} is outside dimension {dim} of size {size} (valid: 0 to {size - 1}).");
                }

                visit(cursor[1] + (i * sx) + (place * stride), cursor[2] + (i * sv));
            }
        }

        GC.KeepAlive(x);
        GC.KeepAlive(index);
        GC.KeepAlive(values);
    }
}
