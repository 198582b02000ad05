using System.Numerics;

namespace TorchSharp;

/// <summary>The general matrix product C = α·op(A)·op(B) + β·C of row-major matrices, in single and double precision.</summary>
/// <remarks>
/// The blocking is that of Goto and van de Geijn (docs/references.md: GotoGeijn2008): a block of B stays in the last cache level, a block of A in the second, a
/// sliver of B in the first, a tile of C in the registers. Each element of C is summed in the same order whatever the number of threads.
/// </remarks>
internal static unsafe class Gemm
{
    /// <summary>Terms per pass: a sliver of 32 floats × 256 terms fills two thirds of a 48 KB first-level cache.</summary>
    internal const int DepthBlock = 256;

    /// <summary>Rows of A per block (a multiple of every tile height): 240 KB in single precision.</summary>
    private const int RowBlock = 240;

    /// <summary>Columns of B per block (a multiple of every tile width).</summary>
    private const int ColumnBlock = 1920;

    /// <summary>Multiply-adds below which a second thread costs more than it brings.</summary>
    private const long ParallelWork = 400_000;

    /// <summary>C[m, n] = alpha·op(A)[m, k]·op(B)[k, n] + beta·C. With beta = 0 the old C is not read.</summary>
    /// <param name="transA">A is stored [k, m] instead of [m, k].</param>
    /// <param name="transB">B is stored [n, k] instead of [k, n].</param>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">Terms of each sum.</param>
    /// <param name="alpha">Factor of the product.</param>
    /// <param name="a">A as stored.</param>
    /// <param name="lda">Distance between stored rows of A.</param>
    /// <param name="b">B as stored.</param>
    /// <param name="ldb">Distance between stored rows of B.</param>
    /// <param name="beta">Factor of the old C.</param>
    /// <param name="c">The result.</param>
    /// <param name="ldc">Distance between rows of C.</param>
    /// <exception cref="ArgumentException">A span is too short or a leading dimension too small.</exception>
    public static void Run<T>(
        bool transA, bool transB, int m, int n, int k, T alpha, ReadOnlySpan<T> a, int lda, ReadOnlySpan<T> b, int ldb, T beta, Span<T> c, int ldc)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Run(SimdWidths.Best, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);

