using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Cpu;

/// <summary>
/// Between row-major arrays [sample][k], as users see them, and lane order [k][sample of the tile]. Rows beyond the valid ones
/// (a ragged last tile) are zero on the way in and left out on the way out.
/// </summary>
internal static unsafe class Transposer<TLane, T>
    where TLane : unmanaged, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>destination[k·stride + s] = source[s·rowLength + k] for k below <paramref name="columns"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void In(T* source, long rowLength, int rows, int columns, T* destination, long stride)
    {
        int n = TLane.Count;
        int k = 0;
        if (Wide && rows == n)
        {
            float** from = stackalloc float*[16], to = stackalloc float*[16];
            for (int r = 0; r < 16; r++)
            {
                from[r] = (float*)(source + r * rowLength);
                to[r] = (float*)(destination + r * stride);
            }

            for (; k <= columns - n; k += n)
            {
                Transpose16(from, k, to, k * stride);
            }
        }

        for (; k < columns; k++)
        {
            T* lane = destination + k * stride;
            for (int s = 0; s < rows; s++)
            {
                lane[s] = source[s * rowLength + k];
            }

            for (int s = rows; s < n; s++)
            {
                lane[s] = T.Zero;
            }
        }
    }

    /// <summary>destination[s·rowLength + k] = source[k·stride + s] for k below <paramref name="columns"/> and the valid rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Out(T* source, long stride, T* destination, long rowLength, int rows, int columns)
    {
        int n = TLane.Count;
        int k = 0;
        if (Wide && rows == n)
        {
            float** from = stackalloc float*[16], to = stackalloc float*[16];
            for (int r = 0; r < 16; r++)
            {
                from[r] = (float*)(source + r * stride);
                to[r] = (float*)(destination + r * rowLength);
            }

            for (; k <= columns - n; k += n)
            {
                Transpose16(from, k * stride, to, k);
            }
        }

        for (; k < columns; k++)
        {
            for (int s = 0; s < rows; s++)
            {
                destination[s * rowLength + k] = source[k * stride + s];
            }
        }
    }

    /// <summary>Amplitudes of a tile, in logical order, into rows.</summary>
    /// <param name="tile">The states.</param>
    /// <param name="map">Where amplitudes lie.</param>
    /// <param name="part">0 for real parts, 1 for imaginary parts.</param>
    /// <param name="block">Room for Count vectors.</param>
    /// <param name="destination">[rows][rowLength].</param>
    /// <param name="rowLength">Amplitudes in a row.</param>
    /// <param name="rows">Valid rows.</param>
    public static void AmplitudesOut(T* tile, IndexMap map, int part, T* block, T* destination, long rowLength, int rows)
    {
        int n = TLane.Count;
        for (long x = 0; x < rowLength; x += n)
        {
            int columns = (int)Math.Min(n, rowLength - x);
            for (int k = 0; k < columns; k++)
            {
                TLane.Load(tile + (long)map.Physical((int)x + k) * (2 * n) + part * n).Store(block + (long)k * n);
            }

            Out(block, n, destination + x, rowLength, rows, columns);
        }
    }

    /// <summary>Transposes the square of Count vectors at rows[r] + offset in place.</summary>
    public static void Square(T** rows, int offset)
    {
        int n = TLane.Count;
        if (Wide)
        {
            Transpose16((float**)rows, offset, (float**)rows, offset);
            return;
        }

        for (int r = 1; r < n; r++)
        {
            for (int c = 0; c < r; c++)
            {
                (rows[r][offset + c], rows[c][offset + r]) = (rows[c][offset + r], rows[r][offset + c]);
            }
        }
    }

    /// <summary>Whether the 16 × 16 transpose in registers applies.</summary>
    private static bool Wide => typeof(TLane) == typeof(Lane512Single) && Avx512F.IsSupported;

    /// <summary>
    /// 16 × 16 floats: neighbours are interleaved in 4 rounds of 1, 2, 4 and 8 numbers. Row r comes from from[r] + fromOffset; all rows are in
    /// registers before the first is stored.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose16(float** from, long fromOffset, float** to, long toOffset)
    {
        Vector512<float> a0 = Vector512.Load(from[0] + fromOffset), a1 = Vector512.Load(from[1] + fromOffset), a2 = Vector512.Load(from[2] + fromOffset), a3 = Vector512.Load(from[3] + fromOffset);
        Vector512<float> a4 = Vector512.Load(from[4] + fromOffset), a5 = Vector512.Load(from[5] + fromOffset), a6 = Vector512.Load(from[6] + fromOffset), a7 = Vector512.Load(from[7] + fromOffset);
        Vector512<float> a8 = Vector512.Load(from[8] + fromOffset), a9 = Vector512.Load(from[9] + fromOffset), a10 = Vector512.Load(from[10] + fromOffset), a11 = Vector512.Load(from[11] + fromOffset);
        Vector512<float> a12 = Vector512.Load(from[12] + fromOffset), a13 = Vector512.Load(from[13] + fromOffset), a14 = Vector512.Load(from[14] + fromOffset), a15 = Vector512.Load(from[15] + fromOffset);
        Vector512<double> b0 = Avx512F.UnpackLow(a0, a1).AsDouble(), b1 = Avx512F.UnpackHigh(a0, a1).AsDouble();
        Vector512<double> b2 = Avx512F.UnpackLow(a2, a3).AsDouble(), b3 = Avx512F.UnpackHigh(a2, a3).AsDouble();
        Vector512<double> b4 = Avx512F.UnpackLow(a4, a5).AsDouble(), b5 = Avx512F.UnpackHigh(a4, a5).AsDouble();
        Vector512<double> b6 = Avx512F.UnpackLow(a6, a7).AsDouble(), b7 = Avx512F.UnpackHigh(a6, a7).AsDouble();
        Vector512<double> b8 = Avx512F.UnpackLow(a8, a9).AsDouble(), b9 = Avx512F.UnpackHigh(a8, a9).AsDouble();
        Vector512<double> b10 = Avx512F.UnpackLow(a10, a11).AsDouble(), b11 = Avx512F.UnpackHigh(a10, a11).AsDouble();
        Vector512<double> b12 = Avx512F.UnpackLow(a12, a13).AsDouble(), b13 = Avx512F.UnpackHigh(a12, a13).AsDouble();
        Vector512<double> b14 = Avx512F.UnpackLow(a14, a15).AsDouble(), b15 = Avx512F.UnpackHigh(a14, a15).AsDouble();
        (a0, a1) = (Avx512F.UnpackLow(b0, b2).AsSingle(), Avx512F.UnpackHigh(b0, b2).AsSingle());
        (a2, a3) = (Avx512F.UnpackLow(b1, b3).AsSingle(), Avx512F.UnpackHigh(b1, b3).AsSingle());
        (a4, a5) = (Avx512F.UnpackLow(b4, b6).AsSingle(), Avx512F.UnpackHigh(b4, b6).AsSingle());
        (a6, a7) = (Avx512F.UnpackLow(b5, b7).AsSingle(), Avx512F.UnpackHigh(b5, b7).AsSingle());
        (a8, a9) = (Avx512F.UnpackLow(b8, b10).AsSingle(), Avx512F.UnpackHigh(b8, b10).AsSingle());
        (a10, a11) = (Avx512F.UnpackLow(b9, b11).AsSingle(), Avx512F.UnpackHigh(b9, b11).AsSingle());
        (a12, a13) = (Avx512F.UnpackLow(b12, b14).AsSingle(), Avx512F.UnpackHigh(b12, b14).AsSingle());
        (a14, a15) = (Avx512F.UnpackLow(b13, b15).AsSingle(), Avx512F.UnpackHigh(b13, b15).AsSingle());
        (a0, a4) = (Avx512F.Shuffle4x128(a0, a4, 0x88), Avx512F.Shuffle4x128(a0, a4, 0xDD));
        (a1, a5) = (Avx512F.Shuffle4x128(a1, a5, 0x88), Avx512F.Shuffle4x128(a1, a5, 0xDD));
        (a2, a6) = (Avx512F.Shuffle4x128(a2, a6, 0x88), Avx512F.Shuffle4x128(a2, a6, 0xDD));
        (a3, a7) = (Avx512F.Shuffle4x128(a3, a7, 0x88), Avx512F.Shuffle4x128(a3, a7, 0xDD));
        (a8, a12) = (Avx512F.Shuffle4x128(a8, a12, 0x88), Avx512F.Shuffle4x128(a8, a12, 0xDD));
        (a9, a13) = (Avx512F.Shuffle4x128(a9, a13, 0x88), Avx512F.Shuffle4x128(a9, a13, 0xDD));
        (a10, a14) = (Avx512F.Shuffle4x128(a10, a14, 0x88), Avx512F.Shuffle4x128(a10, a14, 0xDD));
        (a11, a15) = (Avx512F.Shuffle4x128(a11, a15, 0x88), Avx512F.Shuffle4x128(a11, a15, 0xDD));
        Avx512F.Shuffle4x128(a0, a8, 0x88).Store(to[0] + toOffset);
        Avx512F.Shuffle4x128(a0, a8, 0xDD).Store(to[8] + toOffset);
        Avx512F.Shuffle4x128(a1, a9, 0x88).Store(to[1] + toOffset);
        Avx512F.Shuffle4x128(a1, a9, 0xDD).Store(to[9] + toOffset);
        Avx512F.Shuffle4x128(a2, a10, 0x88).Store(to[2] + toOffset);
        Avx512F.Shuffle4x128(a2, a10, 0xDD).Store(to[10] + toOffset);
        Avx512F.Shuffle4x128(a3, a11, 0x88).Store(to[3] + toOffset);
        Avx512F.Shuffle4x128(a3, a11, 0xDD).Store(to[11] + toOffset);
        Avx512F.Shuffle4x128(a4, a12, 0x88).Store(to[4] + toOffset);
        Avx512F.Shuffle4x128(a4, a12, 0xDD).Store(to[12] + toOffset);
        Avx512F.Shuffle4x128(a5, a13, 0x88).Store(to[5] + toOffset);
        Avx512F.Shuffle4x128(a5, a13, 0xDD).Store(to[13] + toOffset);
        Avx512F.Shuffle4x128(a6, a14, 0x88).Store(to[6] + toOffset);
        Avx512F.Shuffle4x128(a6, a14, 0xDD).Store(to[14] + toOffset);
        Avx512F.Shuffle4x128(a7, a15, 0x88).Store(to[7] + toOffset);
        Avx512F.Shuffle4x128(a7, a15, 0xDD).Store(to[15] + toOffset);
    }
}
