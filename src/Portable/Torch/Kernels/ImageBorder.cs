using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp;

/// <summary>The layout of images with a zero border: [channel][y][x mod stride][x div stride].</summary>
internal readonly unsafe struct ImageBorder
{
    private readonly int _phase;

    public ImageBorder(ConvolutionShape s)
    {
        _phase = (s.Width + (2 * s.PaddingX) + s.StrideX - 1) / s.StrideX;
        Row = s.StrideX * _phase;
        Plane = (s.Height + (2 * s.PaddingY)) * Row;
        Image = s.GroupChannels * Plane;
    }

    /// <summary>Elements per bordered row.</summary>
    public int Row { get; }

    /// <summary>Elements per bordered channel.</summary>
    public int Plane { get; }

    /// <summary>Elements per bordered image (one group).</summary>
    public int Image { get; }

    /// <summary>Where the term (c, u, v) of an image's first pixel lies.</summary>
    public int Term(ConvolutionShape s, int channel, int u, int v) =>
        (channel * Plane) + (u * s.DilationY * Row) + (v * s.DilationX % s.StrideX * _phase) + (v * s.DilationX / s.StrideX);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill<T>(ConvolutionShape s, T* x, int group, int firstImage, int images, T* padded)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float) && Avx512F.IsSupported && (s.StrideX == 1 || (s.StrideX == 2 && _phase <= Vector512<float>.Count)))
        {
            FillByVectors(s, (float*)x, group, firstImage, images, (float*)padded);
            return;
        }
        new Span<T>(padded, images * Image).Clear();
        T* end = x + s.InputLength;
        for (int plane = 0; plane < images * s.GroupChannels; plane++)
        {
            T* from = Source(s, x, group, firstImage, plane);
            T* to = padded + ((long)plane * Plane) + (s.PaddingY * Row);
            for (int row = 0; row < s.Height; row++, from += s.Width, to += Row)
            {
                if (s.StrideX == 1)
                {
                    CopyRow(from, to + s.PaddingX, s.Width);
                    continue;
                }
                if (typeof(T) == typeof(float) && s.StrideX == 2 && from + s.Width + Vector512<float>.Count <= end)
                {
                    Split((float*)from, (float*)to, s.Width, s.PaddingX);
                    continue;
                }
                for (int phase = 0; phase < s.StrideX; phase++)
                {
                    int first = FirstOfPhase(s, phase);
                    T* target = to + (phase * _phase) + ((first + s.PaddingX) / s.StrideX);
                    for (int column = first; column < s.Width; column += s.StrideX)
                    {
                        *target++ = from[column];
                    }
                }
            }
        }
    }

    /// <summary>
    /// Whole rows with their border, from the first to the last: what a vector writes past its row is written again with the next one. Nothing outside the
    /// images is read.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillByVectors(ConvolutionShape s, float* x, int group, int firstImage, int images, float* padded)
    {
        int lanes = Vector512<float>.Count, vectors = s.StrideX == 2 ? 2 : (Row + lanes - 1) / lanes;
        Vector512<float>* inside = stackalloc Vector512<float>[vectors];
        for (int k = 0; k < vectors; k++)
        {
            Vector512<float> column = Vector512<float>.Indices + Vector512.Create((float)((k * lanes) - s.PaddingX));
            inside[k] = Vector512.GreaterThanOrEqual(column, Vector512<float>.Zero) & Vector512.LessThan(column, Vector512.Create((float)s.Width));
        }
        Vector512<int> even = Vector512<int>.Indices * 2, odd = even + Vector512<int>.One;
        for (int plane = 0; plane < images * s.GroupChannels; plane++)
        {
            float* source = Source(s, x, group, firstImage, plane) - s.PaddingX;
            float* to = padded + ((long)plane * Plane);
            for (int row = -s.PaddingY; row < s.Height + s.PaddingY; row++, to += Row)
            {
                if ((uint)row >= (uint)s.Height)
                {
                    for (int k = 0; k < Row; k += lanes)
                    {
                        Vector512<float>.Zero.Store(to + k);
                    }
                }
                else if (s.StrideX == 1)
                {
                    for (int k = 0; k < vectors; k++)
                    {
                        Avx512F.MaskLoad(source + (row * s.Width) + (k * lanes), inside[k], Vector512<float>.Zero).Store(to + (k * lanes));
                    }
                }
                else
                {
                    float* from = source + (row * s.Width);
                    Vector512<float> first = Avx512F.MaskLoad(from, inside[0], Vector512<float>.Zero);
                    Vector512<float> second = Avx512F.MaskLoad(from + lanes, inside[1], Vector512<float>.Zero);
                    Avx512F.PermuteVar16x32x2(first, even, second).Store(to);
                    Avx512F.PermuteVar16x32x2(first, odd, second).Store(to + _phase);
                }
            }
        }
    }

    /// <summary>
    /// Deals a row out to its two phases, 16 pixels at a time. The zeros that stand for pixels past the row's end fall on the border, or on
    /// what is written next.
    /// </summary>
    private void Split(float* from, float* to, int width, int padding)
    {
        // The pixel 0 of phase p lies at (p' + padding)/2 with p' the first pixel of that phase.
        int evenPhase = padding & 1;
        float* even = to + (evenPhase * _phase) + (padding / 2);
        float* odd = to + ((1 - evenPhase) * _phase) + ((padding + 1) / 2);

        // From the last pixels to the first, and the first phase before the second: real pixels come after the zeros that overrun a phase.
        for (int column = (width - 1) / 16 * 16; column >= 0; column -= 16)
        {
            (Vector256<float> evens, Vector256<float> odds) = Deal(from + column, width - column);
            if (evenPhase == 0)
            {
                evens.Store(even + (column / 2));
                odds.Store(odd + (column / 2));
            }
            else
            {
                odds.Store(odd + (column / 2));
                evens.Store(even + (column / 2));
            }
        }
    }

    /// <summary>The even and the odd ones of 16 pixels, of which those past the first <paramref name="count"/> are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Evens, Vector256<float> Odds) Deal(float* from, int count)
    {
        if (!Vector512.IsHardwareAccelerated && Avx2.IsSupported)
        {
            Vector256<float> first = Vector256.Load(from), second = Vector256.Load(from + 8);
            if (count < 16)
            {
                first &= Vector256.LessThan(Vector256<float>.Indices, Vector256.Create((float)count));
                second &= Vector256.LessThan(Vector256<float>.Indices, Vector256.Create((float)(count - 8)));
            }
            return (InOrder(Avx.Shuffle(first, second, 0b10_00_10_00)), InOrder(Avx.Shuffle(first, second, 0b11_01_11_01)));
        }
        Vector512<float> pixels = Vector512.Load(from);
        if (count < 16)
        {
            pixels &= Vector512.LessThan(Vector512<float>.Indices, Vector512.Create((float)count));
        }
        Vector512<float> dealt = Vector512.Shuffle(pixels, Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15));
        return (dealt.GetLower(), dealt.GetUpper());

        // Both halves of a vector are shuffled for themselves: their pairs lie as first, second, first, second.
        static Vector256<float> InOrder(Vector256<float> pairs) => Avx2.Permute4x64(pairs.AsDouble(), 0b11_01_10_00).AsSingle();
    }

    /// <summary>The inverse of <see cref="Deal"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Join(Vector256<float> evens, Vector256<float> odds, float* to)
    {
        if (!Vector512.IsHardwareAccelerated && Avx2.IsSupported)
        {
            Vector256<float> low = Avx.UnpackLow(evens, odds), high = Avx.UnpackHigh(evens, odds);
            Avx.Permute2x128(low, high, 0x20).Store(to);
            Avx.Permute2x128(low, high, 0x31).Store(to + 8);
            return;
        }
        Vector512.Shuffle(Vector512.Create(evens, odds), Vector512.Create(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15)).Store(to);
    }

    /// <summary>The inverse of <see cref="Split"/>. What it writes past the row is the beginning of the next one, which is written later.</summary>
    private void Merge(float* from, float* to, int width, int padding)
    {
        int evenPhase = padding & 1;
        float* even = from + (evenPhase * _phase) + (padding / 2);
        float* odd = from + ((1 - evenPhase) * _phase) + ((padding + 1) / 2);
        for (int column = 0; column < width; column += 16)
        {
            Join(Vector256.Load(even + (column / 2)), Vector256.Load(odd + (column / 2)), to + column);
        }
    }

    private static void CopyRow<T>(T* from, T* to, int width)
        where T : unmanaged
    {
        int i = 0;
        for (; i + Vector256<T>.Count <= width; i += Vector256<T>.Count)
        {
            Vector256.Load(from + i).Store(to + i);
        }
        for (; i < width; i++)
        {
            to[i] = from[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Empty<T>(ConvolutionShape s, T* padded, int group, int firstImage, int images, T* x)
        where T : unmanaged
    {
        for (int plane = 0; plane < images * s.GroupChannels; plane++)
        {
            T* to = Source(s, x, group, firstImage, plane);
            T* from = padded + ((long)plane * Plane) + (s.PaddingY * Row);
            for (int row = 0; row < s.Height; row++, to += s.Width, from += Row)
            {
                bool hasRoom = ((s.Height - 1 - row) + ((images * s.GroupChannels) - 1 - plane) * s.Height) * s.Width >= Vector512<float>.Count;
                if (typeof(T) == typeof(float) && s.StrideX == 2 && s.Groups == 1 && hasRoom)
                {
                    Merge((float*)from, (float*)to, s.Width, s.PaddingX);
                    continue;
                }
                for (int phase = 0; phase < s.StrideX; phase++)
                {
                    int first = FirstOfPhase(s, phase);
                    T* source = from + (phase * _phase) + ((first + s.PaddingX) / s.StrideX);
                    for (int column = first; column < s.Width; column += s.StrideX)
                    {
                        to[column] = *source++;
                    }
                }
            }
        }
    }

    /// <summary>The first image column that lies in a phase: (column + padding) mod stride = phase.</summary>
    private static int FirstOfPhase(ConvolutionShape s, int phase) => (((phase - s.PaddingX) % s.StrideX) + s.StrideX) % s.StrideX;

    private static T* Source<T>(ConvolutionShape s, T* x, int group, int firstImage, int plane)
        where T : unmanaged
        => x + (((((long)firstImage + (plane / s.GroupChannels)) * s.Channels) + (group * s.GroupChannels) + (plane % s.GroupChannels)) * s.Height * s.Width);
}
