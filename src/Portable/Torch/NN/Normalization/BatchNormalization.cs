using System.Numerics;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace TorchSharp;

/// <summary>
/// y = (x − mean)/√(variance + ε)·w + b per channel of [N, C, …] (Ioffe and Szegedy 2015). Training takes mean and variance from the batch and
/// moves the running ones: running ← (1 − momentum)·running + momentum·batch, the variance with divisor n − 1. The channels are spread over the cores.
/// </summary>
internal static unsafe class BatchNormalization
{
    /// <summary>The normalised tensor, recorded.</summary>
    public static Tensor Run(
        Tensor x, Tensor? runningMean, Tensor? runningVariance, Tensor? weight, Tensor? bias, bool training, double momentum, double epsilon)
    {
        MatrixOps.RequireFloats("batch_norm", x, weight, bias);
        MatrixOps.RequireFloats("batch_norm", x, runningMean, runningVariance);
        if (x.Rank < 2 || (!training && (runningMean is null || runningVariance is null)))
        {
            throw DTypes.Error($"batch_norm needs an input [N, C, ...], and running statistics in evaluation; got {Shapes.Text(x.Sizes)}.");
        }
        var (batch, channels) = ((int)x.Sizes[0], (int)x.Sizes[1]);
        var pixels = (int)Shapes.Count(x.Sizes.AsSpan(2));
        foreach (var vector in new[] { runningMean, runningVariance, weight, bias })
        {
            if (vector is not null && (vector.ElementCount != channels || !vector.is_contiguous()))
            {
                throw DTypes.Error($"batch_norm needs one number per channel ({channels}) in every vector; got {Shapes.Text(vector.Sizes)}.");
            }
        }
        if (training && batch * pixels < 2)
        {
            throw DTypes.Error($"batch_norm needs more than one value per channel in training; got an input of shape {Shapes.Text(x.Sizes)}.");
        }
        using var input = x.contiguous();
        var output = Tensor.Allocate(x.Sizes, x.Type);
        using var statistics = Tensor.Allocate([2, channels], x.Type);
        var work = new Layout(batch, channels, pixels);
        if (x.Type == ScalarType.Float32)
        {
            Forward<float>(work, input, runningMean, runningVariance, weight, bias, output, statistics, training, momentum, epsilon);
        }
        else
        {
            Forward<double>(work, input, runningMean, runningVariance, weight, bias, output, statistics, training, momentum, epsilon);
        }
        if (!Autograd.Records(x, weight, bias))
        {
            return output;
        }
        return Autograd.Record(output, "BatchNorm", [x, weight, bias], [input, weight, statistics], (node, g) =>
        {
            var gradient = g.contiguous();
            var (source, factors) = (node.Saved(0), node.HasSaved(1) ? node.Saved(1) : null);
            var dx = Tensor.Allocate(source.Sizes, g.Type);
            var dw = Tensor.Allocate([work.Channels], g.Type);
            var db = Tensor.Allocate([work.Channels], g.Type);
            if (g.Type == ScalarType.Float32)
            {
                Backward<float>(work, gradient, source, factors, node.Saved(2), dx, dw, db, training);
            }
            else
            {
                Backward<double>(work, gradient, source, factors, node.Saved(2), dx, dw, db, training);
            }
            return [node.Needs(0) ? dx : null, node.Needs(1) ? dw : null, node.Needs(2) ? db : null];
        });
    }

    private static void Forward<T>(
        Layout work, Tensor x, Tensor? runningMean, Tensor? runningVariance, Tensor? w, Tensor? b, Tensor y, Tensor statistics, bool training,
        double momentum, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var source = (T*)x.Data;
        var target = (T*)y.Data;
        var means = (T*)statistics.Data;
        var reciprocals = means + work.Channels;
        var keptMeans = runningMean is null ? null : (T*)runningMean.Data;
        var keptVariances = runningVariance is null ? null : (T*)runningVariance.Data;
        var scale = w is null ? null : (T*)w.Data;
        var shift = b is null ? null : (T*)b.Data;
        work.EachChannel(channel =>
        {
            var values = new Span<T>(Scratch.Get<T>(Scratch.Columns, work.Count), work.Count);
            work.Read(source, channel, values);
            T mean, variance;
            if (training)
            {
                mean = TensorPrimitives.Sum<T>(values) / T.CreateChecked(work.Count);
                TensorPrimitives.Subtract(values, mean, values);
                var squares = TensorPrimitives.SumOfSquares<T>(values);
                variance = squares / T.CreateChecked(work.Count);
                var (keep, move) = (T.CreateChecked(1 - momentum), T.CreateChecked(momentum));
                if (keptMeans != null)
                {
                    keptMeans[channel] = (keep * keptMeans[channel]) + (move * mean);
                }
                if (keptVariances != null)
                {
                    keptVariances[channel] = (keep * keptVariances[channel]) + (move * squares / T.CreateChecked(work.Count - 1));
                }
            }
            else
            {
                mean = keptMeans[channel];
                variance = keptVariances[channel];
                TensorPrimitives.Subtract(values, mean, values);
            }
            means[channel] = mean;
            var reciprocal = reciprocals[channel] = T.One / T.Sqrt(variance + T.CreateChecked(epsilon));
            TensorPrimitives.Multiply(values, scale == null ? reciprocal : reciprocal * scale[channel], values);
            if (shift != null)
            {
                TensorPrimitives.Add(values, shift[channel], values);
            }
            work.Write(values, target, channel);
        });
        if (training)
        {
            foreach (var kept in new[] { runningMean, runningVariance })
            {
                if (kept is not null)
                {
                    kept.Memory.Version++;
                }
            }
        }
        GC.KeepAlive(x);
        GC.KeepAlive(y);
        GC.KeepAlive(w);
        GC.KeepAlive(b);
        GC.KeepAlive(statistics);
    }

