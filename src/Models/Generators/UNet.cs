using QDiff.Models.Hybrid;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace QDiff.Models.Generators;

/// <summary>
/// A small convolutional denoiser of images with a path around its bottleneck (Ronneberger, Fischer and Brox 2015, docs/references.md: Ronneberger2015), for 14×14
/// blocks of 2×2 pixels.
/// </summary>
/// <remarks>
/// PixelUnshuffle 2, Conv 3×3 4→32, residual block 32; Conv 4×4/2 32→64, two residual blocks 64, Conv 3×3 64→128, PixelShuffle 2; joined with the first
/// block's output, Conv 3×3 64→32, residual block 32; GroupNorm, SiLU, Conv 3×3 32→4, PixelShuffle 2.
/// </remarks>
internal sealed class UNet : Module<Tensor, Tensor, Tensor>
{
    private const int Narrow = 32;
    private const int Wide = 64;
    private const int Embedding = 64;

    private readonly Module<Tensor, Tensor> embedding;
    private readonly Module<Tensor, Tensor> entry;
    private readonly ResidualBlock above;
    private readonly Module<Tensor, Tensor> down;
    private readonly ResidualBlock bottom;
    private readonly ResidualBlock bottomAgain;
    private readonly Module<Tensor, Tensor> up;
    private readonly Module<Tensor, Tensor> merge;
    private readonly ResidualBlock aboveAgain;
    private readonly Module<Tensor, Tensor> exit;

    public UNet()
        : base(nameof(UNet))
    {
        embedding = Sequential(Linear(Conditioning.Width, Embedding), SiLU(), Linear(Embedding, Embedding), SiLU());
        entry = Conv2d(4, Narrow, 3, padding: 1);
        above = new ResidualBlock(Narrow, Embedding);
        down = Conv2d(Narrow, Wide, 4, stride: 2, padding: 1);
        bottom = new ResidualBlock(Wide, Embedding);
        bottomAgain = new ResidualBlock(Wide, Embedding);
        up = Sequential(Conv2d(Wide, 4 * Narrow, 3, padding: 1), PixelShuffle(2));
        merge = Conv2d(2 * Narrow, Narrow, 3, padding: 1);
        aboveAgain = new ResidualBlock(Narrow, Embedding);
        exit = Sequential(GroupNorm(8, Narrow), SiLU(), Conv2d(Narrow, 4, 3, padding: 1), PixelShuffle(2));
        RegisterComponents();
    }

    /// <summary>Numbers that training moves.</summary>
    public long ParameterCount => parameters().Sum(parameter => parameter.numel());

    /// <summary>Noisy images [batch, 1, 28, 28] and rows of <see cref="Conditioning"/> [batch, 26] → v, of the images' shape.</summary>
    public override Tensor forward(Tensor noisy, Tensor condition)
    {
        using var scope = NewDisposeScope();
        Tensor e = embedding.call(condition);
        Tensor around = above.call(entry.call(functional.pixel_unshuffle(noisy, 2)), e);
        Tensor deep = bottomAgain.call(bottom.call(down.call(around), e), e);
        Tensor joined = merge.call(cat([up.call(deep), around], 1));
        return exit.call(aboveAgain.call(joined, e)).MoveToOuterDisposeScope();
    }
}
