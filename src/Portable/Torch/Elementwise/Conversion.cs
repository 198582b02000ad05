using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Copies elements from one tensor to another of the same shape (or broadcast to it), converting the element type: to bool as "≠ 0", to integers towards zero.</summary>
internal static unsafe class Conversion
{
    /// <summary>Writes the source into the target's elements.</summary>
    public static void Copy(Tensor source, Tensor target)
    {
        switch (target.Type)
        {
            case ScalarType.Float32: From<float>(source, target); break;
            case ScalarType.Float64: From<double>(source, target); break;
            case ScalarType.Int64: From<long>(source, target); break;
            case ScalarType.Int32: From<int>(source, target); break;
            case ScalarType.Byte: From<byte>(source, target); break;
            case ScalarType.Bool: ToBool(source, target); break;
            default: throw DTypes.Unsupported(target.Type);
        }
    }

    private static void From<TTarget>(Tensor source, Tensor target)
        where TTarget : unmanaged, INumber<TTarget>
    {
        switch (source.Type)
        {
            case ScalarType.Float32: Run<float, TTarget>(source, target); break;
            case ScalarType.Float64: Run<double, TTarget>(source, target); break;
            case ScalarType.Int64: Run<long, TTarget>(source, target); break;
            case ScalarType.Int32: Run<int, TTarget>(source, target); break;
            case ScalarType.Byte or ScalarType.Bool: Run<byte, TTarget>(source, target); break;
            default: throw DTypes.Unsupported(source.Type);
        }
    }

    private static void ToBool(Tensor source, Tensor target)
    {
        switch (source.Type)
        {
            case ScalarType.Float32: Truth<float>(source, target); break;
            case ScalarType.Float64: Truth<double>(source, target); break;
            case ScalarType.Int64: Truth<long>(source, target); break;
            case ScalarType.Int32: Truth<int>(source, target); break;
            case ScalarType.Byte: Truth<byte>(source, target); break;
            case ScalarType.Bool: Run<byte, byte>(source, target); break;
            default: throw DTypes.Unsupported(source.Type);
        }
    }

    private static void Run<TSource, TTarget>(Tensor source, Tensor target)
        where TSource : unmanaged, INumber<TSource>
        where TTarget : unmanaged, INumber<TTarget>
    {
        var from = (TSource*)source.Data;
        var to = (TTarget*)target.Data;
        if (target.ElementCount == 0) return;
        if (typeof(TSource) == typeof(TTarget) && source.IsContiguousLayout && target.IsContiguousLayout && source.ElementCount == target.ElementCount)
        {
            Buffer.MemoryCopy(from, to, target.ElementCount * sizeof(TTarget), source.ElementCount * sizeof(TSource));
        }
        else
        {
            var loop = Loop(source, target);
            if (target.ElementCount <= Elementwise.Piece) CopyRows(loop, from, to, 0, loop.Rows);
            else CopyRowGroups(loop, from, to);
        }

        GC.KeepAlive(source);
        GC.KeepAlive(target);
    }

    private static void Truth<TSource>(Tensor source, Tensor target)
        where TSource : unmanaged, INumber<TSource>
    {
        var from = (TSource*)source.Data;
        var to = (byte*)target.Data;
        if (target.ElementCount == 0) return;
        var loop = Loop(source, target);
        if (target.ElementCount <= Elementwise.Piece) TruthRows(loop, from, to, 0, loop.Rows);
        else TruthRowGroups(loop, from, to);
        GC.KeepAlive(source);
        GC.KeepAlive(target);
    }

    private static void CopyRowGroups<TSource, TTarget>(StridedLoop loop, TSource* from, TTarget* to)
        where TSource : unmanaged, INumber<TSource>
        where TTarget : unmanaged, INumber<TTarget> =>
        Elementwise.RowGroups(loop, (first, rows) => CopyRows(loop, from, to, first, rows));

    private static void TruthRowGroups<TSource>(StridedLoop loop, TSource* from, byte* to)
        where TSource : unmanaged, INumber<TSource> =>
        Elementwise.RowGroups(loop, (first, rows) => TruthRows(loop, from, to, first, rows));

    private static void CopyRows<TSource, TTarget>(in StridedLoop loop, TSource* from, TTarget* to, long first, long rows)
        where TSource : unmanaged, INumber<TSource>
        where TTarget : unmanaged, INumber<TTarget>
    {
        var same = typeof(TSource) == typeof(TTarget);
        var cursor = loop.From(first);
        var (n, st, ss) = (loop.Inner, loop.InnerStep(0), loop.InnerStep(1));
        for (var row = 0L; row < rows; row++, cursor.Next())
        {
            var t = to + cursor[0];
            var s = from + cursor[1];
            if (same && st == 1 && ss == 1)
            {
                Buffer.MemoryCopy(s, t, n * sizeof(TTarget), n * sizeof(TTarget));
                continue;
            }

            if (same && st == 1 && ss == 0)
            {
                new Span<TTarget>(t, checked((int)n)).Fill(*(TTarget*)s);
                continue;
            }

            for (var i = 0L; i < n; i++)
            {
                *t = same ? *(TTarget*)s : TTarget.CreateTruncating(*s);
                t += st;
                s += ss;
            }
        }
    }

    private static void TruthRows<TSource>(in StridedLoop loop, TSource* from, byte* to, long first, long rows)
        where TSource : unmanaged, INumber<TSource>
    {
        var cursor = loop.From(first);
        var (n, st, ss) = (loop.Inner, loop.InnerStep(0), loop.InnerStep(1));
        for (var row = 0L; row < rows; row++, cursor.Next())
        {
            var t = to + cursor[0];
            var s = from + cursor[1];
            for (var i = 0L; i < n; i++)
            {
                t[i * st] = s[i * ss] != TSource.Zero ? (byte)1 : (byte)0;
            }
        }
    }

    private static StridedLoop Loop(Tensor source, Tensor target) =>
        StridedLoop.Over(target.Sizes, target.Strides, Shapes.ExpandedStrides(source.Sizes, source.Strides, target.Sizes));
}
