using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace TorchSharp;

/// <summary>Two-dimensional convolution (cross-correlation, as in neural networks) and its two adjoints, on NCHW images.</summary>
/// <remarks>
/// y[n, o, i, j] = b[o] + Σ_{c, u, v} w[o, c, u, v] · x[n, c, i·s + u·d − p, j·s + v·d − p].
/// A thread takes a few images, gives them a zero border, and turns blocks of output rows into matrix products: the terms of
/// every pixel become a column ("unfolding"), as many columns at a time as the second-level cache holds. The border copy is split
/// by x mod stride, so that unfolding copies contiguous runs for every stride.
/// Sums over images are taken per fixed chunk and then in order: no result depends on the number of threads.
/// </remarks>
internal static unsafe class Convolution
{
    /// <summary>Elements of the unfolded block that a thread keeps in its second-level cache.</summary>
    private const int ColumnBudget = 80_000;

    /// <summary>Columns beyond which a block brings nothing.</summary>
    private const int MostColumns = 768;

    /// <summary>Vectors may read and write past a row; so many elements are kept free behind every buffer.</summary>
    private const int Slack = 64;

    /// <summary>Most partial sums of the weight gradient.</summary>
    private const int MostChunks = 16;

    /// <summary>y = conv(x, w) + b; an empty bias is zero.</summary>
    public static void Forward<T>(ConvolutionShape s, ReadOnlySpan<T> x, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require(s, x.Length, weight.Length, y.Length);
        if (!bias.IsEmpty && bias.Length != s.OutChannels)
        {
            throw new ArgumentException($"The bias needs {s.OutChannels} elements, one per output channel; got {bias.Length}.");
        }
        fixed (T* px = x, pw = weight, pb = bias, py = y)
        {
            Forward(s, px, pw, pb, py);
        }
    }

    /// <summary>dx = ∂⟨dy, conv(x, w)⟩/∂x, overwriting dx. This is also the transposed convolution of dy.</summary>
    public static void BackwardInput<T>(ConvolutionShape s, ReadOnlySpan<T> dy, ReadOnlySpan<T> weight, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require(s, dx.Length, weight.Length, dy.Length);
        int mirrorY = (s.DilationY * (s.KernelHeight - 1)) - s.PaddingY;
        int mirrorX = (s.DilationX * (s.KernelWidth - 1)) - s.PaddingX;
        fixed (T* pdy = dy, pw = weight, pdx = dx)
        {
            if (s.StrideY == 1 && s.StrideX == 1 && mirrorY >= 0 && mirrorX >= 0)
            {
                // With stride 1 the adjoint is itself a convolution, with the kernel turned by 180° and the channels exchanged.
                T* mirrored = Scratch.Get<T>(Scratch.Table, s.WeightLength);
                Mirror(s, pw, mirrored);
                var adjoint = s with
                {
                    Channels = s.OutChannels, Height = s.OutHeight, Width = s.OutWidth, OutChannels = s.Channels, PaddingY = mirrorY, PaddingX = mirrorX,
                };
                Forward(adjoint, pdy, mirrored, null, pdx);
            }
            else
            {
                Scatter(s, pdy, pw, pdx);
            }
        }
    }

