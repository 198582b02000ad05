using System.Numerics;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// Sums of [outer, length, inner] over length. The order of additions is fixed by the shape: rows of <see cref="Block"/> elements are summed
/// in lanes, blocks are added in sequence, so results do not depend on the number of threads and errors grow slowly.
/// </summary>
internal static unsafe class SumKernel
{
    private const int Block = 4096;
    private const int RowBlock = 128;

    public static Tensor Run(in ReductionPlan plan, ScalarType type)
    {
        var result = Tensor.Allocate(plan.DroppedSizes, type);
        switch (type)
        {
            case ScalarType.Float32: Sum<float>(plan, result); break;
            case ScalarType.Float64: Sum<double>(plan, result); break;
            case ScalarType.Int64: Sum<long>(plan, result); break;
            case ScalarType.Int32: Sum<int>(plan, result); break;
            case ScalarType.Byte: Sum<byte>(plan, result); break;
            default: throw DTypes.Unsupported(type);
        }

        return result;
    }

    private static void Sum<T>(in ReductionPlan plan, Tensor result)
        where T : unmanaged, INumber<T>
    {
        var source = (T*)plan.Source.Data;
        var target = (T*)result.Data;
        var (outer, length, inner) = (plan.Outer, plan.Length, plan.Inner);
        if (outer * length * inner == 0)
        {
            result.Fill(Scalar.Integer(0));
        }
        else if (inner == 1)
        {
            Rows(source, target, outer, length);
        }
        else
        {
            Columns(source, target, outer, length, inner);
        }

        GC.KeepAlive(plan.Source);
        GC.KeepAlive(result);
    }

    private static void Rows<T>(T* source, T* target, long outer, long length)
        where T : unmanaged, INumber<T>
    {
        if (outer == 1 && length > 8 * Block)
        {
            LongRow(source, target, length);
            return;
        }

        if (outer * length <= Elementwise.Piece)
        {
            for (var o = 0L; o < outer; o++)
            {
                target[o] = Row(source + (o * length), length);
            }

            return;
        }

        var group = Math.Max(1, Elementwise.Piece / length);
        WorkSplit.Run((int)((outer + group - 1) / group), piece =>
        {
            var end = Math.Min(outer, (piece + 1) * group);
            for (var o = piece * group; o < end; o++)
            {
                target[o] = Row(source + (o * length), length);
            }
        });
    }

    // One row: its pieces over the cores, their sums in order.
    private static void LongRow<T>(T* source, T* target, long length)
        where T : unmanaged, INumber<T>
    {
        var pieces = (int)((length + Elementwise.Piece - 1) / Elementwise.Piece);
        var partial = new T[pieces];
        WorkSplit.Run(pieces, piece =>
        {
            var start = (long)piece * Elementwise.Piece;
            partial[piece] = Row(source + start, Math.Min(Elementwise.Piece, length - start));
        });
        fixed (T* first = partial)
        {
            *target = Row(first, pieces);
        }
    }

    private static T Row<T>(T* row, long length)
        where T : unmanaged, INumber<T>
    {
        if (length <= 8)
        {
            var small = row[0];
            for (var i = 1; i < length; i++)
            {
                small += row[i];
            }

            return small;
        }

        if (length <= Block) return TensorPrimitives.Sum(new ReadOnlySpan<T>(row, (int)length));
        if (typeof(T) == typeof(float))
        {
            var total = 0.0;
            for (var start = 0L; start < length; start += Block)
            {
                total += (float)(object)TensorPrimitives.Sum(new ReadOnlySpan<T>(row + start, (int)Math.Min(Block, length - start)));
            }

            return (T)(object)(float)total;
        }

        var sum = T.Zero;
        for (var start = 0L; start < length; start += Block)
        {
            sum += TensorPrimitives.Sum(new ReadOnlySpan<T>(row + start, (int)Math.Min(Block, length - start)));
        }

        return sum;
    }

