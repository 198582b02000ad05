using System.Numerics;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace TorchSharp;

/// <summary>y = eˣ/Σeˣ along one dimension, and its logarithm, with the greatest value taken out so that nothing overflows.</summary>
internal static unsafe class SoftmaxOps
{
    /// <summary>Softmax, or its logarithm, along a dimension.</summary>
    public static Tensor Run(Tensor x, long dim, bool logarithm)
    {
        MatrixOps.RequireFloats(logarithm ? "log_softmax" : "softmax", x, null);
        var along = Shapes.Dimension(dim, x.Rank);
        using var dense = x.contiguous();
        var output = Tensor.Allocate(x.Sizes, x.Type);
        if (x.Type == ScalarType.Float32)
        {
            Forward<float>(dense, output, along, logarithm);
        }
        else
        {
            Forward<double>(dense, output, along, logarithm);
        }
        if (!Autograd.Records(x))
        {
            return output;
        }
        return Autograd.Record(output, logarithm ? "LogSoftmax" : "Softmax", [x], [output], (node, g) =>
        {
            var y = node.Saved(0);
            var gradient = g.contiguous();
            var result = Tensor.Allocate(y.Sizes, y.Type);
            if (y.Type == ScalarType.Float32)
            {
                Backward<float>(gradient, y, result, along, logarithm);
            }
            else
            {
                Backward<double>(gradient, y, result, along, logarithm);
            }
            return [result];
        });
    }

    private static void Forward<T>(Tensor x, Tensor y, int along, bool logarithm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var source = (T*)x.Data;
        var target = (T*)y.Data;
        EachRow(y, along, (start, step, count) =>
        {
            using var row = new Row<T>(target + start, step, count);
            var values = row.Values;
            Row<T>.Read(source + start, step, values);
            TensorPrimitives.Subtract(values, TensorPrimitives.Max<T>(values), values);
            if (logarithm)
            {
                using var powers = new Row<T>(count);
                TensorPrimitives.Exp(values, powers.Values);
                TensorPrimitives.Subtract(values, T.Log(TensorPrimitives.Sum<T>(powers.Values)), values);
            }
            else
            {
                TensorPrimitives.Exp(values, values);
                TensorPrimitives.Divide(values, TensorPrimitives.Sum<T>(values), values);
            }
        });
        GC.KeepAlive(x);
        GC.KeepAlive(y);
    }

    private static void Backward<T>(Tensor g, Tensor y, Tensor dx, int along, bool logarithm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var gradient = (T*)g.Data;
        var output = (T*)y.Data;
        var target = (T*)dx.Data;
        EachRow(dx, along, (start, step, count) =>
        {
            using var row = new Row<T>(target + start, step, count);
            using var probabilities = new Row<T>(count);
            using var incoming = new Row<T>(count);
            var result = row.Values;
            var p = probabilities.Values;
            var values = incoming.Values;
            Row<T>.Read(output + start, step, p);
            Row<T>.Read(gradient + start, step, values);
            if (logarithm)
            {
                // dx = g − eʸ·Σg
                TensorPrimitives.Exp(p, p);
                TensorPrimitives.Multiply(p, -TensorPrimitives.Sum<T>(values), p);
                TensorPrimitives.Add(values, p, result);
            }
            else
            {
                // dx = y·(g − Σg·y)
                var mean = TensorPrimitives.Dot<T>(values, p);
                TensorPrimitives.Subtract(values, mean, values);
                TensorPrimitives.Multiply(values, p, result);
            }
        });
        GC.KeepAlive(g);
        GC.KeepAlive(y);
        GC.KeepAlive(dx);
    }

    private static void EachRow(Tensor shape, int along, Action<long, long, int> body)
    {
        if (shape.ElementCount == 0)
        {
            return;
        }
        var count = shape.Rank == 0 ? 1 : (int)shape.Sizes[along];
        var step = shape.Rank == 0 ? 1 : shape.Strides[along];
        var rows = (int)(shape.ElementCount / count);
        var group = Math.Max(1, Elementwise.Piece / Math.Max(count, 1));
        WorkSplit.Run((rows + group - 1) / group, part =>
        {
            for (var row = (long)part * group; row < Math.Min(rows, (part + 1L) * group); row++)
            {
                body((row / step * step * count) + (row % step), step, count);
            }
        });
    }

    /// <summary>A row of a tensor as contiguous values: in place where it is contiguous, else a copy that is written back.</summary>
    private readonly ref struct Row<T>
        where T : unmanaged
    {
        private readonly T* _target;
        private readonly long _step;
        private readonly T[]? _rented;

        public Row(int count)
        {
            _rented = System.Buffers.ArrayPool<T>.Shared.Rent(count);
            Values = _rented.AsSpan(0, count);
        }

        public Row(T* target, long step, int count)
        {
            if (step == 1)
            {
                Values = new Span<T>(target, count);
                return;
            }
            _target = target;
            _step = step;
            _rented = System.Buffers.ArrayPool<T>.Shared.Rent(count);
            Values = _rented.AsSpan(0, count);
        }

        public Span<T> Values { get; }

        public static void Read(T* source, long step, Span<T> values)
        {
            if (step == 1)
            {
                new ReadOnlySpan<T>(source, values.Length).CopyTo(values);
                return;
            }
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = source[i * step];
            }
        }

        public void Dispose()
        {
            if (_rented is null)
            {
                return;
            }
            if (_target != null)
            {
                for (var i = 0; i < Values.Length; i++)
                {
                    _target[i * _step] = Values[i];
                }
            }
            System.Buffers.ArrayPool<T>.Shared.Return(_rented);
        }
    }
}
