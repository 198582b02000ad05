using QDiff.Models.Diffusion;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace QDiff.Models.Latents;

/// <summary>
/// 28×28 images ↔ n Bloch vectors. The encoder's 3n numbers are read as n vectors in R³ and normalised: a product state of n qubits.
/// While it trains, small noise moves the vectors on their spheres, so that neighbouring states decode to similar images.
/// </summary>
/// <remarks>Layers: <see cref="ConvolutionalNetworks"/>.</remarks>
public sealed class SphericalAutoencoder : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> encoder;
    private readonly Module<Tensor, Tensor> decoder;

    /// <summary>Makes an untrained autoencoder for <paramref name="qubits"/> Bloch vectors.</summary>
    public SphericalAutoencoder(int qubits)
        : base(nameof(SphericalAutoencoder))
    {
        encoder = ConvolutionalNetworks.Encoder(3 * qubits);
        decoder = ConvolutionalNetworks.Decoder(3 * qubits);
        RegisterComponents();
    }

    /// <summary>Images [batch, 1, 28, 28] in [0, 1] → unit Bloch vectors [batch, 3n].</summary>
    public Tensor Encode(Tensor images) => SphericalDiffusion.Normalise(encoder.call(images));

    /// <summary>Bloch vectors [batch, 3n] → logits of the pixels [batch, 1, 28, 28].</summary>
    public Tensor DecodeLogits(Tensor vectors) => decoder.call(vectors);

    /// <summary>Bloch vectors [batch, 3n] → images [batch, 1, 28, 28] in [0, 1].</summary>
    public Tensor Decode(Tensor vectors)
    {
        using Tensor logits = DecodeLogits(vectors);
        return logits.sigmoid();
    }

    /// <summary>Images → logits of their reconstructions, both [batch, 1, 28, 28].</summary>
    public override Tensor forward(Tensor images)
    {
        using Tensor vectors = Encode(images);
        return DecodeLogits(vectors);
    }
}
