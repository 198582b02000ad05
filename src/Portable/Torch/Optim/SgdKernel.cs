using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// One step of gradient descent: g ← g + λp; with momentum μ, b ← μb + (1 − damping)·g (b = g at the first step) and g ← b, or g + μb (Nesterov);
/// p ← p − lr·g.
/// </summary>
internal readonly record struct SgdKernel(
    double LearningRate, double Momentum, double Dampening, double WeightDecay, bool Nesterov, bool Maximize, bool IsFirst)
{
    /// <summary>Updates a parameter and its momentum buffer.</summary>
    public void Run(Tensor parameter, Tensor gradient, Tensor? buffer)
    {
        using var dense = gradient.contiguous();
        if (!parameter.is_contiguous())
        {
            throw DTypes.Error($"The parameter of shape {Shapes.Text(parameter.Sizes)} is not contiguous; make it from contiguous().");
        }
        if (parameter.Type == ScalarType.Float32)
        {
            Update(parameter.Span<float>(), dense.Span<float>(), buffer is null ? [] : buffer.Span<float>());
        }
        else
        {
            Update(parameter.Span<double>(), dense.Span<double>(), buffer is null ? [] : buffer.Span<double>());
        }
        GC.KeepAlive(dense);
        GC.KeepAlive(buffer);
        parameter.Memory.Version++;
    }

    private void Update<T>(Span<T> p, ReadOnlySpan<T> g, Span<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var step = T.CreateChecked(Maximize ? LearningRate : -LearningRate);
        var decay = T.CreateChecked(WeightDecay);
        var momentum = T.CreateChecked(Momentum);
        var fresh = T.CreateChecked(IsFirst ? 1 : 1 - Dampening);
        var kept = IsFirst ? T.Zero : momentum;
        var i = 0;
        for (; i + Vector<T>.Count <= p.Length; i += Vector<T>.Count)
        {
            var parameter = new Vector<T>(p[i..]);
            var gradient = new Vector<T>(g[i..]) + (parameter * decay);
            if (!b.IsEmpty)
            {
                var buffer = (new Vector<T>(b[i..]) * kept) + (gradient * fresh);
                buffer.CopyTo(b[i..]);
                gradient = Nesterov ? gradient + (buffer * momentum) : buffer;
            }
            (parameter + (gradient * step)).CopyTo(p[i..]);
        }
        for (; i < p.Length; i++)
        {
            var gradient = g[i] + (p[i] * decay);
            if (!b.IsEmpty)
            {
                b[i] = (b[i] * kept) + (gradient * fresh);
                gradient = Nesterov ? gradient + (b[i] * momentum) : b[i];
            }
            p[i] += gradient * step;
        }
    }
}
