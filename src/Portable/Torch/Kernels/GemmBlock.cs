using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp;

/// <summary>The tile that one inner product fills: <paramref name="Rows"/> × <paramref name="Vectors"/> registers.</summary>
internal readonly record struct GemmShape(SimdWidth Width, int Rows, int Vectors)
{
    private const int Page = 4096;

    /// <summary>Lanes of one register.</summary>
    public int Lane<T>()
        where T : unmanaged
        => Width == SimdWidth.Scalar ? 1 : (int)Width / 8 / Unsafe.SizeOf<T>();

    /// <summary>Columns of the tile.</summary>
    public int Columns<T>()
        where T : unmanaged
        => Vectors * Lane<T>();

    /// <summary>The shape with the least padded work for an m × n result whose rows lie <paramref name="ldc"/> elements apart.</summary>
    /// <remarks>
    /// Where rows are a page or more apart, twelve of them crowd out each other and the panels from the sets of a first-level cache: the flat shapes
    /// reach 70 % of the peak at 1024 and 2048 columns, the tall one 66 and 60 %.
    /// </remarks>
    public static GemmShape Best<T>(SimdWidth width, int m, int n, int ldc = 0)
        where T : unmanaged
    {
        bool isFlat = width == SimdWidth.Bits512 && (long)ldc * Unsafe.SizeOf<T>() >= Page;
        ReadOnlySpan<GemmShape> shapes = width switch
        {
            SimdWidth.Bits512 => [new(width, 12, 2), new(width, 8, 3), new(width, 4, 6)],
            SimdWidth.Bits256 => [new(width, 6, 2), new(width, 4, 3)],
            SimdWidth.Bits128 => [new(width, 6, 2)],
            _ => [new(width, 4, 4)],
        };
        GemmShape best = shapes[0];
        long least = long.MaxValue;
        foreach (GemmShape shape in shapes)
        {
            int columns = shape.Columns<T>();
            if (isFlat && shape.Rows > 8)
            {
                continue;
            }
            long work = (long)((m + shape.Rows - 1) / shape.Rows * shape.Rows) * ((n + columns - 1) / columns * columns);
            if (work < least)
            {
                (best, least) = (shape, work);
            }
        }
        return best;
    }
}

/// <summary>Packing, and the product of packed blocks: what the matrix product and the convolutions share.</summary>
internal static unsafe class GemmBlock
{
    /// <summary>The largest tile in elements (12 × 32, 8 × 48 or 4 × 96).</summary>
    private const int LargestTile = 384;

    /// <summary>target[p·width + r] = source[r·stride + p] for r below <paramref name="count"/>; zero up to <paramref name="width"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackAcross<T>(T* source, nint stride, int count, int depth, T* target, int width)
        where T : unmanaged
    {
        int row = 0;
        if (typeof(T) == typeof(float) && Avx.IsSupported)
        {
            for (; row + 8 <= count; row += 8)
            {
                Transpose8((float*)(source + (row * stride)), stride, depth, (float*)(target + row), width);
            }
        }
        if (typeof(T) == typeof(float) && Sse.IsSupported)
        {
            for (; row + 4 <= count; row += 4)
            {
                float* from = (float*)(source + (row * stride));
                float* to = (float*)(target + row);
                int p = 0;
                for (; p + 4 <= depth; p += 4, from += 4, to += 4 * width)
                {
                    Vector128<float> r0 = Vector128.Load(from);
                    Vector128<float> r1 = Vector128.Load(from + stride);
                    Vector128<float> r2 = Vector128.Load(from + (2 * stride));
                    Vector128<float> r3 = Vector128.Load(from + (3 * stride));
                    Vector128<float> low01 = Sse.UnpackLow(r0, r1);
                    Vector128<float> low23 = Sse.UnpackLow(r2, r3);
                    Vector128<float> high01 = Sse.UnpackHigh(r0, r1);
                    Vector128<float> high23 = Sse.UnpackHigh(r2, r3);
                    Sse.MoveLowToHigh(low01, low23).Store(to);
                    Sse.MoveHighToLow(low23, low01).Store(to + width);
                    Sse.MoveLowToHigh(high01, high23).Store(to + (2 * width));
                    Sse.MoveHighToLow(high23, high01).Store(to + (3 * width));
                }
                for (; p < depth; p++, from++, to += width)
                {
                    to[0] = from[0];
                    to[1] = from[stride];
                    to[2] = from[2 * stride];
                    to[3] = from[3 * stride];
                }
            }
        }
        for (; row < count; row++)
        {
            T* from = source + (row * stride);
            T* to = target + row;
            for (int p = 0; p < depth; p++, to += width)
            {
                *to = from[p];
            }
        }
        ClearRight(target, count, depth, width);
    }