    /// <summary>dw = ∂⟨dy, conv(x, w)⟩/∂w, overwriting dw.</summary>
    public static void BackwardWeight<T>(ConvolutionShape s, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dw)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require(s, x.Length, dw.Length, dy.Length);
        fixed (T* px = x, pdy = dy, pdw = dw)
        {
            BackwardWeight(s, px, pdy, pdw);
        }
    }

    /// <summary>db[o] = Σ_{n, i, j} dy[n, o, i, j], overwriting db.</summary>
    public static void BackwardBias<T>(int batch, int channels, int pixels, ReadOnlySpan<T> dy, Span<T> db)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int channel = 0; channel < channels; channel++)
        {
            T sum = T.Zero;
            for (int image = 0; image < batch; image++)
            {
                sum += TensorPrimitives.Sum(dy.Slice(((image * channels) + channel) * pixels, pixels));
            }
            db[channel] = sum;
        }
    }

    private static void Forward<T>(ConvolutionShape s, T* x, T* weight, T* bias, T* y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (s.OutputLength == 0)
        {
            return;
        }
        var plan = new Blocks(s);
        GemmShape shape = GemmShape.Best<T>(SimdWidths.Best, s.GroupOutChannels, 1 << 20);
        int tile = shape.Columns<T>();
        int paddedRows = (s.GroupOutChannels + shape.Rows - 1) / shape.Rows * shape.Rows;
        T* panels = Scratch.Get<T>(Scratch.PackedA, (long)s.Groups * paddedRows * s.Terms);
        for (int group = 0; group < s.Groups; group++)
        {
            PackTerms(shape, false, weight + ((long)group * s.GroupOutChannels * s.Terms), s.Terms, s.GroupOutChannels, s.Terms, panels + ((long)group * paddedRows * s.Terms));
        }
        WorkSplit.Run(s.Groups * plan.ImageGroups, part =>
        {
            int group = part / plan.ImageGroups;
            int firstImage = part % plan.ImageGroups * plan.Images;
            int images = Math.Min(plan.Images, s.Batch - firstImage);
            var border = new Border(s);
            T* padded = Scratch.Get<T>(Scratch.Padded, ((long)images * border.Image) + Slack);
            border.Fill(s, x, group, firstImage, images, padded);
            int widest = (plan.Rows * s.OutWidth + tile - 1) / tile * tile;
            T* columns = Scratch.Get<T>(Scratch.Columns, ((long)s.Terms * widest) + Slack);
            T* results = Scratch.Get<T>(Scratch.Results, ((long)s.GroupOutChannels * widest) + Slack);
            T* left = panels + ((long)group * paddedRows * s.Terms);
            for (int row = 0; row < images * s.OutHeight; row += plan.Rows)
            {
                int rows = Math.Min(plan.Rows, (images * s.OutHeight) - row);
                int count = rows * s.OutWidth;
                int stride = (count + tile - 1) / tile * tile;
                Unfold(s, border, padded, row, rows, columns, stride);
                T* panel = left;
                for (int term = 0; term < s.Terms; term += Gemm.DepthBlock)
                {
                    int depth = Math.Min(Gemm.DepthBlock, s.Terms - term);
                    GemmBlock.Multiply(
                        shape, s.GroupOutChannels, stride, depth, panel, columns + ((long)term * stride), tile, stride, results, stride, term > 0);
                    panel += paddedRows * depth;
                }
                for (int channel = 0; channel < s.GroupOutChannels; channel++)
                {
                    int outChannel = (group * s.GroupOutChannels) + channel;
                    T shift = bias == null ? T.Zero : bias[outChannel];
                    CopyPixels(s, row, count, firstImage, outChannel, y, results + ((long)channel * stride), shift);
                }
            }
        });
    }

    private static void Scatter<T>(ConvolutionShape s, T* dy, T* weight, T* dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (s.OutputLength == 0 || s.InputLength == 0)
        {
            new Span<T>(dx, (int)s.InputLength).Clear();
            return;
        }
        var plan = new Blocks(s);
        GemmShape shape = GemmShape.Best<T>(SimdWidths.Best, s.Terms, 1 << 20);
        int tile = shape.Columns<T>();
        int paddedRows = (s.Terms + shape.Rows - 1) / shape.Rows * shape.Rows;
        T* panels = Scratch.Get<T>(Scratch.PackedA, (long)s.Groups * paddedRows * s.GroupOutChannels);
        for (int group = 0; group < s.Groups; group++)
        {
            PackTerms(
                shape, true, weight + ((long)group * s.GroupOutChannels * s.Terms), s.Terms, s.Terms, s.GroupOutChannels,
                panels + ((long)group * paddedRows * s.GroupOutChannels));
        }
        WorkSplit.Run(s.Groups * plan.ImageGroups, part =>
        {
            int group = part / plan.ImageGroups;
            int firstImage = part % plan.ImageGroups * plan.Images;
            int images = Math.Min(plan.Images, s.Batch - firstImage);
            var border = new Border(s);
            T* padded = Scratch.Get<T>(Scratch.Padded, ((long)images * border.Image) + Slack);
            new Span<T>(padded, images * border.Image).Clear();
            int widest = (plan.Rows * s.OutWidth + tile - 1) / tile * tile;
            T* columns = Scratch.Get<T>(Scratch.Columns, ((long)s.Terms * widest) + Slack);
            T* gradients = Scratch.Get<T>(Scratch.Results, ((long)s.GroupOutChannels * widest) + Slack);
            T* left = panels + ((long)group * paddedRows * s.GroupOutChannels);
            for (int row = 0; row < images * s.OutHeight; row += plan.Rows)
            {
                int rows = Math.Min(plan.Rows, (images * s.OutHeight) - row);
                int count = rows * s.OutWidth;
                int stride = (count + tile - 1) / tile * tile;
                GatherPixels(s, row, count, firstImage, group, dy, gradients, stride);
                T* panel = left;
                for (int term = 0; term < s.GroupOutChannels; term += Gemm.DepthBlock)
                {
                    int depth = Math.Min(Gemm.DepthBlock, s.GroupOutChannels - term);
                    GemmBlock.Multiply(shape, s.Terms, stride, depth, panel, gradients + ((long)term * stride), tile, stride, columns, stride, term > 0);
                    panel += paddedRows * depth;
                }
                Fold(s, border, columns, stride, row, rows, padded);
            }
            border.Empty(s, padded, group, firstImage, images, dx);
        });
    }

    private static void BackwardWeight<T>(ConvolutionShape s, T* x, T* dy, T* dw)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var plan = new Blocks(s);
        int chunks = Math.Min(plan.ImageGroups, MostChunks);
        if (s.OutputLength == 0)
        {
            new Span<T>(dw, (int)s.WeightLength).Clear();
            return;
        }
        GemmShape shape = GemmShape.Best<T>(SimdWidths.Best, s.GroupOutChannels, s.Terms);
        int tile = shape.Columns<T>();
        int paddedTerms = (s.Terms + tile - 1) / tile * tile;
        int paddedRows = (s.GroupOutChannels + shape.Rows - 1) / shape.Rows * shape.Rows;
        long length = (long)s.GroupOutChannels * s.Terms;
        T* sums = Scratch.Get<T>(Scratch.Table, chunks * s.Groups * length);
        WorkSplit.Run(s.Groups * chunks, part =>
        {
            int group = part / chunks;
            int chunk = part % chunks;
            T* sum = sums + (part * length);
            bool accumulate = false;
            var border = new Border(s);
            T* padded = Scratch.Get<T>(Scratch.Padded, ((long)plan.Images * border.Image) + Slack);
            int widest = plan.Rows * s.OutWidth;
            T* columns = Scratch.Get<T>(Scratch.Columns, ((long)s.Terms * widest) + Slack);
            T* gradients = Scratch.Get<T>(Scratch.Results, ((long)s.GroupOutChannels * widest) + Slack);
            T* left = Scratch.Get<T>(Scratch.PackedA, (long)paddedRows * Math.Min(widest, Gemm.DepthBlock));
            T* right = Scratch.Get<T>(Scratch.PackedB, (long)paddedTerms * Math.Min(widest, Gemm.DepthBlock));
            for (int set = plan.ImageGroups * chunk / chunks; set < plan.ImageGroups * (chunk + 1) / chunks; set++)
            {
                int firstImage = set * plan.Images;
                int images = Math.Min(plan.Images, s.Batch - firstImage);
                border.Fill(s, x, group, firstImage, images, padded);
                for (int row = 0; row < images * s.OutHeight; row += plan.Rows)
                {
                    int rows = Math.Min(plan.Rows, (images * s.OutHeight) - row);
                    int count = rows * s.OutWidth;
                    Unfold(s, border, padded, row, rows, columns, count);
                    GatherPixels(s, row, count, firstImage, group, dy, gradients, count);
                    for (int pixel = 0; pixel < count; pixel += Gemm.DepthBlock)
                    {
                        int depth = Math.Min(Gemm.DepthBlock, count - pixel);
                        GemmBlock.PackLeft(shape, false, gradients + pixel, count, s.GroupOutChannels, depth, T.One, left);
                        GemmBlock.PackRight(shape, true, columns + pixel, count, s.Terms, depth, right);
                        GemmBlock.Multiply(shape, s.GroupOutChannels, s.Terms, depth, left, right, (nint)depth * tile, tile, sum, s.Terms, accumulate);
                        accumulate = true;
                    }
                }
            }
        });
        for (int group = 0; group < s.Groups; group++)
        {
            var total = new Span<T>(dw + (group * length), (int)length);
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                var part = new ReadOnlySpan<T>(sums + (((group * chunks) + chunk) * length), (int)length);
                if (chunk == 0)
                {
                    part.CopyTo(total);
                }
                else
                {
                    TensorPrimitives.Add(total, part, total);
                }
            }
        }
    }

    /// <summary>Packs op(A)[rows, terms] in blocks of <see cref="Gemm.DepthBlock"/> terms.</summary>
    private static void PackTerms<T>(GemmShape shape, bool transposed, T* a, nint lda, int rows, int terms, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int paddedRows = (rows + shape.Rows - 1) / shape.Rows * shape.Rows;
        for (int term = 0; term < terms; term += Gemm.DepthBlock)
        {
            int depth = Math.Min(Gemm.DepthBlock, terms - term);
            GemmBlock.PackLeft(shape, transposed, a + (transposed ? term * lda : term), lda, rows, depth, T.One, target);
            target += paddedRows * depth;
        }
    }

    /// <summary>columns[(c, u, v), pixel] for the output rows firstRow … +rows of the images in <paramref name="padded"/>.</summary>
    private static void Unfold<T>(ConvolutionShape s, Border border, T* padded, int firstRow, int rows, T* columns, nint stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* target = columns;
        for (int channel = 0; channel < s.GroupChannels; channel++)
        {
            for (int u = 0; u < s.KernelHeight; u++)
            {
                for (int v = 0; v < s.KernelWidth; v++)
                {
                    // A copy may run past its row: what lies behind is written afterwards, or is the slack.
                    T* plane = padded + (channel * border.Plane) + (u * s.DilationY * border.Row) + border.Column(s, v);
                    T* to = target;
                    int image = firstRow / s.OutHeight;
                    int y = firstRow % s.OutHeight;
                    for (int left = rows; left > 0;)
                    {
                        int run = Math.Min(left, s.OutHeight - y);
                        T* from = plane + (image * border.Image) + (y * s.StrideY * border.Row);
                        CopyRows(from, s.StrideY * border.Row, to, s.OutWidth, run);
                        to += run * s.OutWidth;
                        left -= run;
                        image++;
                        y = 0;
                    }
                    target += stride;
                }
            }
        }
    }

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

    /// <summary>The adjoint of <see cref="Unfold"/>: adds every column back to the pixels that it was read from.</summary>
    private static void Fold<T>(ConvolutionShape s, Border border, T* columns, nint stride, int firstRow, int rows, T* padded)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* source = columns;
        for (int channel = 0; channel < s.GroupChannels; channel++)
        {
            for (int u = 0; u < s.KernelHeight; u++)
            {
                for (int v = 0; v < s.KernelWidth; v++)
                {
                    T* plane = padded + (channel * border.Plane) + (u * s.DilationY * border.Row) + border.Column(s, v);
                    T* from = source;
                    for (int row = firstRow; row < firstRow + rows; row++, from += s.OutWidth)
                    {
                        T* to = plane + (row / s.OutHeight * border.Image) + (row % s.OutHeight * s.StrideY * border.Row);
                        AddRow(from, to, s.OutWidth);
                    }
                    source += stride;
                }
            }
        }
    }

    private static void AddRow<T>(T* from, T* to, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i + Vector256<T>.Count <= width; i += Vector256<T>.Count)
        {
            (Vector256.Load(to + i) + Vector256.Load(from + i)).Store(to + i);
        }
        for (; i + Vector128<T>.Count <= width; i += Vector128<T>.Count)
        {
            (Vector128.Load(to + i) + Vector128.Load(from + i)).Store(to + i);
        }
        for (; i < width; i++)
        {
            to[i] += from[i];
        }
    }

    /// <summary>Writes one channel of a block of output rows, plus <paramref name="shift"/>, to its place in y.</summary>
    private static void CopyPixels<T>(ConvolutionShape s, int firstRow, int count, int firstImage, int channel, T* y, T* values, T shift)
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
    private static void GatherPixels<T>(ConvolutionShape s, int firstRow, int count, int firstImage, int group, T* dy, T* target, nint stride)
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

    /// <summary>mirrored[c, o, u, v] = weight[o, c, −u, −v] within every group.</summary>
    private static void Mirror<T>(ConvolutionShape s, T* weight, T* mirrored)
        where T : unmanaged
    {
        int area = s.KernelHeight * s.KernelWidth;
        for (int group = 0; group < s.Groups; group++)
        {
            for (int o = 0; o < s.GroupOutChannels; o++)
            {
                T* from = weight + ((long)((group * s.GroupOutChannels) + o) * s.Terms);
                for (int c = 0; c < s.GroupChannels; c++, from += area)
                {
                    T* to = mirrored + ((((long)((group * s.GroupChannels) + c) * s.GroupOutChannels) + o) * area);
                    for (int i = 0; i < area; i++)
                    {
                        to[i] = from[area - 1 - i];
                    }
                }
            }
        }
    }

    private static void Require(ConvolutionShape s, int x, int weight, int y)
    {
        s.Validate();
        if (x != s.InputLength || weight != s.WeightLength || y != s.OutputLength)
        {
            throw new ArgumentException(
                $"A convolution of these sizes needs {s.InputLength} image, {s.WeightLength} weight and {s.OutputLength} result elements; "
                + $"got {x}, {weight} and {y}.");
        }
    }

    /// <summary>How the work is cut, from the sizes alone.</summary>
    private readonly struct Blocks
    {
        /// <summary>Output rows per unfolded block.</summary>
        public readonly int Rows;

        /// <summary>Images per work item.</summary>
        public readonly int Images;

        /// <summary>Work items per channel group.</summary>
        public readonly int ImageGroups;

        public Blocks(ConvolutionShape s)
        {
            int columns = Math.Clamp(ColumnBudget / Math.Max(s.Terms, 1), 96, MostColumns);
            Images = Math.Clamp(columns / Math.Max(s.OutPixels, 1), 1, Math.Max(s.Batch, 1));
            Rows = Math.Clamp(columns / Math.Max(s.OutWidth, 1), 1, Math.Max(Images * s.OutHeight, 1));
            ImageGroups = (s.Batch + Images - 1) / Images;
        }
    }

    /// <summary>The layout of images with a zero border: [channel][y][x mod stride][x div stride].</summary>
    private readonly struct Border
    {
        private readonly int _phase;

        public Border(ConvolutionShape s)
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

        /// <summary>Where the terms of kernel column v begin within a row.</summary>
        public int Column(ConvolutionShape s, int v) => (v * s.DilationX % s.StrideX * _phase) + (v * s.DilationX / s.StrideX);

        public void Fill<T>(ConvolutionShape s, T* x, int group, int firstImage, int images, T* padded)
            where T : unmanaged
        {
            new Span<T>(padded, images * Image).Clear();
            for (int plane = 0; plane < images * s.GroupChannels; plane++)
            {
                T* from = Source(s, x, group, firstImage, plane);
                T* to = padded + ((long)plane * Plane) + (s.PaddingY * Row);
                for (int row = 0; row < s.Height; row++, from += s.Width, to += Row)
                {
                    if (s.StrideX == 1)
                    {
                        new ReadOnlySpan<T>(from, s.Width).CopyTo(new Span<T>(to + s.PaddingX, s.Width));
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

        public void Empty<T>(ConvolutionShape s, T* padded, int group, int firstImage, int images, T* x)
            where T : unmanaged
        {
            for (int plane = 0; plane < images * s.GroupChannels; plane++)
            {
                T* to = Source(s, x, group, firstImage, plane);
                T* from = padded + ((long)plane * Plane) + (s.PaddingY * Row);
                for (int row = 0; row < s.Height; row++, to += s.Width, from += Row)
                {
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
}
