using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>condition ? x : y, elementwise, for bool conditions and operands of one type, all broadcast.</summary>
internal static unsafe class Selection
{
    public static Tensor Run(Tensor condition, Tensor x, Tensor y)
    {
        var type = DTypes.Result(x, y);
        var sizes = Shapes.Broadcast(condition.Sizes, Shapes.Broadcast(x.Sizes, y.Sizes));
        var result = Tensor.Allocate(sizes, type);
        Into(condition, x, y, result);
        return result;
    }

    /// <summary>As Run, into a tensor of the broadcast shape, which may be x or y.</summary>
    public static void Into(Tensor condition, Tensor x, Tensor y, Tensor result)
    {
        if (condition.Type is not (ScalarType.Bool or ScalarType.Byte))
        {
            throw DTypes.Error($"A condition must be a Bool tensor; got {condition.Type}: compare with ne(0) first.");
        }

        var type = result.Type;
        var a = x.Type == type ? x : x.ConvertedTo(type);
        var b = y.Type == type ? y : y.ConvertedTo(type);
        switch (DTypes.Size(type))
        {
            case 4: Loop<int>(condition, a, b, result); break;
            case 8: Loop<long>(condition, a, b, result); break;
            default: Loop<byte>(condition, a, b, result); break;
        }

        a.DisposeUnless(x);
        b.DisposeUnless(y);
    }

    private static void Loop<T>(Tensor condition, Tensor x, Tensor y, Tensor result)
        where T : unmanaged
    {
        if (result.ElementCount == 0) return;
        var sizes = result.Sizes;
        var loop = StridedLoop.Over(
            sizes, result.Strides, Shapes.ExpandedStrides(condition.Sizes, condition.Strides, sizes),
            Shapes.ExpandedStrides(x.Sizes, x.Strides, sizes), Shapes.ExpandedStrides(y.Sizes, y.Strides, sizes));
        var c = (byte*)condition.Data;
        var a = (T*)x.Data;
        var b = (T*)y.Data;
        var target = (T*)result.Data;
        if (result.ElementCount <= Elementwise.Piece) Rows(loop, c, a, b, target, 0, loop.Rows);
        else RowGroups(loop, c, a, b, target);
        GC.KeepAlive(condition);
        GC.KeepAlive(x);
        GC.KeepAlive(y);
        GC.KeepAlive(result);
    }

    private static void RowGroups<T>(StridedLoop loop, byte* c, T* a, T* b, T* target)
        where T : unmanaged => Elementwise.RowGroups(loop, (first, rows) => Rows(loop, c, a, b, target, first, rows));

    private static void Rows<T>(in StridedLoop loop, byte* c, T* a, T* b, T* target, long first, long rows)
        where T : unmanaged
    {
        var cursor = loop.From(first);
        var (n, st, sc, sa, sb) = (loop.Inner, loop.InnerStep(0), loop.InnerStep(1), loop.InnerStep(2), loop.InnerStep(3));
        var dense = sizeof(T) >= 4 && st == 1 && sc == 1 && (sa is 0 or 1) && (sb is 0 or 1);
        for (var row = 0L; row < rows; row++, cursor.Next())
        {
            var t = target + cursor[0];
            var o = c + cursor[1];
            var p = a + cursor[2];
            var q = b + cursor[3];
            var done = dense ? Lanes(o, p, sa == 0, q, sb == 0, t, n) : 0;
            t += done * st;
            o += done * sc;
            p += done * sa;
            q += done * sb;
            for (var i = done; i < n; i++)
            {
                // Both are loaded, so that the choice needs no branch.
                var (yes, no) = (*p, *q);
                *t = *o != 0 ? yes : no;
                t += st;
                o += sc;
                p += sa;
                q += sb;
            }
        }
    }

    // Eight elements at a time: their conditions, widened to the elements' size, choose between the lanes. Returns how many were done.
    private static long Lanes<T>(byte* o, T* p, bool oneP, T* q, bool oneQ, T* t, long n)
        where T : unmanaged
    {
        var (fixedP, fixedQ) = (Vector256.Create(*p), Vector256.Create(*q));
        var i = 0L;
        for (; i <= n - 8; i += 8)
        {
            var words = Vector128.WidenLower(Vector128.CreateScalar(*(ulong*)(o + i)).AsByte());
            var (low, high) = Vector128.Widen(words);
            if (sizeof(T) == 4)
            {
                Choose(Vector256.Create(low, high).As<uint, T>(), i, 0);
            }
            else
            {
                var (a, b) = Vector128.Widen(low);
                var (c, d) = Vector128.Widen(high);
                Choose(Vector256.Create(a, b).As<ulong, T>(), i, 0);
                Choose(Vector256.Create(c, d).As<ulong, T>(), i, 4);
            }
        }

        return i;

        void Choose(Vector256<T> condition, long at, int lane)
        {
            var yes = oneP ? fixedP : Vector256.Load(p + at + lane);
            var no = oneQ ? fixedQ : Vector256.Load(q + at + lane);
            Vector256.ConditionalSelect(Vector256.Equals(condition, Vector256<T>.Zero), no, yes).Store(t + at + lane);
        }
    }
}
