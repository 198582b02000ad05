using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// One step of Adam (Kingma and Ba 2015) or AdamW (Loshchilov and Hutter 2019) in one pass: with g the gradient,
/// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², p ← p − lr/(1 − β₁ᵗ)·m/(√v/√(1 − β₂ᵗ) + ε). Weight decay λ adds λp to g, or, decoupled, first scales p
/// by 1 − lr·λ. AMSGrad puts the greatest v so far below the root.
/// </summary>
internal readonly record struct AdamKernel(
    double LearningRate, double Beta1, double Beta2, double Epsilon, double WeightDecay, bool Decoupled, bool Maximize, long Step)
{
    /// <summary>Updates a parameter and its moments.</summary>
    public void Run(Tensor parameter, Tensor gradient, Tensor first, Tensor second, Tensor? greatest)
    {
        using var dense = gradient.contiguous();
        if (!parameter.is_contiguous())
        {
            throw DTypes.Error($"The parameter of shape {Shapes.Text(parameter.Sizes)} is not contiguous; make it from contiguous().");
        }
        if (parameter.Type == ScalarType.Float32)
        {
            Run<float>(parameter, dense, first, second, greatest);
        }
        else
        {
            Run<double>(parameter, dense, first, second, greatest);
        }
        parameter.Memory.Version++;
    }

    private unsafe void Run<T>(Tensor parameter, Tensor gradient, Tensor first, Tensor second, Tensor? greatest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var me = this;
        var p = (T*)parameter.Data;
        var g = (T*)gradient.Data;
        var m = (T*)first.Data;
        var v = (T*)second.Data;
        var u = greatest is null ? null : (T*)greatest.Data;
        if (parameter.ElementCount <= Elementwise.Piece)
        {
            me.Update(p, g, m, v, u, (int)parameter.ElementCount);
        }
        else
        {
            Elementwise.Pieces(parameter.ElementCount, (start, length) =>
                me.Update(p + start, g + start, m + start, v + start, u == null ? null : u + start, length));
        }
        GC.KeepAlive(parameter);
        GC.KeepAlive(gradient);
        GC.KeepAlive(first);
        GC.KeepAlive(second);
        GC.KeepAlive(greatest);
    }

    private unsafe void Update<T>(T* p, T* g, T* m, T* v, T* u, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var beta1 = T.CreateChecked(Beta1);
        var beta2 = T.CreateChecked(Beta2);
        var fresh1 = T.CreateChecked(1 - Beta1);
        var fresh2 = T.CreateChecked(1 - Beta2);
        var epsilon = T.CreateChecked(Epsilon);
        var rootCorrection = T.CreateChecked(Math.Sqrt(1 - Math.Pow(Beta2, Step)));
        var step = T.CreateChecked(LearningRate / (1 - Math.Pow(Beta1, Step)));
        var sign = Maximize ? -T.One : T.One;
        var decay = T.CreateChecked(Decoupled ? 0 : WeightDecay);
        var shrink = T.CreateChecked(Decoupled ? 1 - (LearningRate * WeightDecay) : 1);
        var i = 0;
        for (; i + Vector<T>.Count <= count; i += Vector<T>.Count)
        {
            var parameter = Vector.Load(p + i) * shrink;
            var gradient = (Vector.Load(g + i) * sign) + (parameter * decay);
            var first = (Vector.Load(m + i) * beta1) + (gradient * fresh1);
            var second = (Vector.Load(v + i) * beta2) + (gradient * gradient * fresh2);
            first.Store(m + i);
            second.Store(v + i);
            if (u != null)
            {
                second = Vector.Max(Vector.Load(u + i), second);
                second.Store(u + i);
            }
            (parameter - (first * step / ((Vector.SquareRoot(second) / rootCorrection) + new Vector<T>(epsilon)))).Store(p + i);
        }
        for (; i < count; i++)
        {
            var parameter = p[i] * shrink;
            var gradient = (g[i] * sign) + (parameter * decay);
            m[i] = (m[i] * beta1) + (gradient * fresh1);
            v[i] = (v[i] * beta2) + (gradient * gradient * fresh2);
            var second = v[i];
            if (u != null)
            {
                second = u[i] = T.Max(u[i], second);
            }
            p[i] = parameter - (m[i] * step / ((T.Sqrt(second) / rootCorrection) + epsilon));
        }
    }
}
