using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Orders rows of contiguous memory. Equal elements keep their order; NaN counts as the largest number.</summary>
internal static unsafe class SortKernel
{
    /// <summary>The first <paramref name="count"/> of each row of the last dimension in order, with their places.</summary>
    public static void Rows(Tensor source, Tensor values, Tensor places, int count, bool descending)
    {
        switch (source.Type)
        {
            case ScalarType.Float32: Rows<float>(source, values, places, count, descending); break;
            case ScalarType.Float64: Rows<double>(source, values, places, count, descending); break;
            case ScalarType.Int64: Rows<long>(source, values, places, count, descending); break;
            case ScalarType.Int32: Rows<int>(source, values, places, count, descending); break;
            case ScalarType.Byte or ScalarType.Bool: Rows<byte>(source, values, places, count, descending); break;
            default: throw DTypes.Unsupported(source.Type);
        }
    }

    private static void Rows<T>(Tensor source, Tensor values, Tensor places, int count, bool descending)
        where T : unmanaged, INumber<T>
    {
        if (source.ElementCount == 0) return;
        var length = (int)source.Sizes[^1];
        var from = (T*)source.Data;
        var value = (T*)values.Data;
        var place = (long*)places.Data;
        var rows = (int)(source.ElementCount / length);
        void Row(int row)
        {
            var x = from + ((long)row * length);
            var order = count <= 32 && count < length / 2 ? Select(x, length, count, descending) : Order(x, length, descending);
            for (var i = 0; i < count; i++)
            {
                place[((long)row * count) + i] = order[i];
                value[((long)row * count) + i] = x[order[i]];
            }
        }

        if (source.ElementCount <= Elementwise.Piece / 8)
        {
            for (var row = 0; row < rows; row++)
            {
                Row(row);
            }
        }
        else
        {
            WorkSplit.Run(rows, Row);
        }

        GC.KeepAlive(source);
        GC.KeepAlive(values);
        GC.KeepAlive(places);
    }

    private static int[] Order<T>(T* x, int length, bool descending)
        where T : unmanaged, INumber<T>
    {
        var order = new int[length];
        for (var i = 0; i < length; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, (a, b) =>
        {
            var difference = Compare(x[a], x[b]);
            return difference == 0 ? a.CompareTo(b) : descending ? -difference : difference;
        });
        return order;
    }

    // Keeps the best so far in order: most elements only meet the last of them.
    private static int[] Select<T>(T* x, int length, int count, bool descending)
        where T : unmanaged, INumber<T>
    {
        var best = new int[count];
        var kept = 0;
        for (var i = 0; i < length; i++)
        {
            if (kept == count && !Before(x[i], x[best[count - 1]], descending)) continue;
            var at = kept < count ? kept++ : count - 1;
            for (; at > 0 && Before(x[i], x[best[at - 1]], descending); at--)
            {
                best[at] = best[at - 1];
            }

            best[at] = i;
        }

        return best;
    }

    private static bool Before<T>(T a, T b, bool descending)
        where T : INumber<T> => descending ? Compare(a, b) > 0 : Compare(a, b) < 0;

    private static int Compare<T>(T a, T b)
        where T : INumber<T>
    {
        if (a < b) return -1;
        if (a > b) return 1;
        return T.IsNaN(a) ? T.IsNaN(b) ? 0 : 1 : T.IsNaN(b) ? -1 : 0;
    }
}
