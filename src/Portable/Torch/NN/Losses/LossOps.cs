using System.Numerics;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace TorchSharp;

/// <summary>Losses in one pass over memory. The derivative is computed along with the value and scaled in backward.</summary>
internal static unsafe class LossOps
{
    private const int Block = ActivationOps.Block;

    /// <summary>A loss per element, reduced. With <paramref name="differenceOnly"/> the loss depends on x − t, so the target's slope is the negative.</summary>
    public static Tensor Elementwise<TSingle, TDouble>(
        string name, Tensor input, Tensor target, nn.Reduction reduction, TSingle single, TDouble wide, bool differenceOnly)
        where TSingle : struct, ILossFunction<float>
        where TDouble : struct, ILossFunction<double>
    {
        MatrixOps.RequireFloats(name, input, target);
        if (!Shapes.Same(input.Sizes, target.Sizes))
        {
            var sizes = Shapes.Broadcast(input.Sizes, target.Sizes);
            using var wideInput = input.expand(sizes);
            using var wideTarget = target.expand(sizes);
            return Elementwise(name, wideInput, wideTarget, reduction, single, wide, differenceOnly);
        }
        using var x = input.contiguous();
        using var t = target.contiguous();
        var records = Autograd.Records(input, target);
        using var slope = records ? Tensor.Allocate(x.Sizes, x.Type) : null;
        var output = Tensor.Allocate(reduction == nn.Reduction.None ? x.Sizes : [], x.Type);
        if (x.Type == ScalarType.Float32)
        {
            Evaluate<float, TSingle>(single, x, t, slope, output, reduction);
        }
        else
        {
            Evaluate<double, TDouble>(wide, x, t, slope, output, reduction);
        }
        if (!records)
        {
            return output;
        }
        if (!differenceOnly && Autograd.Records(target))
        {
            output.Dispose();
            throw new NotSupportedException($"{name} of this build has no gradient by its target; detach it.");
        }
        var factor = reduction == nn.Reduction.Mean ? 1.0 / x.ElementCount : 1.0;
        return Autograd.Record(output, name, [input, target], [slope], (node, g) =>
        {
            var scaled = factor == 1 ? g : g.mul(factor);
            var dx = node.Saved(0).mul(scaled);
            return [node.Needs(0) ? dx : null, node.Needs(1) ? dx.neg() : null];
        });
    }

    /// <summary>Losses that exist already, times weights, reduced.</summary>
    public static Tensor Reduce(Tensor losses, Tensor? weight, nn.Reduction reduction)
    {
        using var weighted = weight is null ? losses.alias() : losses.mul(weight);
        return reduction switch
        {
            nn.Reduction.Mean => weighted.mean(),
            nn.Reduction.Sum => weighted.sum(),
            _ => weighted.alias(),
        };
    }

    /// <summary>
    /// −(1 − s)·w[y]·logp[y] − s/C·Σ_c w_c·logp_c for each row of log-probabilities [N, C] with the number y of its class; s is the label
    /// smoothing. The mean divides by the sum of w[y] over the rows that count.
    /// </summary>
    public static Tensor NegativeLogLikelihood(Tensor logProbabilities, Tensor target, Tensor? weight, long ignored, nn.Reduction reduction, double smoothing)
    {
        MatrixOps.RequireFloats("nll_loss", logProbabilities, weight);
        if (logProbabilities.Rank != 2 || target.Rank != 1 || target.Sizes[0] != logProbabilities.Sizes[0] || target.Type is not (ScalarType.Int64 or ScalarType.Int32)
            || (weight is not null && weight.ElementCount != logProbabilities.Sizes[1]))
        {
            throw DTypes.Error(
                $"A classification loss needs scores [N, C], integer classes [N] and weights [C]; got {Shapes.Text(logProbabilities.Sizes)}, "
                + $"{target.Type} {Shapes.Text(target.Sizes)} and {(weight is null ? "no weights" : Shapes.Text(weight.Sizes))}.");
        }
        using var scores = logProbabilities.contiguous();
        using var whole = target.to_type(ScalarType.Int64);
        using var classes = whole.contiguous();
        using var weights = weight?.contiguous();
        var (rows, count) = ((int)scores.Sizes[0], (int)scores.Sizes[1]);
        foreach (var label in classes.Span<long>())
        {
            if (label != ignored && (ulong)label >= (ulong)count)
            {
                throw DTypes.Error($"Class {label} is outside 0 … {count - 1}.");
            }
        }
        using var slope = Tensor.Allocate(scores.Sizes, scores.Type);
        var output = Tensor.Allocate(reduction == nn.Reduction.None ? [rows] : [], scores.Type);
        if (scores.Type == ScalarType.Float32)
        {
            Likelihood<float>(scores, classes, weights, ignored, reduction, smoothing, slope, output);
        }
        else
        {
            Likelihood<double>(scores, classes, weights, ignored, reduction, smoothing, slope, output);
        }
        if (!Autograd.Records(logProbabilities))
        {
            return output;
        }
        return Autograd.Record(output, "NllLoss", [logProbabilities], [slope], static (node, g) =>
            [node.Saved(0).mul(g.Rank == 0 ? g : g.unsqueeze(1))]);
    }

