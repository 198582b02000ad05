using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// Reads and writes at positions given by tensors. The tensor is seen with the indexed dimensions first: for every entry of the (broadcast)
/// positions, one block of the remaining dimensions.
/// </summary>
internal static unsafe class GatherKernel
{
    /// <summary>A tensor arranged for its index: dimensions with positions first, and the offsets of the blocks.</summary>
    private readonly record struct Layout(long[] Broadcast, long[] Offsets, long[] RestSizes, long[] RestStrides, int FirstIndexed, bool Adjacent);

    /// <summary>The shape of x[positions].</summary>
    public static long[] ResultShape(Tensor x, Tensor?[] positions)
    {
        var layout = Arrange(x, positions);
        return Shape(layout);
    }

    /// <summary>x[positions] in new memory.</summary>
    public static Tensor Gather(Tensor x, Tensor?[] positions)
    {
        var layout = Arrange(x, positions);
        var result = Tensor.Allocate(Shape(layout), x.Type);
        using var blocks = Blocks(result, layout);
        Run(DTypes.Size(x.Type), x, blocks, layout, write: false);
        GC.KeepAlive(x);
        return result;
    }

    /// <summary>x[positions] = values, which broadcast; of equal positions the last one counts.</summary>
    public static void Put(Tensor x, Tensor?[] positions, Tensor values)
    {
        var layout = Arrange(x, positions);
        using var expanded = Expanded(values, layout, x.Type);
        using var blocks = Blocks(expanded, layout);
        Run(DTypes.Size(x.Type), x, blocks, layout, write: true);
    }

    /// <summary>x[positions] += values, which broadcast; equal positions add up in their order.</summary>
    public static void Add(Tensor x, Tensor?[] positions, Tensor values)
    {
        var layout = Arrange(x, positions);
        using var expanded = Expanded(values, layout, x.Type);
        using var blocks = Blocks(expanded, layout);
        switch (x.Type)
        {
            case ScalarType.Float32: Accumulate<float>(x, blocks, layout); break;
            case ScalarType.Float64: Accumulate<double>(x, blocks, layout); break;
            case ScalarType.Int64: Accumulate<long>(x, blocks, layout); break;
            case ScalarType.Int32: Accumulate<int>(x, blocks, layout); break;
            case ScalarType.Byte: Accumulate<byte>(x, blocks, layout); break;
            default: throw DTypes.Error($"Values cannot be accumulated into a {x.Type} tensor.");
        }
    }

    private static Tensor Expanded(Tensor values, in Layout layout, ScalarType type)
    {
        var shape = Shape(layout);
        var strides = Shapes.ExpandedStrides(values.Sizes, values.Strides, shape);
        using var view = values.ViewOf(shape, strides, values.Offset, register: false);
        return view.ConvertedTo(type);
    }

    private static long[] Shape(in Layout layout) => layout.Adjacent
        ? [.. layout.RestSizes[..layout.FirstIndexed], .. layout.Broadcast, .. layout.RestSizes[layout.FirstIndexed..]]
        : [.. layout.Broadcast, .. layout.RestSizes];

    // The result with the dimensions of the positions first, whatever their place in it.
    private static Tensor Blocks(Tensor result, in Layout layout)
    {
        var lead = layout.Adjacent ? layout.FirstIndexed : 0;
        var count = layout.Broadcast.Length;
        var order = new long[result.Rank];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i < count ? lead + i : i < count + lead ? i - count : i;
        }

