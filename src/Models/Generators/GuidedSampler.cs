using QDiff.Models.Diffusion;
using QDiff.Models.Hybrid;
using static TorchSharp.torch;

namespace QDiff.Models.Generators;

/// <summary>Predicts the mean x̂_0 of the clean rows.</summary>
/// <param name="noisy">Rows at step t.</param>
/// <param name="t">The step, 1 to T.</param>
/// <param name="classes">Class of every row, or <see cref="Conditioning.NoClass"/>.</param>
/// <param name="seed">Seed of the draw.</param>
/// <param name="firstRow">Number of the first row.</param>
public delegate Tensor CleanPrediction(Tensor noisy, int t, ReadOnlySpan<byte> classes, ulong seed, long firstRow);

/// <summary>Draws clean rows by running a diffusion backwards from its end, in pieces, with classifier-free guidance where it is asked for.</summary>
/// <remarks>
/// Guidance (Ho and Salimans 2022, docs/references.md: HoSalimans2022): x̂_0 becomes (1 + w)·x̂_0(class) − w·x̂_0(none), brought back to where means of clean
/// rows can be (<see cref="IDiffusion.Attainable"/>).
/// </remarks>
/// <param name="predict">The network.</param>
/// <param name="diffusion">The process that is reversed.</param>
/// <param name="chunkRows">Rows that are drawn together.</param>
/// <param name="device">Where the network lives.</param>
internal sealed class GuidedSampler(CleanPrediction predict, IDiffusion diffusion, int chunkRows, Device device)
{
    /// <summary>Draws one row per class label.</summary>
    /// <param name="classes">Class of every sample, 0 to 9.</param>
    /// <param name="draw">How.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <param name="progress">Told the share that is done, 0 to 1.</param>
    public Tensor Sample(ReadOnlyMemory<byte> classes, DrawSettings draw, CancellationToken cancellation, IProgress<double>? progress)
    {
        if (!(draw.Temperature > 0) || double.IsInfinity(draw.Temperature))
        {
            throw new ArgumentOutOfRangeException(nameof(draw), $"The inverse temperature τ must be a positive number; got {draw.Temperature}.");
        }

        int[] visits = Sampler.Visit(diffusion.Steps, draw.Steps);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var chunks = new List<Tensor>();
        for (int first = 0; first < classes.Length; first += chunkRows)
        {
            ReadOnlyMemory<byte> rows = classes.Slice(first, Math.Min(chunkRows, classes.Length - first));
            int before = first;
            chunks.Add(Chunk(
                rows, first, visits, draw, 0, cancellation, share => progress?.Report((before + (share * rows.Length)) / classes.Length)));
        }

        return cat(chunks, 0).MoveToOuterDisposeScope();
    }

    /// <summary>Draws rows that are numbered from <paramref name="firstRow"/> on, down to step <paramref name="until"/>; <paramref name="passing"/> is shown every state on the way.</summary>
    public Tensor Chunk(
        ReadOnlyMemory<byte> classes, long firstRow, int[] visits, DrawSettings draw, int until, CancellationToken cancellation, Action<double>? report,
        Action<Tensor, int>? passing = null)
    {
        using var scope = NewDisposeScope();
        Tensor start = diffusion.Prior(classes.Span, draw.Seed, 0, firstRow, device);
        byte[] none = [.. Enumerable.Repeat(Conditioning.NoClass, classes.Length)];
        Tensor Predict(Tensor state, int t)
        {
            passing?.Invoke(state, t);
            Tensor predicted = predict(state, t, classes.Span, draw.Seed, firstRow);
            return draw.Guidance == 0
                ? predicted
                : diffusion.Attainable((predicted * (1 + draw.Guidance)) - (predict(state, t, none, draw.Seed, firstRow) * draw.Guidance));
        }

        return draw.Sampler
            .Run(diffusion, start, Predict, visits, new SamplerDraw(draw.Seed, firstRow, draw.Temperature), until, cancellation, report)
            .MoveToOuterDisposeScope();
    }
}
