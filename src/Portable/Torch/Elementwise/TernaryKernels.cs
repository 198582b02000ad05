using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>x += value·a·b and x += value·a/b in one pass, in place.</summary>
internal static unsafe class TernaryKernels
{
    private interface ICombine
    {
        static abstract T Apply<T>(T a, T b)
            where T : INumber<T>;

        static abstract Vector<T> Apply<T>(Vector<T> a, Vector<T> b);
    }

    /// <summary>x += value·a·b; a and b broadcast to x.</summary>
    public static void AddProduct(Tensor x, Tensor a, Tensor b, double value) => Run<Product>(x, a, b, value, "addcmul_");

    /// <summary>x += value·a/b; a and b broadcast to x.</summary>
    public static void AddQuotient(Tensor x, Tensor a, Tensor b, double value) => Run<Quotient>(x, a, b, value, "addcdiv_");

    private static void Run<TCombine>(Tensor x, Tensor a, Tensor b, double value, string name)
        where TCombine : ICombine
    {
        if (!Shapes.Same(Shapes.Broadcast(x.Sizes, Shapes.Broadcast(a.Sizes, b.Sizes)), x.Sizes))
        {
            throw DTypes.Error($"{name}: shapes {Shapes.Text(a.Sizes)} and {Shapes.Text(b.Sizes)} do not fit into {Shapes.Text(x.Sizes)}.");
        }

        var first = a.Type == x.Type ? a : a.ConvertedTo(x.Type);
        var second = b.Type == x.Type ? b : b.ConvertedTo(x.Type);
        if (x.Type == ScalarType.Float32) Run<float, TCombine>(x, first, second, (float)value);
        else if (x.Type == ScalarType.Float64) Run<double, TCombine>(x, first, second, value);
        else throw DTypes.Error($"{name} needs a floating-point tensor; this one holds {x.Type}.");
        first.DisposeUnless(a);
        second.DisposeUnless(b);
    }

    private static void Run<T, TCombine>(Tensor x, Tensor a, Tensor b, T value)
        where T : unmanaged, INumber<T>
        where TCombine : ICombine
    {
        var count = x.ElementCount;
        if (count == 0) return;
        var px = (T*)x.Data;
        var pa = (T*)a.Data;
        var pb = (T*)b.Data;
        if (x.IsContiguousLayout && a.IsContiguousLayout && b.IsContiguousLayout && a.ElementCount == count && b.ElementCount == count)
        {
            Elementwise.Pieces(count, (start, length) =>
            {
                var scale = new Vector<T>(value);
                var end = start + length;
                var i = start;
                for (; i <= end - Vector<T>.Count; i += Vector<T>.Count)
                {
                    (Vector.Load(px + i) + (scale * TCombine.Apply(Vector.Load(pa + i), Vector.Load(pb + i)))).Store(px + i);
                }

                for (; i < end; i++)
                {
                    px[i] += value * TCombine.Apply(pa[i], pb[i]);
                }
            });
        }
        else
        {
            var sizes = x.Sizes;
            var loop = StridedLoop.Over(
                sizes, x.Strides, Shapes.ExpandedStrides(a.Sizes, a.Strides, sizes), Shapes.ExpandedStrides(b.Sizes, b.Strides, sizes));
            Elementwise.RowGroups(loop, (firstRow, rows) =>
            {
                var cursor = loop.From(firstRow);
                var (n, sx, sa, sb) = (loop.Inner, loop.InnerStep(0), loop.InnerStep(1), loop.InnerStep(2));
                for (var row = 0L; row < rows; row++, cursor.Next())
                {
                    for (var i = 0L; i < n; i++)
                    {
                        px[cursor[0] + (i * sx)] += value * TCombine.Apply(pa[cursor[1] + (i * sa)], pb[cursor[2] + (i * sb)]);
                    }
                }
            });
        }

        GC.KeepAlive(x);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
    }

    private readonly struct Product : ICombine
    {
        public static T Apply<T>(T a, T b)
            where T : INumber<T> => a * b;

        public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b) => a * b;
    }

    private readonly struct Quotient : ICombine
    {
        public static T Apply<T>(T a, T b)
            where T : INumber<T> => a / b;

        public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b) => a / b;
    }
}
