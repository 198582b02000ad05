using System.Numerics;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace TorchSharp;

/// <summary>Looking rows up, moving pixels, padding and dropping.</summary>
internal static unsafe class IndexOps
{
    /// <summary>Row n of the table for every number n; the gradient of row padding is dropped.</summary>
    public static Tensor Embedding(Tensor numbers, Tensor table, long padding)
    {
        if (table.Rank != 2 || !DTypes.IsFloat(table.Type) || numbers.Type is not (ScalarType.Int64 or ScalarType.Int32))
        {
            throw DTypes.Error($"An embedding needs integer numbers and a floating-point table [rows, size]; got {numbers.Type} and {table.Type} {Shapes.Text(table.Sizes)}.");
        }
        using var converted = numbers.to_type(ScalarType.Int64);
        using var places = converted.contiguous();
        using var dense = table.contiguous();
        foreach (var place in places.Span<long>())
        {
            if ((ulong)place >= (ulong)table.Sizes[0])
            {
                throw DTypes.Error($"Number {place} is outside the embedding's {table.Sizes[0]} rows.");
            }
        }
        var output = Tensor.Allocate([.. numbers.Sizes, table.Sizes[1]], table.Type);
        var bytes = (int)table.Sizes[1] * DTypes.Size(table.Type);
        var at = (byte*)output.Data;
        foreach (var place in places.Span<long>())
        {
            new ReadOnlySpan<byte>((byte*)dense.Data + (place * bytes), bytes).CopyTo(new Span<byte>(at, bytes));
            at += bytes;
        }
        GC.KeepAlive(places);
        GC.KeepAlive(dense);
        GC.KeepAlive(output);
        if (!Autograd.Records(table))
        {
            return output;
        }
        var sizes = table.Sizes;
        return Autograd.Record(output, "Embedding", [table], [places], (node, g) =>
        {
            var result = zeros(sizes, dtype: g.Type);
            if (g.Type == ScalarType.Float32)
            {
                AddRows<float>(node.Saved(0), g.contiguous(), result, padding);
            }
            else
            {
                AddRows<double>(node.Saved(0), g.contiguous(), result, padding);
            }
            return [result];
        });
    }

    /// <summary>[…, C·r², H, W] → […, C, H·r, W·r], or back.</summary>
    public static Tensor PixelShuffle(Tensor x, long factor, bool inverse)
    {
        var name = inverse ? "pixel_unshuffle" : "pixel_shuffle";
        MatrixOps.RequireFloats(name, x, null);
        var square = factor * factor;
        if (factor < 1 || x.Rank < 3 || (inverse ? x.Sizes[^2] % factor != 0 || x.Sizes[^1] % factor != 0 : x.Sizes[^3] % square != 0))
        {
            throw DTypes.Error($"{name} with factor {factor} does not fit a tensor of shape {Shapes.Text(x.Sizes)}.");
        }
        long[] sizes = inverse
            ? [.. x.Sizes[..^3], x.Sizes[^3] * square, x.Sizes[^2] / factor, x.Sizes[^1] / factor]
            : [.. x.Sizes[..^3], x.Sizes[^3] / square, x.Sizes[^2] * factor, x.Sizes[^1] * factor];
        using var dense = x.contiguous();
        var output = Tensor.Allocate(sizes, x.Type);
        var small = inverse ? sizes : x.Sizes;
        var planes = (int)(x.ElementCount / Math.Max(1, square * small[^1] * small[^2]));
        if (x.Type == ScalarType.Float32)
        {
            PixelShuffling.Run<float>(planes, (int)small[^2], (int)small[^1], (int)factor, dense.Span<float>(), output.Span<float>(), inverse);
        }
        else
        {
            PixelShuffling.Run<double>(planes, (int)small[^2], (int)small[^1], (int)factor, dense.Span<double>(), output.Span<double>(), inverse);
        }
        GC.KeepAlive(dense);
        return Autograd.Records(x) ? Autograd.Record(output, name, [x], [], (_, g) => [PixelShuffle(g, factor, !inverse)]) : output;
    }