    // Rows of inner elements are added up: blocks of RowBlock rows first, then the blocks.
    private static void Columns<T>(T* source, T* target, long outer, long length, long inner)
        where T : unmanaged, INumber<T>
    {
        // A strip of columns of one outer index is one piece of work.
        var strip = Math.Min(inner, 2048);
        var strips = (inner + strip - 1) / strip;
        void Strip(int piece)
        {
            var (o, s) = Math.DivRem(piece, strips);
            var start = s * strip;
            var width = (int)Math.Min(strip, inner - start);
            var total = new Span<T>(target + (o * inner) + start, width);
            var column = source + (o * length * inner) + start;
            AddRows(column, inner, Math.Min(RowBlock, length), total);
            if (length <= RowBlock) return;
            AddBlocks(column, inner, length, total);
        }

        var pieces = checked((int)(outer * strips));
        if (outer * length * inner <= Elementwise.Piece)
        {
            for (var piece = 0; piece < pieces; piece++)
            {
                Strip(piece);
            }
        }
        else
        {
            WorkSplit.Run(pieces, Strip);
        }
    }

    // The blocks after the first, for single precision in double: a sum of millions of rows keeps its digits.
    private static void AddBlocks<T>(T* column, long stride, long length, Span<T> total)
        where T : unmanaged, INumber<T>
    {
        Span<T> partial = total.Length <= 512 ? stackalloc T[total.Length] : new T[total.Length];
        if (typeof(T) != typeof(float))
        {
            for (var row = (long)RowBlock; row < length; row += RowBlock)
            {
                AddRows(column + (row * stride), stride, Math.Min(RowBlock, length - row), partial);
                TensorPrimitives.Add(total, partial, total);
            }

            return;
        }

        Span<double> wide = total.Length <= 512 ? stackalloc double[total.Length] : new double[total.Length];
        TensorPrimitives.ConvertTruncating<T, double>(total, wide);
        for (var row = (long)RowBlock; row < length; row += RowBlock)
        {
            AddRows(column + (row * stride), stride, Math.Min(RowBlock, length - row), partial);
            for (var i = 0; i < wide.Length; i++)
            {
                wide[i] += double.CreateTruncating(partial[i]);
            }
        }

        TensorPrimitives.ConvertTruncating<double, T>(wide, total);
    }

    // Columns are held in registers while their rows go by.
    private static void AddRows<T>(T* first, long stride, long rows, Span<T> total)
        where T : unmanaged, INumber<T>
    {
        var lanes = Vector<T>.Count;
        var column = 0;
        for (; column <= total.Length - (4 * lanes); column += 4 * lanes)
        {
            var p = first + column;
            var (a, b, c, d) = (Vector.Load(p), Vector.Load(p + lanes), Vector.Load(p + (2 * lanes)), Vector.Load(p + (3 * lanes)));
            for (var row = 1L; row < rows; row++)
            {
                p += stride;
                a += Vector.Load(p);
                b += Vector.Load(p + lanes);
                c += Vector.Load(p + (2 * lanes));
                d += Vector.Load(p + (3 * lanes));
            }

            a.CopyTo(total[column..]);
            b.CopyTo(total[(column + lanes)..]);
            c.CopyTo(total[(column + (2 * lanes))..]);
            d.CopyTo(total[(column + (3 * lanes))..]);
        }

        for (; column <= total.Length - lanes; column += lanes)
        {
            var p = first + column;
            var sum = Vector.Load(p);
            for (var row = 1L; row < rows; row++)
            {
                p += stride;
                sum += Vector.Load(p);
            }

            sum.CopyTo(total[column..]);
        }

        for (; column < total.Length; column++)
        {
            var p = first + column;
            var sum = *p;
            for (var row = 1L; row < rows; row++)
            {
                p += stride;
                sum += *p;
            }

            total[column] = sum;
        }
    }
}
