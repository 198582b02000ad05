using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchSharp;

/// <summary>Moves pixels between images and the columns of the matrix products that a convolution is made of.</summary>
internal static unsafe class Unfolding
{
    /// <summary>
    /// columns[(c, u, v), pixel] for the terms firstTerm … +terms and the output rows firstRow … +rows of the images in <paramref name="padded"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unfold<T>(
        ConvolutionShape s, ImageBorder border, T* padded, int firstTerm, int terms, int firstRow, int rows, T* columns, nint stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int area = s.KernelHeight * s.KernelWidth, width = s.OutWidth, height = s.OutHeight, step = s.StrideY * border.Row;
        for (int term = firstTerm; term < firstTerm + terms; term++, columns += stride)
        {
            // A copy may run past its row: what lies behind is written afterwards, or is the slack.
            T* plane = padded + border.Term(s, term / area, term % area / s.KernelWidth, term % s.KernelWidth);
            T* to = columns;
            int image = firstRow / height;
            int y = firstRow % height;
            for (int left = rows; left > 0;)
            {
                int run = Math.Min(left, height - y);
                CopyRows(plane + (image * border.Image) + (y * step), step, to, width, run);
                to += run * width;
                left -= run;
                image++;
                y = 0;
            }
        }
    }

    /// <summary>
    /// What <see cref="Unfold"/> and then <see cref="GemmBlock.PackRight"/> make of the pixels firstPixel … +depth of the block that begins at
    /// firstRow: slivers [depth, tile] of terms, in one step, by blocks of 8 pixels × 8 terms in registers.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackPixels(ConvolutionShape s, ImageBorder border, float* padded, int firstRow, int firstPixel, int depth, int tile, float* target)
    {
        int area = s.KernelHeight * s.KernelWidth, width = s.OutWidth, height = s.OutHeight, step = s.StrideY * border.Row;
        int* offsets = stackalloc int[tile];
        for (int column = 0; column < s.Terms; column += tile)
        {
            // Columns past the last term are multiplied and thrown away.
            for (int r = 0; r < tile; r++)
            {
                int term = Math.Min(column + r, s.Terms - 1);
                offsets[r] = border.Term(s, term / area, term % area / s.KernelWidth, term % s.KernelWidth);
            }
            int row = firstRow + (firstPixel / width);
            int x = firstPixel % width;
            for (int left = depth; left > 0;)
            {
                float* from = padded + (row / height * border.Image) + (row % height * step) + x;
                int run = Math.Min(left, width - x);

                // A block may run past its row: what lies behind is written afterwards, or is kept free.
                for (int i = 0; i < run; i += 8)
                {
                    for (int r = 0; r < tile; r += 8)
                    {
                        GemmBlock.Transpose8(from + i, offsets + r, target + (i * tile) + r, tile);
                    }
                }
                target += run * tile;
                left -= run;
                row++;
                x = 0;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows<T>(T* from, nint fromStride, T* to, nint width, int rows)
        where T : unmanaged
    {
        nint bytes = width * sizeof(T);
        if (bytes <= 32)
        {
            for (int row = 0; row < rows; row++, from += fromStride, to += width)
            {
                Vector256.Load((byte*)from).Store((byte*)to);
            }
            return;
        }
        if (bytes <= 64)
        {
            for (int row = 0; row < rows; row++, from += fromStride, to += width)
            {
                Vector512.Load((byte*)from).Store((byte*)to);
            }
            return;
        }
        for (int row = 0; row < rows; row++, from += fromStride, to += width)
        {
            for (nint offset = 0; offset < bytes; offset += 64)
            {
                Vector512.Load((byte*)from + offset).Store((byte*)to + offset);
            }
        }
    }

    /// <summary>The adjoint of <see cref="Unfold"/> for some channels: adds every column back to the pixels that it was read from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fold<T>(
        ConvolutionShape s, ImageBorder border, T* columns, nint stride, int firstChannel, int channels, int firstRow, int rows, T* padded)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = s.OutWidth, height = s.OutHeight, step = s.StrideY * border.Row;
        T* source = columns;
        for (int channel = firstChannel; channel < firstChannel + channels; channel++)
        {
            for (int u = 0; u < s.KernelHeight; u++)
            {
                for (int v = 0; v < s.KernelWidth; v++, source += stride)
                {
                    T* plane = padded + border.Term(s, channel, u, v);
                    T* from = source;
                    int image = firstRow / height;
                    int y = firstRow % height;
                    for (int left = rows; left > 0;)
                    {
                        int run = Math.Min(left, height - y);
                        AddRows(from, plane + (image * border.Image) + (y * step), step, width, run);
                        from += run * width;
                        left -= run;
                        image++;
                        y = 0;
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRows<T>(T* from, T* to, nint toStride, int width, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (width <= Vector256<T>.Count)
        {
            // The lanes past the row's end add zeros to what lies behind it.
            Vector256<T> inside = FirstLanes<T>(width);
            for (int row = 0; row < rows; row++, from += width, to += toStride)
            {
                (Vector256.Load(to) + (Vector256.Load(from) & inside)).Store(to);
            }
            return;
        }
        for (int row = 0; row < rows; row++, from += width, to += toStride)
        {
            int i = 0;
            for (; i + Vector256<T>.Count <= width; i += Vector256<T>.Count)
            {
                (Vector256.Load(to + i) + Vector256.Load(from + i)).Store(to + i);
            }
            if (i < width)
            {
                Vector256<T> inside = FirstLanes<T>(width - i);
                (Vector256.Load(to + i) + (Vector256.Load(from + i) & inside)).Store(to + i);
            }
        }
    }

    /// <summary>All bits set in the first <paramref name="count"/> lanes, none in the others.</summary>
    private static Vector256<T> FirstLanes<T>(int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Vector256.LessThan(Vector256<T>.Indices, Vector256.Create(T.CreateChecked(count)));

    /// <summary>Writes one channel of a block of output rows, plus <paramref name="shift"/>, to its place in y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyPixels<T>(ConvolutionShape s, int firstRow, int count, int firstImage, int channel, T* y, T* values, T shift)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int image = firstRow / s.OutHeight;
        int offset = firstRow % s.OutHeight * s.OutWidth;
        while (count > 0)
        {
            int run = Math.Min(count, s.OutPixels - offset);
            T* to = y + (((((long)firstImage + image) * s.OutChannels) + channel) * s.OutPixels) + offset;
            TensorPrimitives.Add(new ReadOnlySpan<T>(values, run), shift, new Span<T>(to, run));
            values += run;
            count -= run;
            image++;
            offset = 0;
        }
    }

    /// <summary>target[channel, pixel] of one group for a block of output rows of dy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GatherPixels<T>(ConvolutionShape s, int firstRow, int count, int firstImage, int group, T* dy, T* target, nint stride)
        where T : unmanaged
    {
        for (int channel = 0; channel < s.GroupOutChannels; channel++)
        {
            int image = firstRow / s.OutHeight;
            int offset = firstRow % s.OutHeight * s.OutWidth;
            T* to = target + (channel * stride);
            for (int left = count; left > 0;)
            {
                int run = Math.Min(left, s.OutPixels - offset);
                T* from = dy + (((((long)firstImage + image) * s.OutChannels) + (group * s.GroupOutChannels) + channel) * s.OutPixels) + offset;
                new ReadOnlySpan<T>(from, run).CopyTo(new Span<T>(to, run));
                to += run;
                left -= run;
                image++;
                offset = 0;
            }
            new Span<T>(to, (int)(stride - count)).Clear();
        }
    }
}
