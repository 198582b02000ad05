using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// Runs elementwise functions over tensors. Contiguous operands go through whole spans, in pieces of <see cref="Piece"/> elements that are
/// spread over the cores when there are many; others row by row along their innermost dimension.
/// </summary>
internal static unsafe class Elementwise
{
    /// <summary>Elements per piece of work: fixed, so that vector remainders fall on the same elements for every number of threads.</summary>
    public const int Piece = 1 << 15;

    // Rows shorter than this are looped over element by element: setting up spans costs more.
    private const int ShortRow = 12;

    public static void Unary<T, TOp>(Tensor x, Tensor result)
        where T : unmanaged
        where TOp : IUnaryOp<T>
    {
        var count = result.ElementCount;
        if (count == 0) return;
        var source = (T*)x.Data;
        var target = (T*)result.Data;
        if (x.IsContiguousLayout && result.IsContiguousLayout)
        {
            if (count <= Piece)
            {
                TOp.Apply(new ReadOnlySpan<T>(source, (int)count), new Span<T>(target, (int)count));
            }
            else
            {
                Pieces(count, (start, length) => TOp.Apply(new ReadOnlySpan<T>(source + start, length), new Span<T>(target + start, length)));
            }
        }
        else
        {
            var loop = StridedLoop.Over(result.Sizes, result.Strides, x.Strides);
            Rows(loop, (first, rows) =>
            {
                var cursor = loop.From(first);
                var (n, st, ss) = (loop.Inner, loop.InnerStep(0), loop.InnerStep(1));
                for (var row = 0L; row < rows; row++, cursor.Next())
                {
                    var t = target + cursor[0];
                    var s = source + cursor[1];
                    if (ss == 1 && st == 1 && n >= ShortRow && n <= int.MaxValue)
                    {
                        TOp.Apply(new ReadOnlySpan<T>(s, (int)n), new Span<T>(t, (int)n));
                        continue;
                    }

                    for (var i = 0L; i < n; i++)
                    {
                        t[i * st] = TOp.Apply(s[i * ss]);
                    }
                }
            });
        }

        GC.KeepAlive(x);
        GC.KeepAlive(result);
    }

    /// <summary>result = op(x, y); x and y broadcast to result's shape.</summary>
    public static void Binary<T, TOp>(Tensor x, Tensor y, Tensor result)
        where T : unmanaged
        where TOp : IBinaryOp<T>
    {
        var count = result.ElementCount;
        if (count == 0) return;
        var a = (T*)x.Data;
        var b = (T*)y.Data;
        var target = (T*)result.Data;
        var contiguous = result.IsContiguousLayout;
        var (wholeX, wholeY) = (contiguous && x.IsContiguousLayout && x.ElementCount == count, contiguous && y.IsContiguousLayout && y.ElementCount == count);
        if (wholeX && wholeY)
        {
            if (count <= Piece)
            {
                var n = (int)count;
                TOp.Apply(new ReadOnlySpan<T>(a, n), new ReadOnlySpan<T>(b, n), new Span<T>(target, n));
            }
            else
            {
                Pieces(count, (start, length) => TOp.Apply(
                    new ReadOnlySpan<T>(a + start, length), new ReadOnlySpan<T>(b + start, length), new Span<T>(target + start, length)));
            }
        }
        else if (wholeX && y.ElementCount == 1)
        {
            WithScalar<T, TOp>(a, *b, target, count);
        }
        else if (wholeY && x.ElementCount == 1)
        {
            var value = *a;
            Pieces(count, (start, length) => TOp.Apply(value, new ReadOnlySpan<T>(b + start, length), new Span<T>(target + start, length)));
        }
        else
        {
            var sizes = result.Sizes;
            var loop = StridedLoop.Over(
                sizes, result.Strides, Shapes.ExpandedStrides(x.Sizes, x.Strides, sizes), Shapes.ExpandedStrides(y.Sizes, y.Strides, sizes));
            BinaryRows<T, TOp>(loop, a, b, target);
        }

        GC.KeepAlive(x);
        GC.KeepAlive(y);
        GC.KeepAlive(result);
    }

