using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp;

/// <summary>
/// Convolutions of few channels without unfolding, on 512-bit registers: with 16 channels a pixel is used for so few multiply-adds that moving it to a
/// column costs as much as they do.
/// </summary>
/// <remarks>
/// Every number is the same chain of multiply-adds, in blocks of the same terms, as in <see cref="Convolution"/>, so that not a bit depends on which of the two
/// computed it (`DirectConvolutionTests`).
/// </remarks>
internal static unsafe class DirectConvolution
{
    /// <summary>Output pixels of a vector.</summary>
    private const int Lanes = 16;

    /// <summary>Output channels that a step of the forward pass makes of three vectors of pixels.</summary>
    private const int Rows = 8;

    /// <summary>Images of a work item of the forward pass: few of the last step's three vectors are empty.</summary>
    private const int Images = 4;

    /// <summary>Channels up to which this is faster than unfolding.</summary>
    private const int MostChannels = 32;

    /// <summary>Vectors may be read past a row; so many elements are kept free behind the images.</summary>
    private const int Slack = 64;

    private static readonly GemmShape s_shape = new(SimdWidth.Bits512, Rows, 3);

    /// <summary>Whether <see cref="Forward"/> takes this shape and gains by it: rows must fill most of their vectors.</summary>
    public static bool HasForward<T>(ConvolutionShape s) =>
        IsSmall<T>(s) && s.OutChannels % Rows == 0 && FillsVectors(s.OutWidth);

    /// <summary>Whether <see cref="AddProducts"/> takes this shape and gains by it.</summary>
    public static bool HasWeights<T>(ConvolutionShape s) =>
        IsSmall<T>(s) && Is3x3(s) && s.OutChannels % Lanes == 0 && s.Channels % 2 == 0;

    /// <summary>Whether <see cref="BackwardInput"/> takes this shape and gains by it: one vector for each row, with a lane to spare.</summary>
    public static bool HasInput<T>(ConvolutionShape s) =>
        IsSmall<T>(s) && Is3x3(s) && s is { StrideY: 2, StrideX: 2, DilationY: 1, DilationX: 1 } && s.Channels % 2 == 0
        && s.OutWidth < Lanes && FillsVectors(s.OutWidth) && s.Width + s.PaddingX <= 2 * Lanes && s.OutChannels <= Gemm.DepthBlock
        && ConvolutionBlocks.OfImages(s, s_shape.Columns<float>()) is var blocks && blocks.Rows == blocks.Images * s.OutHeight;

    /// <summary>y = conv(x, w) + b; null for no bias.</summary>
    public static void Forward(ConvolutionShape s, float* x, float* weight, float* bias, float* y)
    {
        float* panels = Scratch.Get<float>(Scratch.PackedA, (long)s.OutChannels * s.Terms);
        Convolution.PackTerms(s_shape, false, weight, s.Terms, s.OutChannels, s.Terms, panels);
        var border = new ImageBorder(s);
        int* offsets = Scratch.Get<int>(Scratch.Columns, s.Terms);
        int area = s.KernelHeight * s.KernelWidth;
        for (int term = 0; term < s.Terms; term++)
        {
            offsets[term] = border.Term(s, term / area, term % area / s.KernelWidth, term % s.KernelWidth);
        }

        WorkSplit.Run((s.Batch + Images - 1) / Images, part =>
        {
            int first = part * Images, images = Math.Min(Images, s.Batch - first);
            float* padded = Scratch.Get<float>(Scratch.Padded, ((long)images * border.Image) + Slack);
            border.Fill(s, x, 0, first, images, padded);
            ForwardImages(s, border, padded, images, panels, offsets, bias, y + ((long)first * s.OutChannels * s.OutPixels));
        });
    }

