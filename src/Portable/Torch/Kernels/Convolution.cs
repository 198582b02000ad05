using System.Numerics;
using System.Numerics.Tensors;
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
    /// <summary>Terms of a block in the adjoint: with its columns they about fill the first-level cache.</summary>
    private const int ScatterRows = 36;

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
            else if (DirectConvolution.HasInput<T>(s) && s.OutputLength > 0)
            {
                DirectConvolution.BackwardInput(s, (float*)pdy, (float*)pw, (float*)pdx);
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
        if (DirectConvolution.HasForward<T>(s))
        {
            DirectConvolution.Forward(s, (float*)x, (float*)weight, (float*)bias, (float*)y);
            return;
        }
        GemmShape shape = GemmShape.Best<T>(SimdWidths.Best, s.GroupOutChannels, 1 << 20);
        int tile = shape.Columns<T>();
        ConvolutionBlocks plan = ConvolutionBlocks.OfRows(s, tile);
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
            var border = new ImageBorder(s);
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
                    Unfolding.Unfold(s, border, padded, term, depth, row, rows, columns, stride);
                    GemmBlock.Multiply(shape, s.GroupOutChannels, stride, depth, panel, columns, tile, stride, results, stride, term > 0);
                    panel += paddedRows * depth;
                }
                for (int channel = 0; channel < s.GroupOutChannels; channel++)
                {
                    int outChannel = (group * s.GroupOutChannels) + channel;
                    T shift = bias == null ? T.Zero : bias[outChannel];
                    Unfolding.CopyPixels(s, row, count, firstImage, outChannel, y, results + ((long)channel * stride), shift);
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
        ConvolutionBlocks plan = ConvolutionBlocks.OfImages(s, tile);
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
            var border = new ImageBorder(s);
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
                Unfolding.GatherPixels(s, row, count, firstImage, group, dy, gradients, stride);
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
                    Unfolding.Fold(s, border, columns, stride, first, terms / area, row, rows, padded);
                }
            }
            border.Empty(s, padded, group, firstImage, images, dx);
        });
    }

    private static void BackwardWeight<T>(ConvolutionShape s, T* x, T* dy, T* dw)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var plan = new ConvolutionBlocks(s);
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
        bool isDirect = DirectConvolution.HasWeights<T>(s);
        bool isPackedAtOnce = typeof(T) == typeof(float) && Avx.IsSupported && tile % 8 == 0;
        WorkSplit.Run(s.Groups * chunks, part =>
        {
            int group = part / chunks;
            int chunk = part % chunks;
            T* sum = sums + (part * length);
            bool accumulate = false;
            var border = new ImageBorder(s);
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
                    if (!isDirect && !isPackedAtOnce)
                    {
                        Unfolding.Unfold(s, border, padded, 0, s.Terms, row, rows, columns, count);
                    }
                    Unfolding.GatherPixels(s, row, count, firstImage, group, dy, gradients, count);
                    for (int pixel = 0; pixel < count; pixel += Gemm.DepthBlock)
                    {
                        int depth = Math.Min(Gemm.DepthBlock, count - pixel);
                        if (isDirect)
                        {
                            DirectConvolution.AddProducts(
                                s, border, (float*)padded, row, pixel, depth, (float*)gradients + pixel, count, (float*)left, (float*)sum, accumulate);
                            accumulate = true;
                            continue;
                        }
                        GemmBlock.PackLeft(shape, false, gradients + pixel, count, s.GroupOutChannels, depth, T.One, left);
                        if (isPackedAtOnce)
                        {
                            Unfolding.PackPixels(s, border, (float*)padded, row, pixel, depth, tile, (float*)right);
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
            var total = new Span<T>(isDirect ? sums : dw + (group * length), (int)length);
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
        if (isDirect)
        {
            DirectConvolution.Unpack(s, (float*)sums, (float*)dw);
        }
    }

    /// <summary>Packs op(A)[rows, terms] in blocks of <see cref="Gemm.DepthBlock"/> terms.</summary>
    public static void PackTerms<T>(GemmShape shape, bool transposed, T* a, nint lda, int rows, int terms, T* target)
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
}
