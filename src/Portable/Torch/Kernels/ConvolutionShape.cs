namespace TorchSharp;

/// <summary>
/// The sizes of a two-dimensional convolution: images [Batch, Channels, Height, Width], weights
/// [OutChannels, Channels/Groups, KernelHeight, KernelWidth], result [Batch, OutChannels, OutHeight, OutWidth].
/// </summary>
internal readonly record struct ConvolutionShape(
    int Batch, int Channels, int Height, int Width, int OutChannels, int KernelHeight, int KernelWidth, int StrideY, int StrideX, int PaddingY,
    int PaddingX, int DilationY, int DilationX, int Groups)
{
    /// <summary>⌊(H + 2·padding − dilation·(kernel − 1) − 1)/stride⌋ + 1.</summary>
    public int OutHeight => ((Height + (2 * PaddingY) - (DilationY * (KernelHeight - 1)) - 1) / StrideY) + 1;

    /// <summary>As <see cref="OutHeight"/>, across.</summary>
    public int OutWidth => ((Width + (2 * PaddingX) - (DilationX * (KernelWidth - 1)) - 1) / StrideX) + 1;

    /// <summary>Input channels that one output channel sees.</summary>
    public int GroupChannels => Channels / Groups;

    /// <summary>Output channels of one group.</summary>
    public int GroupOutChannels => OutChannels / Groups;

    /// <summary>Terms of one output value.</summary>
    public int Terms => GroupChannels * KernelHeight * KernelWidth;

    /// <summary>Pixels of one output plane.</summary>
    public int OutPixels => OutHeight * OutWidth;

    /// <summary>Elements of the images.</summary>
    public long InputLength => (long)Batch * Channels * Height * Width;

    /// <summary>Elements of the weights.</summary>
    public long WeightLength => (long)OutChannels * Terms;

    /// <summary>Elements of the result.</summary>
    public long OutputLength => (long)Batch * OutChannels * OutPixels;

    /// <summary>Refuses sizes for which no convolution is defined.</summary>
    /// <exception cref="ArgumentException">A size, stride, dilation or group count is out of range.</exception>
    public void Validate()
    {
        if (StrideY < 1 || StrideX < 1 || DilationY < 1 || DilationX < 1 || PaddingY < 0 || PaddingX < 0 || KernelHeight < 1 || KernelWidth < 1)
        {
            throw new ArgumentException(
                $"A convolution needs kernel, stride and dilation of at least 1 and padding of at least 0; got kernel {KernelHeight}×{KernelWidth}, "
                + $"stride {StrideY}×{StrideX}, dilation {DilationY}×{DilationX}, padding {PaddingY}×{PaddingX}.");
        }
        if (Groups < 1 || Channels % Groups != 0 || OutChannels % Groups != 0)
        {
            throw new ArgumentException($"The channels ({Channels} in, {OutChannels} out) must be divisible by the groups; got {Groups}.");
        }
        if (Height + (2 * PaddingY) < (DilationY * (KernelHeight - 1)) + 1 || Width + (2 * PaddingX) < (DilationX * (KernelWidth - 1)) + 1)
        {
            throw new ArgumentException(
                $"The kernel ({KernelHeight}×{KernelWidth}, dilation {DilationY}×{DilationX}) is larger than the padded image "
                + $"({Height + (2 * PaddingY)}×{Width + (2 * PaddingX)}).");
        }
    }
}