    /// <summary>As the other overload, on registers of the given width.</summary>
    public static void Run<T>(
        SimdWidth width, bool transA, bool transB, int m, int n, int k, T alpha, ReadOnlySpan<T> a, int lda, ReadOnlySpan<T> b, int ldb,
        T beta, Span<T> c, int ldc)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require("A", a.Length, transA ? k : m, transA ? m : k, lda);
        Require("B", b.Length, transB ? n : k, transB ? k : n, ldb);
        Require("C", c.Length, m, n, ldc);
        fixed (T* pa = a, pb = b, pc = c)
        {
            Run(width, transA, transB, m, n, k, alpha, pa, lda, pb, ldb, beta, pc, ldc);
        }
    }

    /// <summary>
    /// Independent products of equal shape; matrix i of X starts at i·strideX. A stride of 0 uses the same matrix in every product.
    /// </summary>
    public static void RunBatched<T>(
        int batch, bool transA, bool transB, int m, int n, int k, T alpha, ReadOnlySpan<T> a, int lda, long strideA, ReadOnlySpan<T> b, int ldb,
        long strideB, T beta, Span<T> c, int ldc, long strideC)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (batch == 0)
        {
            return;
        }
        Require("A", a.Length - ((batch - 1) * strideA), transA ? k : m, transA ? m : k, lda);
        Require("B", b.Length - ((batch - 1) * strideB), transB ? n : k, transB ? k : n, ldb);
        Require("C", c.Length - ((batch - 1) * strideC), m, n, ldc);
        SimdWidth width = SimdWidths.Best;
        fixed (T* pa = a, pb = b, pc = c)
        {
            long work = (long)m * n * k;
            if (batch == 1 || work >= 16 * ParallelWork)
            {
                for (int i = 0; i < batch; i++)
                {
                    Run(width, transA, transB, m, n, k, alpha, pa + (i * strideA), lda, pb + (i * strideB), ldb, beta, pc + (i * strideC), ldc);
                }
                return;
            }
            GemmShape shape = GemmShape.Best<T>(width, m, n, ldc);
            int group = (int)Math.Clamp(ParallelWork / Math.Max(work, 1), 1, batch);
            int groups = (batch + group - 1) / group;
            nint na = (nint)pa, nb = (nint)pb, nc = (nint)pc;
            WorkSplit.Run(groups, part =>
            {
                int end = Math.Min(batch, (part + 1) * group);
                for (int i = part * group; i < end; i++)
                {
                    Serial(shape, transA, transB, m, n, k, alpha, (T*)na + (i * strideA), lda, (T*)nb + (i * strideB), ldb, beta, (T*)nc + (i * strideC), ldc);
                }
            });
        }
    }

    private static void Run<T>(
        SimdWidth width, bool transA, bool transB, int m, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (m == 0 || n == 0)
        {
            return;
        }
        GemmShape shape = GemmShape.Best<T>(width, m, n, ldc);
        int threads = (int)Math.Min(WorkSplit.Threads, (long)m * n * k / ParallelWork);
        if (threads <= 1)
        {
            Serial(shape, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
            return;
        }
        // Only one factor is packed twice when one side of C is cut; the longer side is, so the twice-packed factor is the smaller one.
        bool cutRows = m >= n;
        int unit = cutRows ? shape.Rows : shape.Columns<T>();
        int units = ((cutRows ? m : n) + unit - 1) / unit;
        int parts = Math.Min(threads, units);
        WorkSplit.Run(parts, part =>
        {
            int first = (int)((long)units * part / parts) * unit;
            int last = Math.Min((int)((long)units * (part + 1) / parts) * unit, cutRows ? m : n);
            if (cutRows)
            {
                Serial(shape, transA, transB, last - first, n, k, alpha, a + (transA ? first : (long)first * lda), lda, b, ldb, beta, c + ((long)first * ldc), ldc);
            }
            else
            {
                Serial(shape, transA, transB, m, last - first, k, alpha, a, lda, b + (transB ? (long)first * ldb : first), ldb, beta, c + first, ldc);
            }
        });
    }

    private static void Serial<T>(
        GemmShape shape, bool transA, bool transB, int m, int n, int k, T alpha, T* a, nint lda, T* b, nint ldb, T beta, T* c, nint ldc)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool accumulate = beta != T.Zero;
        if ((accumulate && beta != T.One) || k == 0)
        {
            Scale(m, n, beta, c, ldc);
        }
        int width = shape.Columns<T>();
        int blockColumns = Math.Min(ColumnBlock, n);
        int blockDepth = Math.Min(DepthBlock, k);
        int blockRows = Math.Min(RowBlock, m);
        T* packedB = Scratch.Get<T>(Scratch.PackedB, (long)((blockColumns + width - 1) / width * width) * blockDepth);
        T* packedA = Scratch.Get<T>(Scratch.PackedA, (long)((blockRows + shape.Rows - 1) / shape.Rows * shape.Rows) * blockDepth);
        for (int column = 0; column < n; column += ColumnBlock)
        {
            int columns = Math.Min(ColumnBlock, n - column);
            for (int term = 0; term < k; term += DepthBlock)
            {
                int depth = Math.Min(DepthBlock, k - term);
                GemmBlock.PackRight(shape, transB, b + (transB ? (column * ldb) + term : (term * ldb) + column), ldb, columns, depth, packedB);
                for (int row = 0; row < m; row += RowBlock)
                {
                    int rows = Math.Min(RowBlock, m - row);
                    GemmBlock.PackLeft(shape, transA, a + (transA ? (term * lda) + row : (row * lda) + term), lda, rows, depth, alpha, packedA);
                    GemmBlock.Multiply(
                        shape, rows, columns, depth, packedA, packedB, (nint)depth * width, width, c + (row * ldc) + column, ldc, accumulate || term > 0);
                }
            }
        }
    }

    private static void Scale<T>(int m, int n, T beta, T* c, nint ldc)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < m; row++)
        {
            var line = new Span<T>(c + (row * ldc), n);
            if (beta == T.Zero)
            {
                line.Clear();
                continue;
            }
            for (int i = 0; i < line.Length; i++)
            {
                line[i] *= beta;
            }
        }
    }

    private static void Require(string name, long length, int rows, int columns, int stride)
    {
        if (rows < 0 || columns < 0 || stride < columns)
        {
            throw new ArgumentException($"Matrix {name} is {rows} × {columns} with rows {stride} apart: rows must not overlap.");
        }
        long needed = rows == 0 || columns == 0 ? 0 : ((long)(rows - 1) * stride) + columns;
        if (length < needed)
        {
            throw new ArgumentException($"Matrix {name} needs {needed} elements ({rows} × {columns}, rows {stride} apart); got {length}.");
        }
    }
}