    /// <summary>result = op(x, value).</summary>
    public static void Binary<T, TOp>(Tensor x, T value, Tensor result)
        where T : unmanaged
        where TOp : IBinaryOp<T>
    {
        var count = result.ElementCount;
        if (count == 0) return;
        var source = (T*)x.Data;
        var target = (T*)result.Data;
        if (x.IsContiguousLayout && result.IsContiguousLayout)
        {
            WithScalar<T, TOp>(source, value, target, count);
        }
        else
        {
            var loop = StridedLoop.Over(result.Sizes, result.Strides, x.Strides);
            Rows(loop, (first, rows) =>
            {
                var cursor = loop.From(first);
                var (n, st, ss) = (loop.Inner, loop.InnerStep(0), loop.InnerStep(1));
                for (var row = 0L; row < rows; row++, cursor.Next())
                {
                    var t = target + cursor[0];
                    var s = source + cursor[1];
                    if (ss == 1 && st == 1 && n >= ShortRow && n <= int.MaxValue)
                    {
                        TOp.Apply(new ReadOnlySpan<T>(s, (int)n), value, new Span<T>(t, (int)n));
                        continue;
                    }

                    for (var i = 0L; i < n; i++)
                    {
                        t[i * st] = TOp.Apply(s[i * ss], value);
                    }
                }
            });
        }

        GC.KeepAlive(x);
        GC.KeepAlive(result);
    }

    /// <summary>Calls body(start, length) for consecutive pieces of count elements, over the cores.</summary>
    public static void Pieces(long count, Action<long, int> body)
    {
        if (count <= Piece)
        {
            body(0, (int)count);
            return;
        }

        WorkSplit.Run((int)((count + Piece - 1) / Piece), piece =>
        {
            var start = (long)piece * Piece;
            body(start, (int)Math.Min(Piece, count - start));
        });
    }

    /// <summary>Calls body(first row, rows) for consecutive groups of rows, over the cores.</summary>
    public static void Rows(in StridedLoop loop, Action<long, long> body)
    {
        var rows = loop.Rows;
        if (rows * loop.Inner <= Piece)
        {
            body(0, rows);
            return;
        }

        var group = Math.Max(1, Piece / Math.Max(loop.Inner, 1));
        WorkSplit.Run(checked((int)((rows + group - 1) / group)), piece =>
        {
            var first = piece * group;
            body(first, Math.Min(group, rows - first));
        });
    }

    private static void WithScalar<T, TOp>(T* source, T value, T* target, long count)
        where T : unmanaged
        where TOp : IBinaryOp<T>
    {
        if (count <= Piece)
        {
            TOp.Apply(new ReadOnlySpan<T>(source, (int)count), value, new Span<T>(target, (int)count));
            return;
        }

        Pieces(count, (start, length) => TOp.Apply(new ReadOnlySpan<T>(source + start, length), value, new Span<T>(target + start, length)));
    }

    private static void BinaryRows<T, TOp>(StridedLoop loop, T* a, T* b, T* target)
        where T : unmanaged
        where TOp : IBinaryOp<T>
    {
        Rows(loop, (first, rows) =>
        {
            var cursor = loop.From(first);
            var (n, st, sa, sb) = (loop.Inner, loop.InnerStep(0), loop.InnerStep(1), loop.InnerStep(2));
            var spans = st == 1 && n >= ShortRow && n <= int.MaxValue && sa is 0 or 1 && sb is 0 or 1 && sa + sb > 0;
            for (var row = 0L; row < rows; row++, cursor.Next())
            {
                var t = target + cursor[0];
                var x = a + cursor[1];
                var y = b + cursor[2];
                if (!spans || n < ShortRow)
                {
                    for (var i = 0L; i < n; i++)
                    {
                        t[i * st] = TOp.Apply(x[i * sa], y[i * sb]);
                    }
                }
                else if (sa == 0)
                {
                    TOp.Apply(*x, new ReadOnlySpan<T>(y, (int)n), new Span<T>(t, (int)n));
                }
                else if (sb == 0)
                {
                    TOp.Apply(new ReadOnlySpan<T>(x, (int)n), *y, new Span<T>(t, (int)n));
                }
                else
                {
                    TOp.Apply(new ReadOnlySpan<T>(x, (int)n), new ReadOnlySpan<T>(y, (int)n), new Span<T>(t, (int)n));
                }
            }
        });
    }
}
