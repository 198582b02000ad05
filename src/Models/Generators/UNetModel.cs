using QDiff.Models.Data;
using QDiff.Models.Diffusion;
using QDiff.Models.Hybrid;
using static TorchSharp.torch;

namespace QDiff.Models.Generators;

/// <summary>Draws images by running Gaussian diffusion of pixels in [−1, 1] backwards with a <see cref="UNet"/>.</summary>
/// <remarks>
/// The network predicts v = √ᾱ·ε − √(1 − ᾱ)·x_0 (Salimans and Ho 2022, docs/references.md: SalimansHo2022); x̂_0 = √ᾱ·x_t − √(1 − ᾱ)·v is cut to [−1, 1].
/// </remarks>
internal sealed class UNetModel : IImageModel
{
    private const int ChunkRows = 500;

    private readonly UNet _network;
    private readonly Conditioning _conditioning;
    private readonly GaussianSchedule _schedule;
    private readonly GuidedSampler _sampler;
    private readonly Device _device;

    /// <param name="network">Averaged weights.</param>
    /// <param name="steps">T.</param>
    /// <param name="device">Where it lives.</param>
    public UNetModel(UNet network, int steps, ComputeDevice device)
    {
        _network = network;
        _device = device.Tensors;
        _schedule = GaussianSchedule.Cosine(steps);
        GaussianDiffusion diffusion = Process(_schedule);
        _conditioning = new Conditioning(diffusion);
        _sampler = new GuidedSampler(Predict, diffusion, ChunkRows, _device);
    }

    public ImageModelKind Kind => ImageModelKind.UNet;

    public long ParameterCount => _network.ParameterCount;

    /// <summary>The forward process.</summary>
    public static GaussianDiffusion Process(GaussianSchedule schedule)
        => new([1, ImageDataset.Side, ImageDataset.Side], schedule, 1, x => x.clamp(-1, 1), x => x.clamp(-1, 1));

    public Tensor Generate(ReadOnlyMemory<byte> classes, DrawSettings draw, CancellationToken cancellation = default, IProgress<double>? progress = null)
    {
        using var scope = NewDisposeScope();
        return ((_sampler.Sample(classes, draw, cancellation, progress) + 1) * 0.5).MoveToOuterDisposeScope();
    }

    /// <summary>The images through which samples come down, T first and the finished ones, t = 0, last; pixels of noisy ones lie outside [0, 1] too.</summary>
    /// <param name="classes">Class of every image, 0 to 9.</param>
    /// <param name="draw">How.</param>
    /// <param name="cancellation">Stops between steps.</param>
    public IReadOnlyList<(int T, Tensor Images)> Way(ReadOnlyMemory<byte> classes, DrawSettings draw, CancellationToken cancellation)
    {
        var way = new List<(int, Tensor)>();
        using Tensor end = _sampler.Chunk(
            classes, 0, Sampler.Visit(_schedule.Steps, draw.Steps), draw, 0, cancellation, null, (state, t) => way.Add((t, ((state + 1) * 0.5).DetachFromDisposeScope())));
        return [.. way, (0, (end + 1) * 0.5)];
    }

    private Tensor Predict(Tensor noisy, int t, ReadOnlySpan<byte> classes, ulong seed, long firstRow)
    {
        using var scope = NewDisposeScope();
        Tensor v = _network.call(noisy, _conditioning.Rows([.. Enumerable.Repeat(t, classes.Length)], classes, _device));
        return ((noisy * _schedule.Signal(t)) - (v * _schedule.Noise(t))).clamp(-1, 1).MoveToOuterDisposeScope();
    }
}