    private static void Evaluate<T, TLoss>(TLoss function, Tensor x, Tensor t, Tensor? slope, Tensor output, nn.Reduction reduction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, ILossFunction<T>
    {
        var predictions = (T*)x.Data;
        var targets = (T*)t.Data;
        var slopes = slope is null ? null : (T*)slope.Data;
        var results = (T*)output.Data;
        var keep = reduction == nn.Reduction.None;
        var pieces = (int)((x.ElementCount + TorchSharp.Elementwise.Piece - 1) / TorchSharp.Elementwise.Piece);
        var sums = new double[Math.Max(pieces, 1)];
        TorchSharp.Elementwise.Pieces(x.ElementCount, (start, length) =>
        {
            Span<T> scratch = stackalloc T[Block];
            var sum = 0.0;
            for (var at = start; at < start + length; at += Block)
            {
                var count = (int)Math.Min(Block, start + length - at);
                var losses = keep ? new Span<T>(results + at, count) : scratch[..count];
                function.Evaluate(
                    new ReadOnlySpan<T>(predictions + at, count), new ReadOnlySpan<T>(targets + at, count), losses,
                    slopes == null ? [] : new Span<T>(slopes + at, count));
                if (!keep)
                {
                    sum += double.CreateChecked(TensorPrimitives.Sum<T>(losses));
                }
            }
            sums[start / TorchSharp.Elementwise.Piece] = sum;
        });
        if (!keep)
        {
            // Pieces are fixed by the size alone and joined in their order.
            *results = T.CreateChecked(sums.Sum() / (reduction == nn.Reduction.Mean ? x.ElementCount : 1));
        }
        GC.KeepAlive(x);
        GC.KeepAlive(t);
        GC.KeepAlive(slope);
        GC.KeepAlive(output);
    }

    private static void Likelihood<T>(
        Tensor scores, Tensor classes, Tensor? weights, long ignored, nn.Reduction reduction, double smoothing, Tensor slope, Tensor output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var labels = classes.Span<long>();
        ReadOnlySpan<T> values = scores.Span<T>();
        var slopes = slope.Span<T>();
        var results = output.Span<T>();
        var count = (int)scores.Sizes[1];
        ReadOnlySpan<T> factors = weights is null ? [] : weights.Span<T>();
        slopes.Clear();
        var total = 0.0;
        var divisor = 0.0;
        for (var row = 0; row < labels.Length; row++)
        {
            var loss = 0.0;
            if (labels[row] != ignored)
            {
                var label = (int)labels[row];
                var weight = factors.IsEmpty ? 1.0 : double.CreateChecked(factors[label]);
                divisor += weight;
                var at = row * count;
                loss = -(1 - smoothing) * weight * double.CreateChecked(values[at + label]);
                slopes[at + label] = T.CreateChecked(-(1 - smoothing) * weight);
                for (var c = 0; c < count && smoothing > 0; c++)
                {
                    var share = smoothing / count * (factors.IsEmpty ? 1.0 : double.CreateChecked(factors[c]));
                    loss -= share * double.CreateChecked(values[at + c]);
                    slopes[at + c] -= T.CreateChecked(share);
                }
            }
            total += loss;
            if (reduction == nn.Reduction.None)
            {
                results[row] = T.CreateChecked(loss);
            }
        }
        if (reduction == nn.Reduction.Sum)
        {
            results[0] = T.CreateChecked(total);
        }
        else if (reduction == nn.Reduction.Mean)
        {
            results[0] = T.CreateChecked(total / divisor);
            TensorPrimitives.Multiply<T>(slopes, T.CreateChecked(1 / divisor), slopes);
        }
        GC.KeepAlive(scores);
        GC.KeepAlive(classes);
        GC.KeepAlive(weights);
        GC.KeepAlive(slope);
        GC.KeepAlive(output);
    }
}