    private static void ForwardImages(ConvolutionShape s, ImageBorder border, float* padded, int images, float* panels, int* offsets, float* bias, float* y)
    {
        // The sizes of the result take divisions.
        int width = s.OutWidth, height = s.OutHeight, pixels = width * height, terms = s.Terms, channels = s.OutChannels;
        int segments = (width + Lanes - 1) / Lanes, count = images * height * segments, step = s.StrideY * border.Row;
        Vector512<float> inside = FirstLanes(width - ((segments - 1) * Lanes)), all = Vector512<float>.AllBitsSet;
        float* sums = stackalloc float[3 * Rows * Lanes];
        float** from = stackalloc float*[3];
        float** to = stackalloc float*[3];
        bool* isLast = stackalloc bool[3];
        for (int at = 0; at < count; at += 3)
        {
            for (int k = 0; k < 3; k++)
            {
                // Past the last vector the last one is computed again.
                (int row, int segment) = Math.DivRem(Math.Min(at + k, count - 1), segments);
                (int image, int line) = Math.DivRem(row, height);
                from[k] = padded + (image * border.Image) + (line * step) + (segment * Lanes);
                to[k] = y + ((long)image * channels * pixels) + (line * width) + (segment * Lanes);
                isLast[k] = segment == segments - 1;
            }
            for (int channel = 0; channel < channels; channel += Rows)
            {
                for (int term = 0; term < terms; term += Gemm.DepthBlock)
                {
                    int depth = Math.Min(Gemm.DepthBlock, terms - term);
                    float* panel = panels + ((long)channels * term) + ((long)channel * depth);
                    AddTerms(depth, panel, offsets + term, from[0], from[1], from[2], sums, term > 0);
                }
                for (int r = 0; r < Rows; r++)
                {
                    var shift = Vector512.Create(bias == null ? 0 : bias[channel + r]);
                    for (int k = 0; k < 3; k++)
                    {
                        float* target = to[k] + ((channel + r) * pixels);
                        Avx512F.MaskStore(target, isLast[k] ? inside : all, Vector512.Load(sums + (((3 * r) + k) * Lanes)) + shift);
                    }
                }
            }
        }
    }

    /// <summary>dx = ∂⟨dy, conv(x, w)⟩/∂x of a 3 × 3 kernel with stride 2.</summary>
    public static void BackwardInput(ConvolutionShape s, float* dy, float* weight, float* dx) => WorkSplit.Run(s.Batch, image =>
    {
        // Rows of one vector each, zero past the row's end.
        int rows = s.OutChannels * s.OutHeight, width = s.OutWidth;
        float* gradients = Scratch.Get<float>(Scratch.Results, (long)rows * Lanes);
        float* from = dy + ((long)image * rows * width);
        Vector512<float> inside = FirstLanes(width);
        for (int row = 0; row < rows; row++)
        {
            Avx512F.MaskLoad(from + (row * width), inside, Vector512<float>.Zero).Store(gradients + (row * Lanes));
        }
        for (int channel = 0; channel < s.Channels; channel += 2)
        {
            FoldPair(s, weight + (channel * 9), gradients, dx + ((((long)image * s.Channels) + channel) * s.Height * s.Width));
        }
    });

