using QDiff.Models.Diffusion;
using QDiff.Models.Hybrid;
using QDiff.Models.Latents;
using QDiff.Models.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace QDiff.Models.Generators;

/// <summary>The generator of a GAN: random numbers z ⊕ one-hot class → latents on their spheres, or images.</summary>
internal sealed class GanGenerator : Module<Tensor, Tensor>
{
    private readonly bool _isLatent;
    private readonly Module<Tensor, Tensor> network;

    /// <summary>Makes an untrained generator for a run.</summary>
    public GanGenerator(RunConfig config)
        : base(nameof(GanGenerator))
    {
        _isLatent = config.Kind.HasLatents;
        Noise = _isLatent ? 3 * config.Qubits : ImageNoise;
        int inputs = Noise + Conditioning.Classes;
        int hidden = LatentWidth(config);
        network = _isLatent
            ? Sequential(Linear(inputs, hidden), SiLU(), Linear(hidden, hidden), SiLU(), Linear(hidden, Noise))
            : ConvolutionalNetworks.Decoder(inputs);
        RegisterComponents();
    }

    private const int ImageNoise = 64;

    /// <summary>Length of z.</summary>
    public int Noise { get; }

    /// <summary>Numbers that make it up.</summary>
    public long ParameterCount => parameters().Sum(parameter => parameter.numel());

    /// <summary>Hidden width at which a generator of latents has as many parameters as the hybrid's denoiser.</summary>
    public static int LatentWidth(RunConfig config)
        => Denoiser.MlpWidth((3 * config.Qubits) + Conditioning.Classes, 3 * config.Qubits, Denoiser.ParameterCountOf(config.DenoiserShape));

    /// <summary>z ⊕ one-hot class, [batch, Noise + 10] → latents [batch, 3n] of unit vectors, or images [batch, 1, 28, 28] in [0, 1].</summary>
    public override Tensor forward(Tensor inputs)
    {
        using var scope = NewDisposeScope();
        Tensor made = network.call(inputs);
        return (_isLatent ? SphericalDiffusion.Normalise(made) : made.sigmoid()).MoveToOuterDisposeScope();
    }
}
