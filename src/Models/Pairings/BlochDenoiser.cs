using QDiff.Models.Diffusion;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace QDiff.Models.Pairings;

/// <summary>
/// A classical network that draws a clean Bloch vector given a noisy one: besides r_t and the step it gets random numbers z, and what it returns for random
/// z is a draw of p(r_0 | r_t).
/// </summary>
/// <remarks>Input rows r_t ⊕ e(t) ⊕ z, [batch, 27]; three hidden layers of 128 with SiLU; output unit vectors [batch, 3].</remarks>
internal sealed class BlochDenoiser : Module<Tensor, Tensor>
{
    /// <summary>Length of z.</summary>
    public const int Latent = 8;

    /// <summary>Numbers per input row.</summary>
    public const int Inputs = 3 + TimeFeatures.Width + Latent;

    private const int Hidden = 128;

    private readonly Module<Tensor, Tensor> layers;

    public BlochDenoiser()
        : base(nameof(BlochDenoiser))
    {
        layers = Sequential(Linear(Inputs, Hidden), SiLU(), Linear(Hidden, Hidden), SiLU(), Linear(Hidden, Hidden), SiLU(), Linear(Hidden, 3));
        RegisterComponents();
    }

    public override Tensor forward(Tensor rows)
    {
        using var scope = NewDisposeScope();
        return SphericalDiffusion.Normalise(layers.call(rows)).MoveToOuterDisposeScope();
    }
}
