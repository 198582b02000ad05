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
            for (; k <= columns - n; k += n)
            {
                Transpose16((float*)(source + k), rowLength, (float*)(destination + k * stride), stride);
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
            for (; k <= columns - n; k += n)
            {
                Transpose16((float*)(source + k * stride), stride, (float*)(destination + k), rowLength);
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
    [SkipLocalsInit]
    public static void Square(T** rows, int offset)
    {
        int n = TLane.Count;
        if (Wide)
        {
            Vector512<float>* square = stackalloc Vector512<float>[16];
            for (int r = 0; r < 16; r++)
            {
                square[r] = Vector512.Load((float*)(rows[r] + offset));
            }

            Transpose16(square);
            for (int r = 0; r < 16; r++)
            {
                square[r].Store((float*)(rows[r] + offset));
            }

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

    [SkipLocalsInit]
    private static void Transpose16(float* source, long sourceStride, float* destination, long destinationStride)
    {
        Vector512<float>* square = stackalloc Vector512<float>[16];
        for (int r = 0; r < 16; r++)
        {
            square[r] = Vector512.Load(source + r * sourceStride);
        }

        Transpose16(square);
        for (int r = 0; r < 16; r++)
        {
            square[r].Store(destination + r * destinationStride);
        }
    }

    /// <summary>16 × 16 floats: neighbours are interleaved in 4 rounds of 1, 2, 4 and 8 numbers.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose16(Vector512<float>* a)
    {
        Vector512<float>* b = stackalloc Vector512<float>[16];
        for (int i = 0; i < 16; i += 2)
        {
            b[i] = Avx512F.UnpackLow(a[i], a[i + 1]);
            b[i + 1] = Avx512F.UnpackHigh(a[i], a[i + 1]);
        }

        for (int i = 0; i < 16; i += 4)
        {
            a[i] = Avx512F.UnpackLow(b[i].AsDouble(), b[i + 2].AsDouble()).AsSingle();
            a[i + 1] = Avx512F.UnpackHigh(b[i].AsDouble(), b[i + 2].AsDouble()).AsSingle();
            a[i + 2] = Avx512F.UnpackLow(b[i + 1].AsDouble(), b[i + 3].AsDouble()).AsSingle();
            a[i + 3] = Avx512F.UnpackHigh(b[i + 1].AsDouble(), b[i + 3].AsDouble()).AsSingle();
        }

        for (int i = 0; i < 16; i += 8)
        {
            for (int j = 0; j < 4; j++)
            {
                b[i + j] = Avx512F.Shuffle4x128(a[i + j], a[i + j + 4], 0x88);
                b[i + j + 4] = Avx512F.Shuffle4x128(a[i + j], a[i + j + 4], 0xDD);
            }
        }

        for (int j = 0; j < 8; j++)
        {
            a[j] = Avx512F.Shuffle4x128(b[j], b[j + 8], 0x88);
            a[j + 8] = Avx512F.Shuffle4x128(b[j], b[j + 8], 0xDD);
        }
    }
}