    /// <summary>target[p·width + r] = source[r·stride + p] for eight rows r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose8(float* from, nint stride, int depth, float* to, nint width)
    {
        int* offsets = stackalloc int[8];
        for (int r = 0; r < 8; r++)
        {
            offsets[r] = checked((int)(r * stride));
        }
        int p = 0;
        for (; p + 8 <= depth; p += 8, from += 8, to += 8 * width)
        {
            Transpose8(from, offsets, to, width);
        }
        for (; p < depth; p++, from++, to += width)
        {
            for (int r = 0; r < 8; r++)
            {
                to[r] = from[r * stride];
            }
        }
    }

    /// <summary>to[p·width + r] = from[offsets[r] + p] for eight p and eight r, in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Transpose8(float* from, int* offsets, float* to, nint width)
    {
        Vector256<float> r0 = Vector256.Load(from + offsets[0]), r1 = Vector256.Load(from + offsets[1]);
        Vector256<float> r2 = Vector256.Load(from + offsets[2]), r3 = Vector256.Load(from + offsets[3]);
        Vector256<float> r4 = Vector256.Load(from + offsets[4]), r5 = Vector256.Load(from + offsets[5]);
        Vector256<float> r6 = Vector256.Load(from + offsets[6]), r7 = Vector256.Load(from + offsets[7]);

        // Pairs, then quadruples of rows within each half, then the halves.
        Vector256<float> low01 = Avx.UnpackLow(r0, r1), high01 = Avx.UnpackHigh(r0, r1), low23 = Avx.UnpackLow(r2, r3), high23 = Avx.UnpackHigh(r2, r3);
        Vector256<float> low45 = Avx.UnpackLow(r4, r5), high45 = Avx.UnpackHigh(r4, r5), low67 = Avx.UnpackLow(r6, r7), high67 = Avx.UnpackHigh(r6, r7);
        Vector256<float> a0 = Avx.Shuffle(low01, low23, 0x44), a1 = Avx.Shuffle(low01, low23, 0xEE);
        Vector256<float> a2 = Avx.Shuffle(high01, high23, 0x44), a3 = Avx.Shuffle(high01, high23, 0xEE);
        Vector256<float> b0 = Avx.Shuffle(low45, low67, 0x44), b1 = Avx.Shuffle(low45, low67, 0xEE);
        Vector256<float> b2 = Avx.Shuffle(high45, high67, 0x44), b3 = Avx.Shuffle(high45, high67, 0xEE);
        Avx.Permute2x128(a0, b0, 0x20).Store(to);
        Avx.Permute2x128(a1, b1, 0x20).Store(to + width);
        Avx.Permute2x128(a2, b2, 0x20).Store(to + (2 * width));
        Avx.Permute2x128(a3, b3, 0x20).Store(to + (3 * width));
        Avx.Permute2x128(a0, b0, 0x31).Store(to + (4 * width));
        Avx.Permute2x128(a1, b1, 0x31).Store(to + (5 * width));
        Avx.Permute2x128(a2, b2, 0x31).Store(to + (6 * width));
        Avx.Permute2x128(a3, b3, 0x31).Store(to + (7 * width));
    }

    /// <summary>target[p·width + r] = source[p·stride + r] for r below <paramref name="count"/>; zero up to <paramref name="width"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackAlong<T>(T* source, nint stride, int count, int depth, T* target, int width)
        where T : unmanaged
    {
        T* to = target;
        if (count * sizeof(T) % 64 == 0)
        {
            int bytes = count * sizeof(T);
            for (int p = 0; p < depth; p++, source += stride, to += width)
            {
                for (int offset = 0; offset < bytes; offset += 64)
                {
                    Vector512.Load((byte*)source + offset).Store((byte*)to + offset);
                }
            }
        }
        else
        {
            for (int p = 0; p < depth; p++, source += stride, to += width)
            {
                new ReadOnlySpan<T>(source, count).CopyTo(new Span<T>(to, count));
            }
        }
        ClearRight(target, count, depth, width);
    }

    private static void ClearRight<T>(T* target, int count, int depth, int width)
        where T : unmanaged
    {
        if (count == width)
        {
            return;
        }
        for (int p = 0; p < depth; p++, target += width)
        {
            new Span<T>(target + count, width - count).Clear();
        }
    }

