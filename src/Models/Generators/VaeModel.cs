using QDiff.Models.Diffusion;
using QDiff.Models.Latents;
using static TorchSharp.torch;

namespace QDiff.Models.Generators;

/// <summary>Draws images by decoding latents from the prior of a variational autoencoder.</summary>
/// <param name="autoencoder">Its decoder makes the images.</param>
/// <param name="device">Where it lives.</param>
internal sealed class VaeModel(VariationalAutoencoder autoencoder, ComputeDevice device) : IImageModel
{
    public ImageModelKind Kind => ImageModelKind.Vae;

    public long ParameterCount => autoencoder.DecoderParameterCount;

    public Tensor Generate(ReadOnlyMemory<byte> classes, DrawSettings draw, CancellationToken cancellation = default, IProgress<double>? progress = null)
    {
        using Tensor latents = GaussianNoise.Draw(classes.Length, [autoencoder.Width], draw.Seed, 0, 0, device.Tensors);
        return Pieces.Map(latents, autoencoder.Decode, cancellation, progress);
    }
}