    private static void Backward<T>(
        Layout work, Tensor g, Tensor x, Tensor? w, Tensor statistics, Tensor dx, Tensor dw, Tensor db, bool training)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var incoming = (T*)g.Data;
        var source = (T*)x.Data;
        var target = (T*)dx.Data;
        var means = (T*)statistics.Data;
        var reciprocals = means + work.Channels;
        var scale = w is null ? null : (T*)w.Data;
        var weightGradients = (T*)dw.Data;
        var biasGradients = (T*)db.Data;
        work.EachChannel(channel =>
        {
            var values = new Span<T>(Scratch.Get<T>(Scratch.Columns, work.Count), work.Count);
            var gradient = new Span<T>(Scratch.Get<T>(Scratch.Results, work.Count), work.Count);
            work.Read(source, channel, values);
            work.Read(incoming, channel, gradient);
            var reciprocal = reciprocals[channel];
            TensorPrimitives.Subtract(values, means[channel], values);
            TensorPrimitives.Multiply(values, reciprocal, values);
            var sum = TensorPrimitives.Sum<T>(gradient);
            var product = TensorPrimitives.Dot<T>(gradient, values);
            weightGradients[channel] = product;
            biasGradients[channel] = sum;
            if (training)
            {
                var n = T.CreateChecked(work.Count);
                TensorPrimitives.Subtract(gradient, sum / n, gradient);
                TensorPrimitives.MultiplyAdd(values, -product / n, gradient, gradient);
            }
            TensorPrimitives.Multiply(gradient, scale == null ? reciprocal : reciprocal * scale[channel], gradient);
            work.Write(gradient, target, channel);
        });
        GC.KeepAlive(g);
        GC.KeepAlive(x);
        GC.KeepAlive(w);
        GC.KeepAlive(statistics);
        GC.KeepAlive(dx);
        GC.KeepAlive(dw);
        GC.KeepAlive(db);
    }

    /// <summary>Where the values of a channel lie.</summary>
    private readonly record struct Layout(int Batch, int Channels, int Pixels)
    {
        /// <summary>Values per channel.</summary>
        public int Count => Batch * Pixels;

        public void EachChannel(Action<int> body)
        {
            var (channels, group) = (Channels, Math.Max(1, (1 << 14) / Math.Max(Count, 1)));
            WorkSplit.Run((channels + group - 1) / group, part =>
            {
                for (var channel = part * group; channel < Math.Min(channels, (part + 1) * group); channel++)
                {
                    body(channel);
                }
            });
        }

        public void Read<T>(T* source, int channel, Span<T> values)
            where T : unmanaged
        {
            source += (long)channel * Pixels;
            for (var image = 0; image < Batch; image++, source += (long)Channels * Pixels)
            {
                if (Pixels == 1)
                {
                    values[image] = *source;
                }
                else
                {
                    new ReadOnlySpan<T>(source, Pixels).CopyTo(values[(image * Pixels)..]);
                }
            }
        }

        public void Write<T>(ReadOnlySpan<T> values, T* target, int channel)
            where T : unmanaged
        {
            target += (long)channel * Pixels;
            for (var image = 0; image < Batch; image++, target += (long)Channels * Pixels)
            {
                if (Pixels == 1)
                {
                    *target = values[image];
                }
                else
                {
                    values.Slice(image * Pixels, Pixels).CopyTo(new Span<T>(target, Pixels));
                }
            }
        }
    }
}
