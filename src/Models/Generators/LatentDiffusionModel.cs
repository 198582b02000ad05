using System.Collections.Immutable;
using QDiff.Engine.Circuits;
using QDiff.Models.Diffusion;
using QDiff.Models.Hybrid;
using QDiff.Models.Latents;
using static TorchSharp.torch;

namespace QDiff.Models.Generators;

/// <summary>A trained diffusion model on latents: a denoiser that samples them and a decoder that turns them into images.</summary>
/// <param name="autoencoder">Its decoder makes the images.</param>
/// <param name="denoiser">Undoes the noise.</param>
/// <param name="diffusion">The noise.</param>
/// <param name="kind">Which kind of model it is.</param>
/// <param name="device">Where everything lives.</param>
public sealed class LatentDiffusionModel(SphericalAutoencoder autoencoder, Denoiser denoiser, IDiffusion diffusion, ImageModelKind kind, ComputeDevice device) : IImageModel
{
    /// <inheritdoc/>
    public ImageModelKind Kind => kind;

    /// <inheritdoc/>
    public long ParameterCount => denoiser.ParameterCount;

    /// <inheritdoc/>
    public Tensor Generate(
        ReadOnlyMemory<byte> classes, DrawSettings draw, CancellationToken cancellation = default, IProgress<double>? progress = null)
    {
        using Tensor latents = Sampler().Sample(classes, draw, cancellation, progress);
        return Decode(autoencoder, latents);
    }

    /// <summary>
    /// The denoiser's circuit at one step of one sample's draw: its layers, with the angles that the network computes
    /// from the noisy state, the step and the class.
    /// </summary>
    /// <param name="label">Class, 0 to 9.</param>
    /// <param name="sample">Number of the sample: row of <see cref="Generate"/> with T steps and the same seed and temperature.</param>
    /// <param name="timestep">t, 1 to T.</param>
    /// <param name="temperature">τ, the inverse temperature.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <returns>The circuit and the values of its inputs, in radians.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The step is outside 1 to T.</exception>
    public (Circuit Circuit, ImmutableArray<double> Inputs) CircuitAt(byte label, long sample, int timestep, double temperature, ulong seed)
    {
        using Tensor inputs = Sampler().CircuitInputsAt(label, sample, timestep, temperature, seed);
        return (denoiser.Circuit!, [.. inputs.cpu().data<float>().ToArray().Select(angle => (double)angle)]);
    }

    /// <summary>Class labels 0, 1, …, 9, 0, 1, … for <paramref name="count"/> images.</summary>
    public static byte[] UniformClasses(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(i % Conditioning.Classes))];

    /// <summary>Decodes states [count, 3n] in pieces to images [count, 1, 28, 28].</summary>
    internal static Tensor Decode(SphericalAutoencoder autoencoder, Tensor states) => Pieces.Map(states, autoencoder.Decode);

    /// <summary>Encodes images [count, 1, 28, 28] in pieces to states [count, 3n].</summary>
    internal static Tensor Encode(SphericalAutoencoder autoencoder, Tensor images) => Pieces.Map(images, autoencoder.Encode);

    private ReverseSampler Sampler()
    {
        denoiser.eval();
        return new ReverseSampler(denoiser, diffusion, device.Tensors);
    }
}