    /// <summary>
    /// sums[o / 16, term, o mod 16] (+)= Σ_p g[p, o]·x[p, term] over the pixels firstPixel … +depth of the block that begins at firstRow, for a 3 × 3 kernel.
    /// </summary>
    /// <param name="s">The sizes.</param>
    /// <param name="border">The layout of <paramref name="padded"/>.</param>
    /// <param name="padded">Images with their border.</param>
    /// <param name="firstRow">First output row of the block.</param>
    /// <param name="firstPixel">First pixel of the block.</param>
    /// <param name="depth">Pixels.</param>
    /// <param name="gradients">Of every output channel: a row of pixels that begins at the first one.</param>
    /// <param name="stride">Elements from one output channel's pixels to the next one's.</param>
    /// <param name="packed">Room for depth · 16.</param>
    /// <param name="sums">The sums.</param>
    /// <param name="accumulate">Whether to add to the sums or to overwrite them.</param>
    public static void AddProducts(
        ConvolutionShape s, ImageBorder border, float* padded, int firstRow, int firstPixel, int depth, float* gradients, nint stride, float* packed,
        float* sums, bool accumulate)
    {
        int width = s.OutWidth, height = s.OutHeight, runs = 0, row = firstRow + (firstPixel / width), x = firstPixel % width;
        int* starts = stackalloc int[depth];
        int* lengths = stackalloc int[depth];
        for (int left = depth; left > 0; left -= lengths[runs++], row++, x = 0)
        {
            starts[runs] = (row / height * border.Image) + (row % height * s.StrideY * border.Row) + x;
            lengths[runs] = Math.Min(left, width - x);
        }
        for (int o = 0; o < s.OutChannels; o += Lanes, gradients += Lanes * stride)
        {
            GemmBlock.PackAcross(gradients, stride, Lanes, depth, packed, Lanes);
            for (int channel = 0; channel < s.Channels; channel += 2, sums += 18 * Lanes)
            {
                AddPair(
                    padded + (channel * border.Plane), border.Plane, border.Term(s, 0, 1, 0), border.Term(s, 0, 0, 1), border.Term(s, 0, 0, 2),
                    starts, lengths, runs, packed, sums, accumulate);
            }
        }
    }

    /// <summary>dw[o, term] of the sums of <see cref="AddProducts"/>.</summary>
    public static void Unpack(ConvolutionShape s, float* sums, float* dw)
    {
        for (int o = 0; o < s.OutChannels; o++)
        {
            float* from = sums + (o / Lanes * Lanes * s.Terms) + (o % Lanes);
            for (int term = 0; term < s.Terms; term++)
            {
                *dw++ = from[term * Lanes];
            }
        }
    }

    private static bool IsSmall<T>(ConvolutionShape s) => typeof(T) == typeof(float) && SimdWidths.Best == SimdWidth.Bits512 && Avx512F.IsSupported
        && s is { Groups: 1, Channels: <= MostChannels, OutChannels: <= MostChannels };

    private static bool Is3x3(ConvolutionShape s) => s is { KernelHeight: 3, KernelWidth: 3 };

    /// <summary>Whether at least three quarters of the lanes are used.</summary>
    private static bool FillsVectors(int width) => 4 * width >= 3 * ((width + Lanes - 1) / Lanes * Lanes);

