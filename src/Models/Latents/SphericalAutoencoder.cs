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
/// <remarks>
/// Encoder: Conv 4×4/2 1→16, Conv 4×4/2 16→32, Linear 1568→128→3n. Decoder (docs/model.md): Linear 3n→128→1568, [32, 7, 7],
/// Conv 3×3 32→64, PixelShuffle 2, Conv 3×3 16→16, Conv 3×3 16→4, PixelShuffle 2. SiLU throughout.
/// </remarks>
public sealed class SphericalAutoencoder : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> encoder;
    private readonly Module<Tensor, Tensor> decoder;

    /// <summary>Makes an untrained autoencoder for <paramref name="qubits"/> Bloch vectors.</summary>
    public SphericalAutoencoder(int qubits)
        : base(nameof(SphericalAutoencoder))
    {
        encoder = Sequential(
            Conv2d(1, 16, 4, stride: 2, padding: 1), SiLU(),
            Conv2d(16, 32, 4, stride: 2, padding: 1), SiLU(),
            Flatten(),
            Linear(32 * 7 * 7, 128), SiLU(),
            Linear(128, 3 * qubits));
        decoder = Sequential(
            Linear(3 * qubits, 128), SiLU(),
            Linear(128, 32 * 7 * 7), SiLU(),
            Unflatten(1, [32, 7, 7]),
            Conv2d(32, 64, 3, padding: 1), SiLU(), PixelShuffle(2),
            Conv2d(16, 16, 3, padding: 1), SiLU(),
            Conv2d(16, 4, 3, padding: 1), PixelShuffle(2));
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
