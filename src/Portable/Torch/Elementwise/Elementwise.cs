using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// Runs elementwise functions over tensors. Contiguous operands go through whole spans, in pieces of <see cref="Piece"/> elements that are
/// spread over the cores when there are many; others row by row along their innermost dimension.
/// </summary>
/// <remarks>Methods that spread work are apart from those that call them: a method with a lambda allocates for it even when it does not come to that.</remarks>
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
            if (count <= Piece) TOp.Apply(new ReadOnlySpan<T>(source, (int)count), new Span<T>(target, (int)count));
            else UnaryPieces<T, TOp>(source, target, count);
        }
        else
        {
            var loop = StridedLoop.Over(result.Sizes, result.Strides, x.Strides);
            if (count <= Piece) UnaryRows<T, TOp>(loop, source, target, 0, loop.Rows);
            else UnaryRowGroups<T, TOp>(loop, source, target);
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
        var wholeX = result.IsContiguousLayout && x.IsContiguousLayout && x.ElementCount == count;
        var wholeY = result.IsContiguousLayout && y.IsContiguousLayout && y.ElementCount == count;
        if (wholeX && wholeY)
        {
            if (count <= Piece) TOp.Apply(new ReadOnlySpan<T>(a, (int)count), new ReadOnlySpan<T>(b, (int)count), new Span<T>(target, (int)count));
            else BinaryPieces<T, TOp>(a, b, target, count);
        }
        else if (wholeX && y.ElementCount == 1)
        {
            WithScalar<T, TOp>(a, *b, target, count);
        }
        else if (wholeY && x.ElementCount == 1)
        {
            if (count <= Piece) TOp.Apply(*a, new ReadOnlySpan<T>(b, (int)count), new Span<T>(target, (int)count));
            else ScalarPieces<T, TOp>(*a, b, target, count);
        }
        else
        {
            var sizes = result.Sizes;
            var loop = StridedLoop.Over(
                sizes, result.Strides, Shapes.ExpandedStrides(x.Sizes, x.Strides, sizes), Shapes.ExpandedStrides(y.Sizes, y.Strides, sizes));
            if (count <= Piece) BinaryRows<T, TOp>(loop, a, b, target, 0, loop.Rows);
            else BinaryRowGroups<T, TOp>(loop, a, b, target);
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
            // The value as an operand whose strides are all zero.
            var loop = StridedLoop.Over(result.Sizes, result.Strides, x.Strides, new long[result.Rank]);
            if (count <= Piece) BinaryRows<T, TOp>(loop, source, &value, target, 0, loop.Rows);
            else BinaryRowGroups<T, TOp>(loop, source, &value, target);
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
    public static void RowGroups(in StridedLoop loop, Action<long, long> body)
    {
        var rows = loop.Rows;
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
        if (count <= Piece) TOp.Apply(new ReadOnlySpan<T>(source, (int)count), value, new Span<T>(target, (int)count));
        else PiecesScalar<T, TOp>(source, value, target, count);
    }

    private static void UnaryPieces<T, TOp>(T* source, T* target, long count)
        where T : unmanaged
        where TOp : IUnaryOp<T> =>
        Pieces(count, (start, length) => TOp.Apply(new ReadOnlySpan<T>(source + start, length), new Span<T>(target + start, length)));

    private static void BinaryPieces<T, TOp>(T* a, T* b, T* target, long count)
        where T : unmanaged
        where TOp : IBinaryOp<T> =>
        Pieces(count, (start, length) => TOp.Apply(
            new ReadOnlySpan<T>(a + start, length), new ReadOnlySpan<T>(b + start, length), new Span<T>(target + start, length)));

    private static void PiecesScalar<T, TOp>(T* source, T value, T* target, long count)
        where T : unmanaged
        where TOp : IBinaryOp<T> =>
        Pieces(count, (start, length) => TOp.Apply(new ReadOnlySpan<T>(source + start, length), value, new Span<T>(target + start, length)));

    private static void ScalarPieces<T, TOp>(T value, T* source, T* target, long count)
        where T : unmanaged
        where TOp : IBinaryOp<T> =>
        Pieces(count, (start, length) => TOp.Apply(value, new ReadOnlySpan<T>(source + start, length), new Span<T>(target + start, length)));

    private static void UnaryRowGroups<T, TOp>(StridedLoop loop, T* source, T* target)
        where T : unmanaged
        where TOp : IUnaryOp<T> => RowGroups(loop, (first, rows) => UnaryRows<T, TOp>(loop, source, target, first, rows));

    private static void BinaryRowGroups<T, TOp>(StridedLoop loop, T* a, T* b, T* target)
        where T : unmanaged
        where TOp : IBinaryOp<T> => RowGroups(loop, (first, rows) => BinaryRows<T, TOp>(loop, a, b, target, first, rows));

    private static void UnaryRows<T, TOp>(in StridedLoop loop, T* source, T* target, long first, long rows)
        where T : unmanaged
        where TOp : IUnaryOp<T>
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
    }

    private static void BinaryRows<T, TOp>(in StridedLoop loop, T* a, T* b, T* target, long first, long rows)
        where T : unmanaged
        where TOp : IBinaryOp<T>
    {
        var cursor = loop.From(first);
        var (n, st, sa, sb) = (loop.Inner, loop.InnerStep(0), loop.InnerStep(1), loop.InnerStep(2));
        var spans = st == 1 && n >= ShortRow && n <= int.MaxValue && (sa is 0 or 1) && (sb is 0 or 1) && sa + sb > 0;
        for (var row = 0L; row < rows; row++, cursor.Next())
        {
            var t = target + cursor[0];
            var x = a + cursor[1];
            var y = b + cursor[2];
            if (!spans)
            {
                for (var i = 0L; i < n; i++)
                {
                    *t = TOp.Apply(*x, *y);
                    t += st;
                    x += sa;
                    y += sb;
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
    }
}