    /// <summary>All bits set in the first <paramref name="count"/> lanes, none in the others.</summary>
    private static Vector512<float> FirstLanes(int count) => Vector512.LessThan(Vector512<float>.Indices, Vector512.Create((float)count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Fma(Vector512<float> x, Vector512<float> y, Vector512<float> z) => Avx512F.FusedMultiplyAdd(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Fma(float x, Vector512<float> y, Vector512<float> z) => Avx512F.FusedMultiplyAdd(Vector512.Create(x), y, z);

    /// <summary>sums[r, k, lane] (+)= Σ_p a[p, r]·v_k[offsets[p] + lane].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTerms(int depth, float* a, int* offsets, float* b0, float* b1, float* b2, float* sums, bool accumulate)
    {
        Vector512<float> c0_0 = default, c0_1 = default, c0_2 = default;
        Vector512<float> c1_0 = default, c1_1 = default, c1_2 = default;
        Vector512<float> c2_0 = default, c2_1 = default, c2_2 = default;
        Vector512<float> c3_0 = default, c3_1 = default, c3_2 = default;
        Vector512<float> c4_0 = default, c4_1 = default, c4_2 = default;
        Vector512<float> c5_0 = default, c5_1 = default, c5_2 = default;
        Vector512<float> c6_0 = default, c6_1 = default, c6_2 = default;
        Vector512<float> c7_0 = default, c7_1 = default, c7_2 = default;
        for (int p = 0; p < depth; p++)
        {
            nint offset = offsets[p];
            Vector512<float> v0 = Vector512.Load(b0 + offset), v1 = Vector512.Load(b1 + offset), v2 = Vector512.Load(b2 + offset);
            var x = Vector512.Create(a[0]);
            c0_0 = Fma(x, v0, c0_0); c0_1 = Fma(x, v1, c0_1); c0_2 = Fma(x, v2, c0_2);
            x = Vector512.Create(a[1]);
            c1_0 = Fma(x, v0, c1_0); c1_1 = Fma(x, v1, c1_1); c1_2 = Fma(x, v2, c1_2);
            x = Vector512.Create(a[2]);
            c2_0 = Fma(x, v0, c2_0); c2_1 = Fma(x, v1, c2_1); c2_2 = Fma(x, v2, c2_2);
            x = Vector512.Create(a[3]);
            c3_0 = Fma(x, v0, c3_0); c3_1 = Fma(x, v1, c3_1); c3_2 = Fma(x, v2, c3_2);
            x = Vector512.Create(a[4]);
            c4_0 = Fma(x, v0, c4_0); c4_1 = Fma(x, v1, c4_1); c4_2 = Fma(x, v2, c4_2);
            x = Vector512.Create(a[5]);
            c5_0 = Fma(x, v0, c5_0); c5_1 = Fma(x, v1, c5_1); c5_2 = Fma(x, v2, c5_2);
            x = Vector512.Create(a[6]);
            c6_0 = Fma(x, v0, c6_0); c6_1 = Fma(x, v1, c6_1); c6_2 = Fma(x, v2, c6_2);
            x = Vector512.Create(a[7]);
            c7_0 = Fma(x, v0, c7_0); c7_1 = Fma(x, v1, c7_1); c7_2 = Fma(x, v2, c7_2);
            a += Rows;
        }
        if (accumulate)
        {
            c0_0 += Vector512.Load(sums + 0); c0_1 += Vector512.Load(sums + 16); c0_2 += Vector512.Load(sums + 32);
            c1_0 += Vector512.Load(sums + 48); c1_1 += Vector512.Load(sums + 64); c1_2 += Vector512.Load(sums + 80);
            c2_0 += Vector512.Load(sums + 96); c2_1 += Vector512.Load(sums + 112); c2_2 += Vector512.Load(sums + 128);
            c3_0 += Vector512.Load(sums + 144); c3_1 += Vector512.Load(sums + 160); c3_2 += Vector512.Load(sums + 176);
            c4_0 += Vector512.Load(sums + 192); c4_1 += Vector512.Load(sums + 208); c4_2 += Vector512.Load(sums + 224);
            c5_0 += Vector512.Load(sums + 240); c5_1 += Vector512.Load(sums + 256); c5_2 += Vector512.Load(sums + 272);
            c6_0 += Vector512.Load(sums + 288); c6_1 += Vector512.Load(sums + 304); c6_2 += Vector512.Load(sums + 320);
            c7_0 += Vector512.Load(sums + 336); c7_1 += Vector512.Load(sums + 352); c7_2 += Vector512.Load(sums + 368);
        }
        c0_0.Store(sums + 0); c0_1.Store(sums + 16); c0_2.Store(sums + 32);
        c1_0.Store(sums + 48); c1_1.Store(sums + 64); c1_2.Store(sums + 80);
        c2_0.Store(sums + 96); c2_1.Store(sums + 112); c2_2.Store(sums + 128);
        c3_0.Store(sums + 144); c3_1.Store(sums + 160); c3_2.Store(sums + 176);
        c4_0.Store(sums + 192); c4_1.Store(sums + 208); c4_2.Store(sums + 224);
        c5_0.Store(sums + 240); c5_1.Store(sums + 256); c5_2.Store(sums + 272);
        c6_0.Store(sums + 288); c6_1.Store(sums + 304); c6_2.Store(sums + 320);
        c7_0.Store(sums + 336); c7_1.Store(sums + 352); c7_2.Store(sums + 368);
    }

    /// <summary>The nine terms of two channels, over all runs of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddPair(
        float* padded, nint plane, nint row, nint second, nint third, int* starts, int* lengths, int runs, float* gradients, float* sums, bool accumulate)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        Vector512<float> s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default;
        Vector512<float> s12 = default, s13 = default, s14 = default, s15 = default, s16 = default, s17 = default;
        for (int run = 0; run < runs; run++)
        {
            float* p0 = padded + starts[run], p1 = p0 + row, p2 = p1 + row;
            float* q0 = p0 + plane, q1 = q0 + row, q2 = q1 + row;
            for (int left = lengths[run]; left > 0; left--)
            {
                Vector512<float> g = Vector512.Load(gradients);
                s0 = Fma(p0[0], g, s0); s1 = Fma(p0[second], g, s1); s2 = Fma(p0[third], g, s2);
                s3 = Fma(p1[0], g, s3); s4 = Fma(p1[second], g, s4); s5 = Fma(p1[third], g, s5);
                s6 = Fma(p2[0], g, s6); s7 = Fma(p2[second], g, s7); s8 = Fma(p2[third], g, s8);
                s9 = Fma(q0[0], g, s9); s10 = Fma(q0[second], g, s10); s11 = Fma(q0[third], g, s11);
                s12 = Fma(q1[0], g, s12); s13 = Fma(q1[second], g, s13); s14 = Fma(q1[third], g, s14);
                s15 = Fma(q2[0], g, s15); s16 = Fma(q2[second], g, s16); s17 = Fma(q2[third], g, s17);
                p0++; p1++; p2++; q0++; q1++; q2++;
                gradients += Lanes;
            }
        }
        if (accumulate)
        {
            s0 += Vector512.Load(sums + 0);
            s1 += Vector512.Load(sums + 16);
            s2 += Vector512.Load(sums + 32);
            s3 += Vector512.Load(sums + 48);
            s4 += Vector512.Load(sums + 64);
            s5 += Vector512.Load(sums + 80);
            s6 += Vector512.Load(sums + 96);
            s7 += Vector512.Load(sums + 112);
            s8 += Vector512.Load(sums + 128);
            s9 += Vector512.Load(sums + 144);
            s10 += Vector512.Load(sums + 160);
            s11 += Vector512.Load(sums + 176);
            s12 += Vector512.Load(sums + 192);
            s13 += Vector512.Load(sums + 208);
            s14 += Vector512.Load(sums + 224);
            s15 += Vector512.Load(sums + 240);
            s16 += Vector512.Load(sums + 256);
            s17 += Vector512.Load(sums + 272);
        }
        s0.Store(sums + 0);
        s1.Store(sums + 16);
        s2.Store(sums + 32);
        s3.Store(sums + 48);
        s4.Store(sums + 64);
        s5.Store(sums + 80);
        s6.Store(sums + 96);
        s7.Store(sums + 112);
        s8.Store(sums + 128);
        s9.Store(sums + 144);
        s10.Store(sums + 160);
        s11.Store(sums + 176);
        s12.Store(sums + 192);
        s13.Store(sums + 208);
        s14.Store(sums + 224);
        s15.Store(sums + 240);
        s16.Store(sums + 256);
        s17.Store(sums + 272);
    }

    /// <summary>
    /// The input gradients of two channels of an image. Output row i gives to the rows 2i, 2i + 1 and 2i + 2 of the bordered image; columns are kept as the
    /// even and the odd ones, of which a kernel's third column gives to the even ones one further on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FoldPair(ConvolutionShape s, float* weight, float* gradients, float* to0)
    {
        float* above = stackalloc float[6 * Lanes];
        new Span<float>(above, 6 * Lanes).Clear();
        float* to1 = to0 + (s.Height * s.Width);
        int channels = s.OutChannels, rows = s.OutHeight, stride = rows * Lanes, terms = s.Terms;
        var inside = new Interleaving(s);
        for (int i = 0; i <= rows; i++)
        {
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
            Vector512<float> s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default;
            Vector512<float> s12 = default, s13 = default, s14 = default, s15 = default, s16 = default, s17 = default;
            float* from = gradients + (i * Lanes), w = weight;
            for (int o = i < rows ? channels : 0; o > 0; o--)
            {
                Vector512<float> g = Vector512.Load(from);
                s0 = Fma(w[0], g, s0); s1 = Fma(w[1], g, s1); s2 = Fma(w[2], g, s2);
                s3 = Fma(w[3], g, s3); s4 = Fma(w[4], g, s4); s5 = Fma(w[5], g, s5);
                s6 = Fma(w[6], g, s6); s7 = Fma(w[7], g, s7); s8 = Fma(w[8], g, s8);
                s9 = Fma(w[9], g, s9); s10 = Fma(w[10], g, s10); s11 = Fma(w[11], g, s11);
                s12 = Fma(w[12], g, s12); s13 = Fma(w[13], g, s13); s14 = Fma(w[14], g, s14);
                s15 = Fma(w[15], g, s15); s16 = Fma(w[16], g, s16); s17 = Fma(w[17], g, s17);
                from += stride;
                w += terms;
            }
            int row = (2 * i) - s.PaddingY;
            Emit(to0, row, inside, s0 + Later(s2) + Vector512.Load(above + 0) + Later(Vector512.Load(above + 32)), s1 + Vector512.Load(above + 16));
            Emit(to0, row + 1, inside, s3 + Later(s5), s4);
            s6.Store(above + 0);
            s7.Store(above + 16);
            s8.Store(above + 32);
            Emit(to1, row, inside, s9 + Later(s11) + Vector512.Load(above + 48) + Later(Vector512.Load(above + 80)), s10 + Vector512.Load(above + 64));
            Emit(to1, row + 1, inside, s12 + Later(s14), s13);
            s15.Store(above + 48);
            s16.Store(above + 64);
            s17.Store(above + 80);
        }
    }

    /// <summary>Every lane moved one further on, zero in the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Later(Vector512<float> value) => Avx512F.AlignRight32(value.AsInt32(), Vector512<int>.Zero, Lanes - 1).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Emit(float* plane, int row, Interleaving inside, Vector512<float> even, Vector512<float> odd)
    {
        if ((uint)row < (uint)inside.Height)
        {
            float* to = plane + (row * inside.Width);
            Avx512F.MaskStore(to, inside.FirstMask, Avx512F.PermuteVar16x32x2(even, inside.First, odd));
            Avx512F.MaskStore(to + Lanes, inside.SecondMask, Avx512F.PermuteVar16x32x2(even, inside.Second, odd));
        }
    }

    /// <summary>How a row of up to 32 pixels is put together from the even and the odd columns of its bordered row.</summary>
    private readonly struct Interleaving
    {
        public readonly Vector512<int> First;
        public readonly Vector512<int> Second;
        public readonly Vector512<float> FirstMask;
        public readonly Vector512<float> SecondMask;
        public readonly int Width;
        public readonly int Height;

        public Interleaving(ConvolutionShape s)
        {
            (Width, Height) = (s.Width, s.Height);
            First = Columns(s.PaddingX);
            Second = Columns(s.PaddingX + Lanes);
            FirstMask = FirstLanes(s.Width);
            SecondMask = FirstLanes(s.Width - Lanes);
        }

        /// <summary>Column c lies in lane c/2 of the even ones or, 16 further on, of the odd ones.</summary>
        private static Vector512<int> Columns(int first)
        {
            Vector512<int> column = Vector512<int>.Indices + Vector512.Create(first);
            return (column >> 1) + ((column & Vector512<int>.One) << 4);
        }
    }
}
