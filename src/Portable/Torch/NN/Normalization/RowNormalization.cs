using System.Numerics;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace TorchSharp;

/// <summary>
/// y = (x − mean)/√(variance + ε)·w + b over rows: layer and group normalisation. With x̂ = (x − mean)·r the gradient is
/// dx = r·(ĝ − mean ĝ − x̂·mean(ĝ·x̂)), ĝ = g·w.
/// </summary>
/// <param name="Rows">Rows that are normalised by themselves.</param>
/// <param name="Length">Elements of a row.</param>
/// <param name="Groups">Row r belongs to group r mod Groups.</param>
/// <param name="Spread">Consecutive elements that share a weight: weight of element i of row r is (r mod Groups)·Length/Spread + i/Spread.</param>
/// <param name="Epsilon">Added to the variance.</param>
internal readonly unsafe record struct RowNormalization(int Rows, int Length, int Groups, int Spread, double Epsilon)
{
    /// <summary>Parts over which the weights' gradients are summed before they are joined in order.</summary>
    private const int Parts = 8;

    private int WeightsPerRow => Length / Spread;

    /// <summary>The normalised tensor, recorded.</summary>
    public static Tensor Run(string name, RowNormalization rows, Tensor x, Tensor? weight, Tensor? bias)
    {
        MatrixOps.RequireFloats(name, x, weight, bias);
        using var input = x.contiguous();
        using var scale = weight?.contiguous();
        using var shift = bias?.contiguous();
        var output = Tensor.Allocate(x.Sizes, x.Type);
        using var statistics = Tensor.Allocate([rows.Rows, 2], x.Type);
        if (x.Type == ScalarType.Float32)
        {
            rows.Forward<float>(input, scale, shift, output, statistics);
        }
        else
        {
            rows.Forward<double>(input, scale, shift, output, statistics);
        }
        if (!Autograd.Records(x, weight, bias))
        {
            return output;
        }
        return Autograd.Record(output, name, [x, weight, bias], [input, scale, statistics], (node, g) =>
        {
            var gradient = g.contiguous();
            var (source, factors) = (node.Saved(0), node.HasSaved(1) ? node.Saved(1) : null);
            var dx = Tensor.Allocate(source.Sizes, g.Type);
            var count = rows.Groups * rows.WeightsPerRow;
            var dw = Tensor.Allocate([count], g.Type);
            var db = Tensor.Allocate([count], g.Type);
            if (g.Type == ScalarType.Float32)
            {
                rows.Backward<float>(gradient, source, factors, node.Saved(2), dx, dw, db);
            }
            else
            {
                rows.Backward<double>(gradient, source, factors, node.Saved(2), dx, dw, db);
            }
            return
            [
                node.Needs(0) ? dx : null,
                node.Needs(1) ? dw.view(factors!.Sizes) : null,
                node.Needs(2) ? db.view(factors?.Sizes ?? [count]) : null,
            ];
        });
    }

    private void Forward<T>(Tensor x, Tensor? w, Tensor? b, Tensor y, Tensor statistics)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var me = this;
        var source = (T*)x.Data;
        var target = (T*)y.Data;
        var moments = (T*)statistics.Data;
        var scale = w is null ? null : (T*)w.Data;
        var shift = b is null ? null : (T*)b.Data;
        EachRow(row =>
        {
            var values = new ReadOnlySpan<T>(source + ((long)row * me.Length), me.Length);
            var result = new Span<T>(target + ((long)row * me.Length), me.Length);
            var mean = TensorPrimitives.Sum(values) / T.CreateChecked(me.Length);
            TensorPrimitives.Subtract(values, mean, result);
            var variance = TensorPrimitives.SumOfSquares<T>(result) / T.CreateChecked(me.Length);
            var reciprocal = T.One / T.Sqrt(variance + T.CreateChecked(me.Epsilon));
            TensorPrimitives.Multiply(result, reciprocal, result);
            moments[2 * row] = mean;
            moments[(2 * row) + 1] = reciprocal;
            me.Scale(row, scale, result);
            me.Shift(row, shift, result);
        });
        GC.KeepAlive(x);
        GC.KeepAlive(w);
        GC.KeepAlive(b);
        GC.KeepAlive(y);
        GC.KeepAlive(statistics);
    }

    private void Backward<T>(Tensor g, Tensor x, Tensor? w, Tensor statistics, Tensor dx, Tensor dw, Tensor db)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var me = this;
        var count = Groups * WeightsPerRow;
        var parts = Math.Min(Parts, Math.Max(Rows, 1));
        var incoming = (T*)g.Data;
        var source = (T*)x.Data;
        var target = (T*)dx.Data;
        var moments = (T*)statistics.Data;
        var scale = w is null ? null : (T*)w.Data;
        var sums = new T[2 * parts * count];
        WorkSplit.Run(parts, part =>
        {
            var weightSums = sums.AsSpan(2 * part * count, count);
            var biasSums = sums.AsSpan(((2 * part) + 1) * count, count);
            var normalised = new Span<T>(Scratch.Get<T>(Scratch.Results, me.Length), me.Length);
            var last = (int)((long)me.Rows * (part + 1) / parts);
            for (var row = (int)((long)me.Rows * part / parts); row < last; row++)
            {
                var values = new ReadOnlySpan<T>(incoming + ((long)row * me.Length), me.Length);
                var result = new Span<T>(target + ((long)row * me.Length), me.Length);
                var reciprocal = moments[(2 * row) + 1];
                TensorPrimitives.Subtract(new ReadOnlySpan<T>(source + ((long)row * me.Length), me.Length), moments[2 * row], normalised);
                TensorPrimitives.Multiply(normalised, reciprocal, normalised);
                var first = row % me.Groups * me.WeightsPerRow;
                me.AddSums(values, normalised, weightSums.Slice(first, me.WeightsPerRow), biasSums.Slice(first, me.WeightsPerRow));
                values.CopyTo(result);
                me.Scale(row, scale, result);
                var n = T.CreateChecked(me.Length);
                var mean = TensorPrimitives.Sum<T>(result) / n;
                var slope = TensorPrimitives.Dot<T>(result, normalised) / n;
                TensorPrimitives.Subtract(result, mean, result);
                TensorPrimitives.MultiplyAdd(normalised, -slope, result, result);
                TensorPrimitives.Multiply(result, reciprocal, result);
            }
        });
        var (weights, biases) = (dw, db);
        weights.Span<T>().Clear();
        biases.Span<T>().Clear();
        for (var part = 0; part < parts; part++)
        {
            TensorPrimitives.Add(weights.Span<T>(), sums.AsSpan(2 * part * count, count), weights.Span<T>());
            TensorPrimitives.Add(biases.Span<T>(), sums.AsSpan(((2 * part) + 1) * count, count), biases.Span<T>());
        }
        GC.KeepAlive(g);
        GC.KeepAlive(x);
        GC.KeepAlive(w);
        GC.KeepAlive(statistics);
        GC.KeepAlive(dx);
    }

    private void Scale<T>(int row, T* factors, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (factors == null)
        {
            return;
        }
        factors += row % Groups * WeightsPerRow;
        if (Spread == 1)
        {
            TensorPrimitives.Multiply(values, new ReadOnlySpan<T>(factors, values.Length), values);
            return;
        }
        for (var i = 0; i < WeightsPerRow; i++)
        {
            var run = values.Slice(i * Spread, Spread);
            TensorPrimitives.Multiply(run, factors[i], run);
        }
    }

    private void Shift<T>(int row, T* terms, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (terms == null)
        {
            return;
        }
        terms += row % Groups * WeightsPerRow;
        if (Spread == 1)
        {
            TensorPrimitives.Add(values, new ReadOnlySpan<T>(terms, values.Length), values);
            return;
        }
        for (var i = 0; i < WeightsPerRow; i++)
        {
            var run = values.Slice(i * Spread, Spread);
            TensorPrimitives.Add(run, terms[i], run);
        }
    }

    private void AddSums<T>(ReadOnlySpan<T> g, ReadOnlySpan<T> normalised, Span<T> weightSums, Span<T> biasSums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Spread == 1)
        {
            TensorPrimitives.MultiplyAdd(g, normalised, weightSums, weightSums);
            TensorPrimitives.Add(biasSums, g, biasSums);
            return;
        }
        for (var i = 0; i < WeightsPerRow; i++)
        {
            var run = g.Slice(i * Spread, Spread);
            weightSums[i] += TensorPrimitives.Dot(run, normalised.Slice(i * Spread, Spread));
            biasSums[i] += TensorPrimitives.Sum(run);
        }
    }

    private void EachRow(Action<int> body)
    {
        var (rows, group) = (Rows, Math.Max(1, Elementwise.Piece / Math.Max(Length, 1)));
        WorkSplit.Run((rows + group - 1) / group, part =>
        {
            for (var row = part * group; row < Math.Min(rows, (part + 1) * group); row++)
            {
                body(row);
            }
        });
    }
}