    /// <summary>
    /// Packs op(A)[rows firstRow … +rowCount, terms firstTerm … +depth] into panels [depth, shape.Rows] that follow each other,
    /// times <paramref name="alpha"/>.
    /// </summary>
    public static void PackLeft<T>(GemmShape shape, bool transposed, T* a, nint lda, int rowCount, int depth, T alpha, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < rowCount; row += shape.Rows)
        {
            int count = Math.Min(shape.Rows, rowCount - row);
            if (transposed)
            {
                PackAlong(a + row, lda, count, depth, target, shape.Rows);
            }
            else
            {
                PackAcross(a + (row * lda), lda, count, depth, target, shape.Rows);
            }
            int length = depth * shape.Rows;
            if (alpha != T.One)
            {
                for (int i = 0; i < length; i++)
                {
                    target[i] *= alpha;
                }
            }
            target += length;
        }
    }

    /// <summary>Packs op(B)[depth, columns] into slivers [depth, shape.Columns] that follow each other.</summary>
    public static void PackRight<T>(GemmShape shape, bool transposed, T* b, nint ldb, int columnCount, int depth, T* target)
        where T : unmanaged
    {
        int width = shape.Columns<T>();
        for (int column = 0; column < columnCount; column += width)
        {
            int count = Math.Min(width, columnCount - column);
            if (transposed)
            {
                PackAcross(b + (column * ldb), ldb, count, depth, target, width);
            }
            else
            {
                PackAlong(b + column, ldb, count, depth, target, width);
            }
            target += depth * width;
        }
    }

    /// <summary>
    /// C[m, n] (+)= A·B for A in panels, and B in slivers that start <paramref name="sliverStride"/> elements apart with rows
    /// <paramref name="ldb"/> apart. B must be readable up to a whole sliver.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<T>(
        GemmShape shape, int m, int n, int depth, T* panels, T* slivers, nint sliverStride, nint ldb, T* c, nint ldc, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = shape.Columns<T>();
        int lane = shape.Lane<T>();
        byte* tileBytes = stackalloc byte[(LargestTile * 8) + 64];
        T* tile = (T*)(((nint)tileBytes + 63) & ~(nint)63);
        for (int column = 0; column < n; column += width, slivers += sliverStride)
        {
            int columns = Math.Min(width, n - column);
            T* panel = panels;
            for (int row = 0; row < m; row += shape.Rows, panel += depth * shape.Rows)
            {
                int rows = Math.Min(shape.Rows, m - row);
                T* target = c + (row * ldc) + column;
                if (rows == shape.Rows && columns == width)
                {
                    Tile(shape, depth, panel, slivers, ldb, target, ldc, accumulate);
                    continue;
                }
                if (shape is { Width: SimdWidth.Bits512, Rows: 12 } && columns <= lane)
                {
                    GemmMicroKernels.Wide12x1(depth, panel, slivers, ldb, tile, width, false);
                }
                else
                {
                    Tile(shape, depth, panel, slivers, ldb, tile, width, false);
                }
                for (int i = 0; i < rows; i++)
                {
                    T* from = tile + (i * width);
                    T* to = target + (i * ldc);
                    if (accumulate)
                    {
                        for (int j = 0; j < columns; j++)
                        {
                            to[j] += from[j];
                        }
                    }
                    else
                    {
                        for (int j = 0; j < columns; j++)
                        {
                            to[j] = from[j];
                        }
                    }
                }
            }
        }
    }

    private static void Tile<T>(GemmShape shape, int depth, T* a, T* b, nint ldb, T* c, nint ldc, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (shape.Width, shape.Rows)
        {
            case (SimdWidth.Bits512, 12): GemmMicroKernels.Wide12x2(depth, a, b, ldb, c, ldc, accumulate); break;
            case (SimdWidth.Bits512, 8): GemmMicroKernels.Wide8x3(depth, a, b, ldb, c, ldc, accumulate); break;
            case (SimdWidth.Bits512, _): GemmMicroKernels.Wide4x6(depth, a, b, ldb, c, ldc, accumulate); break;
            case (SimdWidth.Bits256, 6): GemmMicroKernels.Half6x2(depth, a, b, ldb, c, ldc, accumulate); break;
            case (SimdWidth.Bits256, _): GemmMicroKernels.Half4x3(depth, a, b, ldb, c, ldc, accumulate); break;
            case (SimdWidth.Bits128, _): GemmMicroKernels.Quarter6x2(depth, a, b, ldb, c, ldc, accumulate); break;
            default: GemmMicroKernels.Scalar4x4(depth, a, b, ldb, c, ldc, accumulate); break;
        }
    }
}
