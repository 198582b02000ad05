using QDiff.Models.Diffusion;
using QDiff.Models.Hybrid;
using QDiff.Models.Latents;
using static TorchSharp.torch;

namespace QDiff.Models.Generators;

/// <summary>Draws from the generator of a GAN, through the decoder where it makes latents.</summary>
/// <param name="kind">On latents or on pixels.</param>
/// <param name="generator">Averaged weights.</param>
/// <param name="autoencoder">Its decoder makes the images; null where the generator does.</param>
/// <param name="device">Where they live.</param>
internal sealed class GanModel(ImageModelKind kind, GanGenerator generator, SphericalAutoencoder? autoencoder, ComputeDevice device) : IImageModel
{
    public ImageModelKind Kind => kind;

    public long ParameterCount => generator.ParameterCount;

    public Tensor Generate(ReadOnlyMemory<byte> classes, DrawSettings draw, CancellationToken cancellation = default, IProgress<double>? progress = null)
    {
        using var scope = NewDisposeScope();
        Tensor noise = GaussianNoise.Draw(classes.Length, [generator.Noise], draw.Seed, 0, 0, device.Tensors);
        Tensor inputs = cat([noise, OneHot(classes.Span, device.Tensors)], 1);
        return Pieces.Map(inputs, rows => autoencoder is null ? generator.call(rows) : autoencoder.Decode(generator.call(rows)), cancellation, progress)
            .MoveToOuterDisposeScope();
    }

    /// <summary>One-hot classes, float32 [batch, 10].</summary>
    internal static Tensor OneHot(ReadOnlySpan<byte> classes, Device device)
    {
        var rows = new float[classes.Length * Conditioning.Classes];
        for (int b = 0; b < classes.Length; b++)
        {
            rows[(b * Conditioning.Classes) + classes[b]] = 1;
        }

        return tensor(rows, [classes.Length, Conditioning.Classes], device: device);
    }
}
