using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    /// <summary>Columns of a block in the forward pass: with <see cref="Gemm.DepthBlock"/> terms they stay within <see cref="ColumnBudget"/>.</summary>
    private const int ForwardColumns = 312;

    /// <summary>Columns of a block in the adjoint of a strided convolution.</summary>
    private const int ScatterColumns = 256;

    /// <summary>Terms of a block in the adjoint: with its columns they about fill the first-level cache.</summary>
    private const int ScatterRows = 36;

    /// <summary>Most images per work item of the forward pass and of the adjoint: enough of them leave few columns of a tile empty.</summary>
    private const int MostImages = 8;

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
        GemmShape shape = GemmShape.Best<T>(SimdWidths.Best, s.GroupOutChannels, 1 << 20);
        int tile = shape.Columns<T>();
        Blocks plan = Blocks.OfRows(s, tile);
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
            T* columns = Scratch.Get<T>(Scratch.Columns, ((long)Math.Min(s.Terms, Gemm.DepthBlock) * widest) + Slack);
            T* results = Scratch.Get<T>(Scratch.Results, ((long)s.GroupOutChannels * widest) + Slack);
            T* left = panels + ((long)group * paddedRows * s.Terms);
            for (int row = 0; row < images * s.OutHeight; row += plan.Rows)
            {
                int rows = Math.Min(plan.Rows, (images * s.OutHeight) - row);
                int count = rows * s.OutWidth;
                int stride = (count + tile - 1) / tile * tile;
                T* panel = left;
                for (int term = 0; term < s.Terms; term += Gemm.DepthBlock)
                {
                    int depth = Math.Min(Gemm.DepthBlock, s.Terms - term);
                    Unfold(s, border, padded, term, depth, row, rows, columns, stride);
                    GemmBlock.Multiply(shape, s.GroupOutChannels, stride, depth, panel, columns, tile, stride, results, stride, term > 0);
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
        // A few channels at a time, so that their columns are folded while the first-level cache still has them.
        int area = s.KernelHeight * s.KernelWidth;
        int channels = Math.Max(1, ScatterRows / area);
        GemmShape shape = GemmShape.Best<T>(SimdWidths.Best, channels * area, 1 << 20);
        int tile = shape.Columns<T>();
        int sets = (s.GroupChannels + channels - 1) / channels;
        int paddedRows = ((channels * area) + shape.Rows - 1) / shape.Rows * shape.Rows;
        long setLength = (long)paddedRows * s.GroupOutChannels;
        Blocks plan = Blocks.OfImages(s, tile);
        T* panels = Scratch.Get<T>(Scratch.PackedA, s.Groups * sets * setLength);
        for (int set = 0; set < s.Groups * sets; set++)
        {
            int first = set % sets * channels;
            int rows = Math.Min(channels, s.GroupChannels - first) * area;
            T* from = weight + ((long)(set / sets) * s.GroupOutChannels * s.Terms) + (first * area);
            PackTerms(shape, true, from, s.Terms, rows, s.GroupOutChannels, panels + (set * setLength));
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
            T* columns = Scratch.Get<T>(Scratch.Columns, ((long)channels * area * widest) + Slack);
            T* gradients = Scratch.Get<T>(Scratch.Results, ((long)s.GroupOutChannels * widest) + Slack);
            for (int row = 0; row < images * s.OutHeight; row += plan.Rows)
            {
                int rows = Math.Min(plan.Rows, (images * s.OutHeight) - row);
                int count = rows * s.OutWidth;
                int stride = (count + tile - 1) / tile * tile;
                GatherPixels(s, row, count, firstImage, group, dy, gradients, stride);
                for (int set = 0; set < sets; set++)
                {
                    int first = set * channels;
                    int terms = Math.Min(channels, s.GroupChannels - first) * area;
                    int height = (terms + shape.Rows - 1) / shape.Rows * shape.Rows;
                    T* panel = panels + (((group * sets) + set) * setLength);
                    for (int term = 0; term < s.GroupOutChannels; term += Gemm.DepthBlock)
                    {
                        int depth = Math.Min(Gemm.DepthBlock, s.GroupOutChannels - term);
                        GemmBlock.Multiply(shape, terms, stride, depth, panel, gradients + ((long)term * stride), tile, stride, columns, stride, term > 0);
                        panel += height * depth;
                    }
                    Fold(s, border, columns, stride, first, terms / area, row, rows, padded);
                }
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
        bool isPackedAtOnce = typeof(T) == typeof(float) && Avx.IsSupported && tile % 8 == 0;
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
            T* right = Scratch.Get<T>(Scratch.PackedB, ((long)paddedTerms * Math.Min(widest, Gemm.DepthBlock)) + (8 * tile));
            for (int set = plan.ImageGroups * chunk / chunks; set < plan.ImageGroups * (chunk + 1) / chunks; set++)
            {
                int firstImage = set * plan.Images;
                int images = Math.Min(plan.Images, s.Batch - firstImage);
                border.Fill(s, x, group, firstImage, images, padded);
                for (int row = 0; row < images * s.OutHeight; row += plan.Rows)
                {
                    int rows = Math.Min(plan.Rows, (images * s.OutHeight) - row);
                    int count = rows * s.OutWidth;
                    if (!isPackedAtOnce)
                    {
                        Unfold(s, border, padded, 0, s.Terms, row, rows, columns, count);
                    }
                    GatherPixels(s, row, count, firstImage, group, dy, gradients, count);
                    for (int pixel = 0; pixel < count; pixel += Gemm.DepthBlock)
                    {
                        int depth = Math.Min(Gemm.DepthBlock, count - pixel);
                        GemmBlock.PackLeft(shape, false, gradients + pixel, count, s.GroupOutChannels, depth, T.One, left);
                        if (isPackedAtOnce)
                        {
                            PackPixels(s, border, (float*)padded, row, pixel, depth, tile, (float*)right);
                        }
                        else
                        {
                            GemmBlock.PackRight(shape, true, columns + pixel, count, s.Terms, depth, right);
                        }
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

    /// <summary>
    /// columns[(c, u, v), pixel] for the terms firstTerm … +terms and the output rows firstRow … +rows of the images in <paramref name="padded"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Unfold<T>(
        ConvolutionShape s, Border border, T* padded, int firstTerm, int terms, int firstRow, int rows, T* columns, nint stride)
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
    private static void PackPixels(ConvolutionShape s, Border border, float* padded, int firstRow, int firstPixel, int depth, int tile, float* target)
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
    private static void Fold<T>(
        ConvolutionShape s, Border border, T* columns, nint stride, int firstChannel, int channels, int firstRow, int rows, T* padded)
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

        /// <summary>For the weight gradient, whose sums follow the blocks: as many columns as the budget has room for.</summary>
        public Blocks(ConvolutionShape s)
        {
            int columns = Math.Clamp(ColumnBudget / Math.Max(s.Terms, 1), 96, MostColumns);
            Images = Math.Clamp(columns / Math.Max(s.OutPixels, 1), 1, Math.Max(s.Batch, 1));
            Rows = Math.Clamp(columns / Math.Max(s.OutWidth, 1), 1, Math.Max(Images * s.OutHeight, 1));
            ImageGroups = (s.Batch + Images - 1) / Images;
        }

        private Blocks(ConvolutionShape s, int images, int rows)
        {
            (Images, Rows) = (images, rows);
            ImageGroups = (s.Batch + images - 1) / images;
        }

        /// <summary>Blocks of any rows, such that a work item leaves the fewest columns of its tiles empty.</summary>
        public static Blocks OfRows(ConvolutionShape s, int tile)
        {
            int mostRows = Math.Max(1, ForwardColumns / s.OutWidth);
            (Blocks best, double least) = (default, double.MaxValue);
            for (int images = 1; images <= Math.Min(MostImages, s.Batch); images++)
            {
                int all = images * s.OutHeight;
                for (int rows = Math.Min(mostRows, all); rows >= Math.Min((mostRows + 3) / 4, all); rows--)
                {
                    double columns = (((double)(all / rows) * Padded(rows)) + Padded(all % rows)) / images;
                    (best, least) = columns < least ? (new Blocks(s, images, rows), columns) : (best, least);
                }
            }
            return best;

            int Padded(int rows) => ((rows * s.OutWidth) + tile - 1) / tile * tile;
        }

        /// <summary>Blocks of whole images where there is room for one, such that the fewest columns of their tiles are empty.</summary>
        public static Blocks OfImages(ConvolutionShape s, int tile)
        {
            (int images, double least) = (1, double.MaxValue);
            for (int count = 1; count <= Math.Min(s.Batch, Math.Min(MostImages, Math.Max(1, ScatterColumns / s.OutPixels))); count++)
            {
                double columns = (double)(((count * s.OutPixels) + tile - 1) / tile * tile) / count;
                (images, least) = columns < least ? (count, columns) : (images, least);
            }
            return new Blocks(s, images, Math.Clamp(MostColumns / s.OutWidth, 1, images * s.OutHeight));
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

        /// <summary>Where the term (c, u, v) of an image's first pixel lies.</summary>
        public int Term(ConvolutionShape s, int channel, int u, int v) =>
            (channel * Plane) + (u * s.DilationY * Row) + (v * s.DilationX % s.StrideX * _phase) + (v * s.DilationX / s.StrideX);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Fill<T>(ConvolutionShape s, T* x, int group, int firstImage, int images, T* padded)
            where T : unmanaged
        {
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
        /// Deals a row out to its two phases, 16 pixels at a time. The zeros that stand for pixels past the row's end fall on the border, or on
        /// what is written next.
        /// </summary>
        private void Split(float* from, float* to, int width, int padding)
        {
            Vector512<int> deal = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15);

            // The pixel 0 of phase p lies at (p' + padding)/2 with p' the first pixel of that phase.
            int evenPhase = padding & 1;
            float* even = to + (evenPhase * _phase) + (padding / 2);
            float* odd = to + ((1 - evenPhase) * _phase) + ((padding + 1) / 2);

            // From the last pixels to the first, and the first phase before the second: real pixels come after the zeros that overrun a phase.
            for (int column = (width - 1) / 16 * 16; column >= 0; column -= 16)
            {
                Vector512<float> pixels = Vector512.Load(from + column);
                if (width - column < 16)
                {
                    pixels &= Vector512.LessThan(Vector512<float>.Indices, Vector512.Create((float)(width - column)));
                }
                Vector512<float> dealt = Vector512.Shuffle(pixels, deal);
                if (evenPhase == 0)
                {
                    dealt.GetLower().Store(even + (column / 2));
                    dealt.GetUpper().Store(odd + (column / 2));
                }
                else
                {
                    dealt.GetUpper().Store(odd + (column / 2));
                    dealt.GetLower().Store(even + (column / 2));
                }
            }
        }

        /// <summary>The inverse of <see cref="Split"/>. What it writes past the row is the beginning of the next one, which is written later.</summary>
        private void Merge(float* from, float* to, int width, int padding)
        {
            Vector512<int> deal = Vector512.Create(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
            int evenPhase = padding & 1;
            float* even = from + (evenPhase * _phase) + (padding / 2);
            float* odd = from + ((1 - evenPhase) * _phase) + ((padding + 1) / 2);
            for (int column = 0; column < width; column += 16)
            {
                Vector512.Shuffle(Vector512.Create(Vector256.Load(even + (column / 2)), Vector256.Load(odd + (column / 2))), deal).Store(to + column);
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
}
