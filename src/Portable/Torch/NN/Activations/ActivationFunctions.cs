using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TorchSharp;

// The elementwise activations, one type each.

/// <summary>f = x·σ(x), f′ = σ + x·σ·(1 − σ).</summary>
internal readonly struct Silu<T> : IActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Forward(ReadOnlySpan<T> x, Span<T> y)
    {
        if (typeof(T) == typeof(float) && WideSigmoid.IsSupported)
        {
            WideForward(ref Unsafe.As<T, float>(ref MemoryMarshal.GetReference(x)), ref Unsafe.As<T, float>(ref MemoryMarshal.GetReference(y)), y.Length);
            return;
        }
        TensorPrimitives.Sigmoid(x, y);
        TensorPrimitives.Multiply(y, x, y);
    }

    public void Backward(ReadOnlySpan<T> g, ReadOnlySpan<T> x, Span<T> dx)
    {
        if (typeof(T) == typeof(float) && WideSigmoid.IsSupported)
        {
            WideBackward(
                ref Unsafe.As<T, float>(ref MemoryMarshal.GetReference(g)), ref Unsafe.As<T, float>(ref MemoryMarshal.GetReference(x)),
                ref Unsafe.As<T, float>(ref MemoryMarshal.GetReference(dx)), dx.Length);
            return;
        }
        TensorPrimitives.Sigmoid(x, dx);
        var i = 0;
        for (; i + Vector<T>.Count <= dx.Length; i += Vector<T>.Count)
        {
            var s = new Vector<T>(dx[i..]);
            var value = new Vector<T>(x[i..]);
            (new Vector<T>(g[i..]) * (s + (value * s * (Vector<T>.One - s)))).CopyTo(dx[i..]);
        }
        for (; i < dx.Length; i++)
        {
            var s = dx[i];
            dx[i] = g[i] * (s + (x[i] * s * (T.One - s)));
        }
    }

    // The last vector overlaps the one before it; fewer numbers than a vector holds are worked on in a copy, so that no bit depends on where a number stands.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WideForward(ref float x, ref float y, int length)
    {
        if (length < WideSigmoid.Count)
        {
            Span<float> padded = stackalloc float[WideSigmoid.Count];
            padded.Clear();
            MemoryMarshal.CreateReadOnlySpan(ref x, length).CopyTo(padded);
            WideForward(ref padded[0], ref padded[0], WideSigmoid.Count);
            padded[..length].CopyTo(MemoryMarshal.CreateSpan(ref y, length));
            return;
        }
        for (var i = 0; i < length; i += WideSigmoid.Count)
        {
            var at = (nuint)Math.Min(i, length - WideSigmoid.Count);
            var value = Vector512.LoadUnsafe(ref x, at);
            (WideSigmoid.Of(value) * value).StoreUnsafe(ref y, at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WideBackward(ref float g, ref float x, ref float dx, int length)
    {
        if (length < WideSigmoid.Count)
        {
            Span<float> padded = stackalloc float[2 * WideSigmoid.Count];
            padded.Clear();
            MemoryMarshal.CreateReadOnlySpan(ref g, length).CopyTo(padded);
            MemoryMarshal.CreateReadOnlySpan(ref x, length).CopyTo(padded[WideSigmoid.Count..]);
            WideBackward(ref padded[0], ref padded[WideSigmoid.Count], ref padded[0], WideSigmoid.Count);
            padded[..length].CopyTo(MemoryMarshal.CreateSpan(ref dx, length));
            return;
        }
        for (var i = 0; i < length; i += WideSigmoid.Count)
        {
            var at = (nuint)Math.Min(i, length - WideSigmoid.Count);
            var value = Vector512.LoadUnsafe(ref x, at);
            var s = WideSigmoid.Of(value);
            (Vector512.LoadUnsafe(ref g, at) * (s + (value * s * (Vector512<float>.One - s)))).StoreUnsafe(ref dx, at);
        }
    }
}

/// <summary>f = x above 0, slope·x below.</summary>
internal readonly struct LeakyRelu<T>(T slope) : IActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Forward(ReadOnlySpan<T> x, Span<T> y) => Backward(x, x, y);

    public void Backward(ReadOnlySpan<T> g, ReadOnlySpan<T> x, Span<T> dx)
    {
        var i = 0;
        var factor = new Vector<T>(slope);
        for (; i + Vector<T>.Count <= dx.Length; i += Vector<T>.Count)
        {
            var value = new Vector<T>(g[i..]);
            Vector.ConditionalSelect(Vector.GreaterThan(new Vector<T>(x[i..]), Vector<T>.Zero), value, value * factor).CopyTo(dx[i..]);
        }
        for (; i < dx.Length; i++)
        {
            dx[i] = x[i] > T.Zero ? g[i] : g[i] * slope;
        }
    }
}

/// <summary>f = log(1 + e^{βx})/β, x itself where βx exceeds the threshold; f′ = σ(βx), 1 there.</summary>
internal readonly struct Softplus<T>(T beta, T threshold) : IActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Forward(ReadOnlySpan<T> x, Span<T> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            var scaled = beta * x[i];
            y[i] = scaled > threshold ? x[i] : T.LogP1(T.Exp(scaled)) / beta;
        }
    }

    public void Backward(ReadOnlySpan<T> g, ReadOnlySpan<T> x, Span<T> dx)
    {
        for (var i = 0; i < dx.Length; i++)
        {
            var scaled = beta * x[i];
            dx[i] = scaled > threshold ? g[i] : g[i] / (T.One + T.Exp(-scaled));
        }
    }
}
