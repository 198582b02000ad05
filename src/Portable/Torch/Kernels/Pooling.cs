using System.Numerics;

namespace TorchSharp;

/// <summary>Where the windows of a two-dimensional pooling lie, on planes [Planes, Height, Width].</summary>
internal readonly record struct PoolingShape(
    int Planes, int Height, int Width, int OutHeight, int OutWidth, int KernelHeight, int KernelWidth, int StrideY, int StrideX, int PaddingY,
    int PaddingX, int DilationY = 1, int DilationX = 1)
{
    /// <summary>The number of windows along one side: ⌊or ⌈ (size + 2·padding − dilation·(kernel − 1) − 1)/stride + 1.</summary>
    /// <exception cref="ArgumentException">The window is larger than the padded plane, or the padding more than half of the window.</exception>
    public static int OutputSize(int size, int kernel, int stride, int padding, int dilation, bool ceiling)
    {
        int room = size + (2 * padding) - (dilation * (kernel - 1)) - 1;
        if (kernel < 1 || stride < 1 || dilation < 1 || padding < 0 || padding > kernel / 2 || room < 0)
        {
            throw new ArgumentException(
                $"A pooling window needs kernel, stride and dilation of at least 1, padding of at most half the kernel, and to fit the padded plane; "
                + $"got size {size}, kernel {kernel}, stride {stride}, padding {padding}, dilation {dilation}.");
        }
        int count = ((ceiling ? room + stride - 1 : room) / stride) + 1;
        // The last window must begin inside the plane or its left border.
        return ceiling && (count - 1) * stride >= size + padding ? count - 1 : count;
    }
}

