using QDiff.Models.Diffusion;
using QDiff.Models.Latents;
using QDiff.Models.Metrics;
using static TorchSharp.torch;

namespace QDiff.Models.Generators;

/// <summary>Draws latents from a Gaussian mixture, puts them onto their spheres and decodes them: no diffusion at all.</summary>
/// <param name="autoencoder">Its decoder makes the images.</param>
/// <param name="mixture">The latents' distribution.</param>
/// <param name="device">Where the decoder lives.</param>
internal sealed class MixtureModel(SphericalAutoencoder autoencoder, GaussianMixture mixture, ComputeDevice device) : IImageModel
{
    public ImageModelKind Kind => ImageModelKind.Gmm;

    public long ParameterCount => mixture.ParameterCount;

    public Tensor Generate(ReadOnlyMemory<byte> classes, DrawSettings draw, CancellationToken cancellation = default, IProgress<double>? progress = null)
    {
        using var scope = NewDisposeScope();
        Tensor latents = SphericalDiffusion.Normalise(mixture.Sample(classes.Length, draw.Seed, device.Tensors));
        return Pieces.Map(latents, autoencoder.Decode, cancellation, progress).MoveToOuterDisposeScope();
    }
}
