using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace QDiff.Models.Generators;

/// <summary>x + Conv(SiLU(GroupNorm(Conv(SiLU(GroupNorm(x))) + W e))), both convolutions 3×3.</summary>
internal sealed class ResidualBlock : Module<Tensor, Tensor, Tensor>
{
    private const int Groups = 8;

    private readonly Module<Tensor, Tensor> first;
    private readonly Module<Tensor, Tensor> condition;
    private readonly Module<Tensor, Tensor> second;

    /// <param name="channels">Channels of the images.</param>
    /// <param name="embedding">Length of e.</param>
    public ResidualBlock(int channels, int embedding)
        : base(nameof(ResidualBlock))
    {
        first = Sequential(GroupNorm(Groups, channels), SiLU(), Conv2d(channels, channels, 3, padding: 1));
        condition = Linear(embedding, channels);
        second = Sequential(GroupNorm(Groups, channels), SiLU(), Conv2d(channels, channels, 3, padding: 1));
        RegisterComponents();
    }

    /// <summary>Images [batch, channels, height, width] and e [batch, embedding].</summary>
    public override Tensor forward(Tensor x, Tensor e)
    {
        using var scope = NewDisposeScope();
        Tensor told = condition.call(e);
        return (x + second.call(first.call(x) + told.reshape(told.shape[0], told.shape[1], 1, 1))).MoveToOuterDisposeScope();
    }
}
