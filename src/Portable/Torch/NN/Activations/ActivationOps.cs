using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Activations in one pass over memory, forward and backward.</summary>
internal static unsafe class ActivationOps
{
    /// <summary>Elements that are worked on at a time, so that intermediate values stay in the first-level cache.</summary>
    public const int Block = 1024;

    /// <summary>
    /// Results of more bytes than caches hold are written past them: half as much again would be read otherwise, only to be overwritten. A block takes
    /// shape in the first-level cache.
    /// </summary>
    private const long StreamedBytes = 1 << 25;

    /// <summary>x·σ(x).</summary>
    public static Tensor Silu(Tensor x) => Apply("silu", x, default(Silu<float>), default(Silu<double>));

    /// <summary>x above 0, slope·x below.</summary>
    public static Tensor LeakyRelu(Tensor x, double slope) => Apply("leaky_relu", x, new LeakyRelu<float>((float)slope), new LeakyRelu<double>(slope));

    /// <summary>log(1 + e^{beta·x})/beta, and x itself where beta·x exceeds the threshold.</summary>
    public static Tensor Softplus(Tensor x, double beta, double threshold) =>
        Apply("softplus", x, new Softplus<float>((float)beta, (float)threshold), new Softplus<double>(beta, threshold));

    private static Tensor Apply<TSingle, TDouble>(string name, Tensor x, TSingle single, TDouble wide)
        where TSingle : struct, IActivation<float>
        where TDouble : struct, IActivation<double>
    {
        MatrixOps.RequireFloats(name, x, null);
        using var dense = x.contiguous();
        var output = Tensor.Allocate(x.Sizes, x.Type);
        if (x.Type == ScalarType.Float32)
        {
            Forward<float, TSingle>(single, dense, output);
        }
        else
        {
            Forward<double, TDouble>(wide, dense, output);
        }
        if (!Autograd.Records(x))
        {
            return output;
        }
        return Autograd.Record(output, name, [x], [dense], (node, g) =>
        {
            var input = node.Saved(0);
            var gradient = g.contiguous();
            var result = Tensor.Allocate(input.Sizes, input.Type);
            if (input.Type == ScalarType.Float32)
            {
                Backward<float, TSingle>(single, gradient, input, result);
            }
            else
            {
                Backward<double, TDouble>(wide, gradient, input, result);
            }
            return [result];
        });
    }

    private static void Forward<T, TActivation>(TActivation activation, Tensor x, Tensor y)
        where T : unmanaged
        where TActivation : struct, IActivation<T>
    {
        var source = (T*)x.Data;
        var target = (T*)y.Data;
        var streams = Streams<T>(y);
        Elementwise.Pieces(y.ElementCount, (start, length) =>
        {
            var block = stackalloc T[streams ? Block : 0];
            for (var at = start; at < start + length; at += Block)
            {
                var count = (int)Math.Min(Block, start + length - at);
                var isStreamed = streams && count == Block;
                var to = isStreamed ? block : target + at;
                activation.Forward(new ReadOnlySpan<T>(source + at, count), new Span<T>(to, count));
                if (isStreamed)
                {
                    Stream(block, target + at);
                }
            }
        });
        GC.KeepAlive(x);
        GC.KeepAlive(y);
    }

    private static void Backward<T, TActivation>(TActivation activation, Tensor g, Tensor x, Tensor dx)
        where T : unmanaged
        where TActivation : struct, IActivation<T>
    {
        var gradient = (T*)g.Data;
        var source = (T*)x.Data;
        var target = (T*)dx.Data;
        var streams = Streams<T>(dx);
        Elementwise.Pieces(dx.ElementCount, (start, length) =>
        {
            var block = stackalloc T[streams ? Block : 0];
            for (var at = start; at < start + length; at += Block)
            {
                var count = (int)Math.Min(Block, start + length - at);
                var isStreamed = streams && count == Block;
                var to = isStreamed ? block : target + at;
                activation.Backward(new ReadOnlySpan<T>(gradient + at, count), new ReadOnlySpan<T>(source + at, count), new Span<T>(to, count));
                if (isStreamed)
                {
                    Stream(block, target + at);
                }
            }
        });
        GC.KeepAlive(g);
        GC.KeepAlive(x);
        GC.KeepAlive(dx);
    }

    private static bool Streams<T>(Tensor result)
        where T : unmanaged
        => Vector512.IsHardwareAccelerated && result.ElementCount * sizeof(T) > StreamedBytes && (nint)result.Data % sizeof(Vector512<T>) == 0;

    /// <summary>Writes a block past the caches.</summary>
    private static void Stream<T>(T* block, T* target)
        where T : unmanaged
    {
        for (var i = 0; i < Block; i += Vector512<T>.Count)
        {
            Vector512.Load(block + i).StoreAlignedNonTemporal(target + i);
        }
    }
}
