using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Elementwise comparisons: bool results of the broadcast shape.</summary>
internal static unsafe class Comparison
{
    private interface ICompare<T>
    {
        static abstract bool Holds(T x, T y);
    }

    public static Tensor Run(CompareKind kind, Tensor x, Tensor y)
    {
        var type = DTypes.Result(x, y);
        var a = x.Type == type ? x : x.ConvertedTo(type);
        var b = y.Type == type ? y : y.ConvertedTo(type);
        var result = Tensor.Allocate(Shapes.Broadcast(x.Sizes, y.Sizes), ScalarType.Bool);
        switch (type)
        {
            case ScalarType.Float32: Typed<float>(kind, a, b, result); break;
            case ScalarType.Float64: Typed<double>(kind, a, b, result); break;
            case ScalarType.Int64: Typed<long>(kind, a, b, result); break;
            case ScalarType.Int32: Typed<int>(kind, a, b, result); break;
            case ScalarType.Byte or ScalarType.Bool: Typed<byte>(kind, a, b, result); break;
            default: throw DTypes.Unsupported(type);
        }

        a.DisposeUnless(x);
        b.DisposeUnless(y);
        return result;
    }

    public static Tensor Run(CompareKind kind, Tensor x, Scalar value)
    {
        using var scalar = Tensor.Allocate([], DTypes.Result(x.dtype, value), register: false);
        scalar.Fill(value);
        return Run(kind, x, scalar);
    }

    private static void Typed<T>(CompareKind kind, Tensor x, Tensor y, Tensor result)
        where T : unmanaged, INumber<T>
    {
        switch (kind)
        {
            case CompareKind.Equal: Loop<T, Equal<T>>(x, y, result); break;
            case CompareKind.NotEqual: Loop<T, NotEqual<T>>(x, y, result); break;
            case CompareKind.Less: Loop<T, Less<T>>(x, y, result); break;
            case CompareKind.LessOrEqual: Loop<T, LessOrEqual<T>>(x, y, result); break;
            case CompareKind.Greater: Loop<T, Less<T>>(y, x, result); break;
            default: Loop<T, LessOrEqual<T>>(y, x, result); break;
        }
    }

    private static void Loop<T, TCompare>(Tensor x, Tensor y, Tensor result)
        where T : unmanaged
        where TCompare : ICompare<T>
    {
        if (result.ElementCount == 0) return;
        var sizes = result.Sizes;
        var loop = StridedLoop.Over(
            sizes, result.Strides, Shapes.ExpandedStrides(x.Sizes, x.Strides, sizes), Shapes.ExpandedStrides(y.Sizes, y.Strides, sizes));
        var a = (T*)x.Data;
        var b = (T*)y.Data;
        var target = (bool*)result.Data;
        if (result.ElementCount <= Elementwise.Piece) Rows<T, TCompare>(loop, a, b, target, 0, loop.Rows);
        else RowGroups<T, TCompare>(loop, a, b, target);
        GC.KeepAlive(x);
        GC.KeepAlive(y);
        GC.KeepAlive(result);
    }

    private static void RowGroups<T, TCompare>(StridedLoop loop, T* a, T* b, bool* target)
        where T : unmanaged
        where TCompare : ICompare<T> =>
        Elementwise.RowGroups(loop, (first, rows) => Rows<T, TCompare>(loop, a, b, target, first, rows));

    private static void Rows<T, TCompare>(in StridedLoop loop, T* a, T* b, bool* target, long first, long rows)
        where T : unmanaged
        where TCompare : ICompare<T>
    {
        var cursor = loop.From(first);
        var (n, st, sa, sb) = (loop.Inner, loop.InnerStep(0), loop.InnerStep(1), loop.InnerStep(2));
        for (var row = 0L; row < rows; row++, cursor.Next())
        {
            var t = target + cursor[0];
            var p = a + cursor[1];
            var q = b + cursor[2];
            if (st == 1 && sa == 1 && sb == 0)
            {
                var value = *q;
                for (var i = 0L; i < n; i++)
                {
                    t[i] = TCompare.Holds(p[i], value);
                }

                continue;
            }

            for (var i = 0L; i < n; i++)
            {
                *t = TCompare.Holds(*p, *q);
                t += st;
                p += sa;
                q += sb;
            }
        }
    }

    private readonly struct Equal<T> : ICompare<T>
        where T : INumber<T>
    {
        public static bool Holds(T x, T y) => x == y;
    }

    private readonly struct NotEqual<T> : ICompare<T>
        where T : INumber<T>
    {
        public static bool Holds(T x, T y) => x != y;
    }

    private readonly struct Less<T> : ICompare<T>
        where T : INumber<T>
    {
        public static bool Holds(T x, T y) => x < y;
    }

    private readonly struct LessOrEqual<T> : ICompare<T>
        where T : INumber<T>
    {
        public static bool Holds(T x, T y) => x <= y;
    }
}