/// <summary>Maximum, mean and adaptive mean over windows of planes, and their adjoints. Planes are spread over the cores.</summary>
internal static unsafe class Pooling
{
    /// <summary>y = the greatest value of each window (padding counts as −∞; NaN wins); indices = its place within the plane, y·width + x.</summary>
    public static void Max<T>(PoolingShape s, ReadOnlySpan<T> x, Span<T> y, Span<long> indices)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* px = x, py = y)
        {
            fixed (long* pi = indices)
            {
                nint nx = (nint)px, ny = (nint)py, ni = (nint)pi;
                EachPlane(s.Planes, s.OutHeight * s.OutWidth * s.KernelHeight * s.KernelWidth, plane =>
                {
                    T* source = (T*)nx + ((long)plane * s.Height * s.Width);
                    long target = (long)plane * s.OutHeight * s.OutWidth;
                    for (int i = 0; i < s.OutHeight; i++)
                    {
                        for (int j = 0; j < s.OutWidth; j++, target++)
                        {
                            T best = T.NegativeInfinity;
                            long place = -1;
                            for (int u = 0; u < s.KernelHeight; u++)
                            {
                                int row = (i * s.StrideY) - s.PaddingY + (u * s.DilationY);
                                if ((uint)row >= (uint)s.Height)
                                {
                                    continue;
                                }
                                for (int v = 0; v < s.KernelWidth; v++)
                                {
                                    int column = (j * s.StrideX) - s.PaddingX + (v * s.DilationX);
                                    if ((uint)column >= (uint)s.Width)
                                    {
                                        continue;
                                    }
                                    T value = source[(row * s.Width) + column];
                                    if (place < 0 || value > best || T.IsNaN(value))
                                    {
                                        best = value;
                                        place = (row * s.Width) + column;
                                    }
                                }
                            }
                            ((T*)ny)[target] = best;
                            ((long*)ni)[target] = place;
                        }
                    }
                });
            }
        }
    }

    /// <summary>dx = dy at the places that won, 0 elsewhere; overwrites dx.</summary>
    public static void MaxBackward<T>(PoolingShape s, ReadOnlySpan<T> dy, ReadOnlySpan<long> indices, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        dx.Clear();
        int windows = s.OutHeight * s.OutWidth;
        for (int plane = 0; plane < s.Planes; plane++)
        {
            Span<T> target = dx.Slice(plane * s.Height * s.Width, s.Height * s.Width);
            for (int i = plane * windows; i < (plane + 1) * windows; i++)
            {
                target[(int)indices[i]] += dy[i];
            }
        }
    }

    /// <summary>y = the sum of each window over its divisor: all its places with countPadding, else those inside the plane.</summary>
    public static void Average<T>(PoolingShape s, bool countPadding, long? divisor, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* px = x, py = y)
        {
            nint nx = (nint)px, ny = (nint)py;
            EachPlane(s.Planes, s.OutHeight * s.OutWidth * s.KernelHeight * s.KernelWidth, plane =>
            {
                T* source = (T*)nx + ((long)plane * s.Height * s.Width);
                T* target = (T*)ny + ((long)plane * s.OutHeight * s.OutWidth);
                for (int i = 0; i < s.OutHeight; i++)
                {
                    for (int j = 0; j < s.OutWidth; j++)
                    {
                        Window w = Window.Strided(s, i, j, countPadding, divisor);
                        T sum = T.Zero;
                        for (int row = w.Top; row < w.Bottom; row++)
                        {
                            for (int column = w.Left; column < w.Right; column++)
                            {
                                sum += source[(row * s.Width) + column];
                            }
                        }
                        *target++ = sum / T.CreateChecked(w.Divisor);
                    }
                }
            });
        }
    }

    /// <summary>The adjoint of <see cref="Average"/>; overwrites dx.</summary>
    public static void AverageBackward<T>(PoolingShape s, bool countPadding, long? divisor, ReadOnlySpan<T> dy, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        dx.Clear();
        Spread(s, dy, dx, (i, j) => Window.Strided(s, i, j, countPadding, divisor));
    }

    /// <summary>y = the mean over window [⌊i·H/h⌋, ⌈(i+1)·H/h⌉) and likewise across, for every output place.</summary>
    public static void AdaptiveAverage<T>(PoolingShape s, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* px = x, py = y)
        {
            nint nx = (nint)px, ny = (nint)py;
            EachPlane(s.Planes, s.Height * s.Width, plane =>
            {
                T* source = (T*)nx + ((long)plane * s.Height * s.Width);
                T* target = (T*)ny + ((long)plane * s.OutHeight * s.OutWidth);
                for (int i = 0; i < s.OutHeight; i++)
                {
                    for (int j = 0; j < s.OutWidth; j++)
                    {
                        Window w = Window.Adaptive(s, i, j);
                        T sum = T.Zero;
                        for (int row = w.Top; row < w.Bottom; row++)
                        {
                            for (int column = w.Left; column < w.Right; column++)
                            {
                                sum += source[(row * s.Width) + column];
                            }
                        }
                        *target++ = sum / T.CreateChecked(w.Divisor);
                    }
                }
            });
        }
    }

    /// <summary>The adjoint of <see cref="AdaptiveAverage"/>; overwrites dx.</summary>
    public static void AdaptiveAverageBackward<T>(PoolingShape s, ReadOnlySpan<T> dy, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        dx.Clear();
        Spread(s, dy, dx, (i, j) => Window.Adaptive(s, i, j));
    }

    private static void Spread<T>(PoolingShape s, ReadOnlySpan<T> dy, Span<T> dx, Func<int, int, Window> windowAt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < s.OutHeight; i++)
        {
            for (int j = 0; j < s.OutWidth; j++)
            {
                Window w = windowAt(i, j);
                T share = T.One / T.CreateChecked(w.Divisor);
                for (int plane = 0; plane < s.Planes; plane++)
                {
                    T value = dy[(((plane * s.OutHeight) + i) * s.OutWidth) + j] * share;
                    for (int row = w.Top; row < w.Bottom; row++)
                    {
                        foreach (ref T target in dx.Slice((((plane * s.Height) + row) * s.Width) + w.Left, Math.Max(w.Right - w.Left, 0)))
                        {
                            target += value;
                        }
                    }
                }
            }
        }
    }

    private static void EachPlane(int planes, int workPerPlane, Action<int> body)
    {
        int group = Math.Max(1, 50_000 / Math.Max(workPerPlane, 1));
        WorkSplit.Run((planes + group - 1) / group, part =>
        {
            int end = Math.Min(planes, (part + 1) * group);
            for (int plane = part * group; plane < end; plane++)
            {
                body(plane);
            }
        });
    }

    private readonly record struct Window(int Top, int Bottom, int Left, int Right, long Divisor)
    {
        public static Window Strided(PoolingShape s, int i, int j, bool countPadding, long? divisor)
        {
            int top = (i * s.StrideY) - s.PaddingY;
            int left = (j * s.StrideX) - s.PaddingX;
            int bottom = Math.Min(top + s.KernelHeight, s.Height + s.PaddingY);
            int right = Math.Min(left + s.KernelWidth, s.Width + s.PaddingX);
            int whole = (bottom - top) * (right - left);
            (top, left) = (Math.Max(top, 0), Math.Max(left, 0));
            (bottom, right) = (Math.Min(bottom, s.Height), Math.Min(right, s.Width));
            return new(top, bottom, left, right, divisor ?? (countPadding ? whole : (bottom - top) * (right - left)));
        }

        public static Window Adaptive(PoolingShape s, int i, int j)
        {
            int top = (int)((long)i * s.Height / s.OutHeight);
            int bottom = (int)((((long)(i + 1) * s.Height) + s.OutHeight - 1) / s.OutHeight);
            int left = (int)((long)j * s.Width / s.OutWidth);
            int right = (int)((((long)(j + 1) * s.Width) + s.OutWidth - 1) / s.OutWidth);
            return new(top, bottom, left, right, (long)(bottom - top) * (right - left));
        }
    }
}
