using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Gradients of activations in one pass over memory.</summary>
internal static class ActivationKernels
{
    /// <summary>g·y·(1 − y), y the sigmoid.</summary>
    public static Tensor SigmoidBackward(Tensor gradient, Tensor output) =>
        Run<Vectored<float, SigmoidGradient<float>>, Vectored<double, SigmoidGradient<double>>>(gradient, output);

    /// <summary>g where the output is positive, else 0.</summary>
    public static Tensor ReluBackward(Tensor gradient, Tensor output) =>
        Run<Vectored<float, ReluGradient<float>>, Vectored<double, ReluGradient<double>>>(gradient, output);

    /// <summary>f(g, v) of two tensors of one floating-point type.</summary>
    public static Tensor Run<TSingle, TDouble>(Tensor gradient, Tensor value)
        where TSingle : IBinaryOp<float>
        where TDouble : IBinaryOp<double>
    {
        var result = value.AllocateLike(value.Type);
        if (value.Type == ScalarType.Float32)
        {
            Elementwise.Binary<float, TSingle>(gradient, value, result);
        }
        else
        {
            Elementwise.Binary<double, TDouble>(gradient, value, result);
        }

        return result;
    }

    private readonly struct SigmoidGradient<T> : IVectorOp<T>
        where T : unmanaged, INumber<T>
    {
        public static T Apply(T g, T y) => g * (y * (T.One - y));

        public static Vector<T> Apply(Vector<T> g, Vector<T> y) => g * (y * (Vector<T>.One - y));
    }

    private readonly struct ReluGradient<T> : IVectorOp<T>
        where T : unmanaged, INumber<T>
    {
        public static T Apply(T g, T y) => y > T.Zero ? g : T.Zero;

        public static Vector<T> Apply(Vector<T> g, Vector<T> y) => Vector.ConditionalSelect(Vector.GreaterThan(y, Vector<T>.Zero), g, Vector<T>.Zero);
    }
}
