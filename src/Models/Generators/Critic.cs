using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace QDiff.Models.Generators;

/// <summary>
/// The critic D(x, c) of a Wasserstein GAN and its gradient in x, which the gradient penalty (Gulrajani et al. 2017, docs/references.md: Gulrajani2017) puts into
/// the loss. The layers are linear maps with leaky rectifiers between them, so ∇ₓD is a product of transposed maps and of masks that are constant almost
/// everywhere: written out, it is differentiated in the weights by ordinary backward differentiation, exactly.
/// </summary>
internal abstract class Critic(string name) : Module<Tensor, Tensor, Tensor>(name)
{
    /// <summary>Slope of the rectifiers below 0.</summary>
    protected const double Slope = 0.2;

    /// <summary>∇ₓD for every row.</summary>
    /// <param name="x">Samples, [batch, …].</param>
    /// <param name="classes">One-hot classes, [batch, 10].</param>
    /// <returns>Of the shape of <paramref name="x"/>.</returns>
    public abstract Tensor InputGradient(Tensor x, Tensor classes);

    /// <summary>The derivative of the rectifier where its input is <paramref name="input"/>: 1 or the slope.</summary>
    protected static Tensor Mask(Tensor input)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        return ((input.gt(0).to(ScalarType.Float32) * (1 - Slope)) + Slope).to(input.dtype).MoveToOuterDisposeScope();
    }
}