        return result.Permuted(order);
    }

    private static Layout Arrange(Tensor x, Tensor?[] positions)
    {
        var broadcast = Array.Empty<long>();
        var (first, last, indexed) = (-1, -1, 0);
        for (var d = 0; d < positions.Length; d++)
        {
            if (positions[d] is not { } position) continue;
            broadcast = Shapes.Broadcast(broadcast, position.Sizes);
            first = first < 0 ? d : first;
            last = d;
            indexed++;
        }

        var offsets = new long[Shapes.Count(broadcast)];
        var restSizes = new long[x.Rank - indexed];
        var restStrides = new long[x.Rank - indexed];
        var rest = 0;
        for (var d = 0; d < x.Rank; d++)
        {
            if (d >= positions.Length || positions[d] is not { } position)
            {
                (restSizes[rest], restStrides[rest++]) = (x.Sizes[d], x.Strides[d]);
                continue;
            }

            var strides = Shapes.ExpandedStrides(position.Sizes, position.Strides, broadcast);
            var loop = StridedLoop.Over(broadcast, strides, strides);
            var cursor = loop.From(0);
            var data = (long*)position.Data;
            var (n, step, size, stride) = (loop.Inner, loop.InnerStep(0), x.Sizes[d], x.Strides[d]);
            var i = 0L;
            for (var row = 0L; row < loop.Rows && offsets.Length > 0; row++, cursor.Next())
            {
                for (var k = 0L; k < n; k++)
                {
                    var at = data[cursor[0] + (k * step)];
                    if (at < -size || at >= size)
                    {
                        throw DTypes.Error($"Index {at} is outside dimension {d} of size {size} (valid: {-size} to {size - 1}).");
                    }

                    offsets[i++] += (at < 0 ? at + size : at) * stride;
                }
            }

            GC.KeepAlive(position);
        }

        return new Layout(broadcast, offsets, restSizes, restStrides, first, last - first + 1 == indexed);
    }

    private static void Run(int size, Tensor x, Tensor blocks, in Layout layout, bool write)
    {
        switch (size)
        {
            case 4: Move<int>(x, blocks, layout, write); break;
            case 8: Move<long>(x, blocks, layout, write); break;
            default: Move<byte>(x, blocks, layout, write); break;
        }
    }

    private static void Move<T>(Tensor x, Tensor blocks, Layout layout, bool write)
        where T : unmanaged
    {
        if (blocks.ElementCount == 0) return;
        var source = (T*)x.Data;
        var target = (T*)blocks.Data;
        var count = layout.Broadcast.Length;
        var outer = StridedLoop.Over(layout.Broadcast, blocks.Strides[..count], blocks.Strides[..count]);
        var rest = StridedLoop.Over(layout.RestSizes, blocks.Strides[count..], layout.RestStrides);
        var (inner, st, ss) = (rest.Inner, rest.InnerStep(0), rest.InnerStep(1));
        var whole = rest.Rows == 1 && ((st == 1 && ss == 1) || inner == 1);
        var cursor = outer.From(0);
        var block = 0L;
        for (var row = 0L; row < outer.Rows; row++, cursor.Next())
        {
            for (var k = 0L; k < outer.Inner; k++)
            {
                var t = target + cursor[0] + (k * outer.InnerStep(0));
                var s = source + layout.Offsets[block++];
                if (whole)
                {
                    var bytes = inner * sizeof(T);
                    Buffer.MemoryCopy(write ? t : s, write ? s : t, bytes, bytes);
                    continue;
                }

                var inside = rest.From(0);
                for (var r = 0L; r < rest.Rows; r++, inside.Next())
                {
                    var a = t + inside[0];
                    var b = s + inside[1];
                    for (var i = 0L; i < inner; i++)
                    {
                        if (write) b[i * ss] = a[i * st];
                        else a[i * st] = b[i * ss];
                    }
                }
            }
        }

        GC.KeepAlive(x);
        GC.KeepAlive(blocks);
    }

    private static void Accumulate<T>(Tensor x, Tensor blocks, Layout layout)
        where T : unmanaged, INumber<T>
    {
        if (blocks.ElementCount == 0) return;
        var target = (T*)x.Data;
        var source = (T*)blocks.Data;
        var count = layout.Broadcast.Length;
        var outer = StridedLoop.Over(layout.Broadcast, blocks.Strides[..count], blocks.Strides[..count]);
        var rest = StridedLoop.Over(layout.RestSizes, layout.RestStrides, blocks.Strides[count..]);
        var (inner, st, ss) = (rest.Inner, rest.InnerStep(0), rest.InnerStep(1));
        var cursor = outer.From(0);
        var block = 0L;
        for (var row = 0L; row < outer.Rows; row++, cursor.Next())
        {
            for (var k = 0L; k < outer.Inner; k++)
            {
                var s = source + cursor[0] + (k * outer.InnerStep(0));
                var t = target + layout.Offsets[block++];
                var inside = rest.From(0);
                for (var r = 0L; r < rest.Rows; r++, inside.Next())
                {
                    var a = t + inside[0];
                    var b = s + inside[1];
                    for (var i = 0L; i < inner; i++)
                    {
                        a[i * st] += b[i * ss];
                    }
                }
            }
        }

        GC.KeepAlive(x);
        GC.KeepAlive(blocks);
    }
}