    /// <summary>Adds rows of a constant around the last dimensions; widths are (before, after) from the last dimension on. Negative widths cut.</summary>
    public static Tensor Pad(Tensor x, ReadOnlySpan<long> widths, double value)
    {
        if (widths.Length % 2 != 0 || widths.Length > 2 * x.Rank)
        {
            throw DTypes.Error($"pad needs (before, after) for at most {x.Rank} dimensions; got {widths.Length} numbers.");
        }
        long[] sizes = [.. x.Sizes];
        var before = new long[x.Rank];
        for (var i = 0; i < widths.Length / 2; i++)
        {
            before[^(i + 1)] = widths[2 * i];
            sizes[^(i + 1)] += widths[2 * i] + widths[(2 * i) + 1];
            if (sizes[^(i + 1)] < 0)
            {
                throw DTypes.Error($"pad by {widths[2 * i]} and {widths[(2 * i) + 1]} leaves nothing of dimension {x.Rank - 1 - i} of {Shapes.Text(x.Sizes)}.");
            }
        }
        var output = full(sizes, value, dtype: x.Type);
        using (no_grad())
        {
            Window(output, x, before, out var inner, out var source);
            inner.copy_(source);
            inner.Dispose();
            source.Dispose();
        }
        if (!Autograd.Records(x))
        {
            return output;
        }
        var original = x.Sizes;
        return Autograd.Record(output, "Pad", [x], [], (_, g) =>
        {
            var result = zeros(original, dtype: g.Type);
            Window(g, result, before, out var inner, out var target);
            target.copy_(inner);
            return [result];
        });
    }

    /// <summary>Each element is 0 with probability p, else x/(1 − p).</summary>
    public static Tensor Dropout(Tensor x, double p)
    {
        MatrixOps.RequireFloats("dropout", x, null);
        using var mask = rand(x.Sizes, dtype: x.Type);
        if (x.Type == ScalarType.Float32)
        {
            KeepMask(mask.Span<float>(), p);
        }
        else
        {
            KeepMask(mask.Span<double>(), p);
        }
        GC.KeepAlive(mask);
        return x.mul(mask);
    }

    /// <summary>The part of the padded tensor that holds the original, and the part of the original that it shows.</summary>
    private static void Window(Tensor padded, Tensor original, long[] before, out Tensor inner, out Tensor shown)
    {
        inner = padded.alias();
        shown = original.alias();
        for (var d = 0; d < before.Length; d++)
        {
            var start = Math.Max(before[d], 0);
            var from = Math.Max(-before[d], 0);
            var length = Math.Max(0, Math.Min(padded.Sizes[d] - start, original.Sizes[d] - from));
            inner = Narrowed(inner, d, start, length);
            shown = Narrowed(shown, d, from, length);
        }
    }

    private static Tensor Narrowed(Tensor x, int d, long start, long length)
    {
        if (start == 0 && length == x.Sizes[d])
        {
            return x;
        }
        using (x)
        {
            return x.narrow(d, Math.Min(start, x.Sizes[d]), length);
        }
    }

    private static void KeepMask<T>(Span<T> values, double p)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var limit = T.CreateChecked(p);
        var scale = p < 1 ? T.CreateChecked(1 / (1 - p)) : T.Zero;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = values[i] < limit ? T.Zero : scale;
        }
    }

    private static void AddRows<T>(Tensor places, Tensor gradient, Tensor target, long padding)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = (int)target.Sizes[1];
        ReadOnlySpan<T> rows = gradient.Span<T>();
        var table = target.Span<T>();
        foreach (var place in places.Span<long>())
        {
            if (place != padding)
            {
                var sum = table.Slice((int)place * width, width);
                TensorPrimitives.Add(sum, rows[..width], sum);
            }
            rows = rows[width..];
        }
        GC.KeepAlive(places);
        GC.KeepAlive(gradient);
        GC.KeepAlive(target);
    }
}
