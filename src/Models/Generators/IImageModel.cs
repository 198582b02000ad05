using static TorchSharp.torch;

namespace QDiff.Models.Generators;

/// <summary>A trained generative model of images, of whatever kind (<see cref="ImageModelKind"/>).</summary>
public interface IImageModel
{
    /// <summary>Which kind.</summary>
    ImageModelKind Kind { get; }

    /// <summary>Numbers that make up what draws: the denoiser, mixture or generator, without a decoder that it shares with other models.</summary>
    long ParameterCount { get; }

    /// <summary>Draws images.</summary>
    /// <param name="classes">Class of every image, 0 to 9; where the kind has no classes, only their number counts.</param>
    /// <param name="draw">How; the i-th image's random numbers depend on the seed and i alone.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <returns>float32 [classes.Length, 1, 28, 28] in [0, 1].</returns>
    Tensor Generate(ReadOnlyMemory<byte> classes, DrawSettings draw, CancellationToken cancellation = default, IProgress<double>? progress = null);
}
