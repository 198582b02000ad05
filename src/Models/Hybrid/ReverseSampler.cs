using QDiff.Models.Diffusion;
using QDiff.Models.Quantum;
using QDiff.Models.Training;
using static TorchSharp.torch;

namespace QDiff.Models.Hybrid;

/// <summary>Draws clean product states from a denoiser by running the diffusion backwards from the maximally mixed state.</summary>
/// <param name="denoiser">Predicts the mean of r_0.</param>
/// <param name="diffusion">The process that is reversed.</param>
/// <param name="device">Where the denoiser's tensors live.</param>
public sealed class ReverseSampler(Denoiser denoiser, SphericalDiffusion diffusion, Device device)
{
    private const int ChunkRows = 2048;

    private readonly Conditioning _conditioning = new(diffusion.Schedule);

    /// <summary>Draws one product state per class label.</summary>
    /// <param name="classes">Class of every sample, 0 to 9.</param>
    /// <param name="steps">Reverse steps, 1 to T: fewer visit an even subset of the T noise levels.</param>
    /// <param name="temperatureInverse">τ: 1 samples the model, larger values sharpen it.</param>
    /// <param name="seed">Seed; sample i is the same whatever the number of samples drawn.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <param name="progress">Told the share that is done, 0 to 1.</param>
    /// <returns>Unit Bloch vectors [classes.Length, 3n].</returns>
    public Tensor Sample(
        ReadOnlyMemory<byte> classes, int steps, double temperatureInverse, ulong seed, CancellationToken cancellation = default,
        IProgress<double>? progress = null)
    {
        if (!(temperatureInverse > 0) || double.IsInfinity(temperatureInverse))
        {
            throw new ArgumentOutOfRangeException(
                nameof(temperatureInverse), $"The inverse temperature τ must be a positive number; got {temperatureInverse}.");
        }

        int[] visits = diffusion.Schedule.Visit(steps);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var chunks = new List<Tensor>();
        for (int first = 0; first < classes.Length; first += ChunkRows)
        {
            ReadOnlyMemory<byte> rows = classes.Slice(first, Math.Min(ChunkRows, classes.Length - first));
            int before = first;
            chunks.Add(SampleChunk(
                rows, first, visits, temperatureInverse, seed, cancellation,
                share => progress?.Report((before + (share * rows.Length)) / classes.Length)));
        }

        return cat(chunks, 0).MoveToOuterDisposeScope();
    }

    /// <summary>The noisy state at which one sample arrives at a step on its way down from T, every step visited.</summary>
    /// <param name="label">Its class, 0 to 9.</param>
    /// <param name="sample">Its number: with T steps, the state on the way of this row of <see cref="Sample"/>.</param>
    /// <param name="timestep">t, 1 to T.</param>
    /// <param name="temperatureInverse">τ.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <returns>Unit Bloch vectors r_t, [1, 3n].</returns>
    /// <exception cref="ArgumentOutOfRangeException">The step is outside 1 to T.</exception>
    public Tensor StateAt(byte label, long sample, int timestep, double temperatureInverse, ulong seed)
    {
        RequireTimestep(timestep);
        using var frozen = no_grad();
        return SampleChunk(
            new[] { label }, sample, diffusion.Schedule.Visit(diffusion.Schedule.Steps), temperatureInverse, seed, CancellationToken.None, _ => { }, timestep);
    }

    /// <summary>The inputs of the denoiser's circuit at that state.</summary>
    /// <inheritdoc cref="StateAt" path="/param|/exception"/>
    /// <returns>[1, inputs of <see cref="Denoiser.Circuit"/>].</returns>
    public Tensor CircuitInputsAt(byte label, long sample, int timestep, double temperatureInverse, ulong seed)
    {
        using var scope = NewDisposeScope();
        Tensor state = StateAt(label, sample, timestep, temperatureInverse, seed);
        return denoiser.CircuitInputs(state, _conditioning.Shrink([timestep], device), _conditioning.Rows([timestep], [label], device))
            .MoveToOuterDisposeScope();
    }

    private void RequireTimestep(int timestep)
    {
        if (timestep < 1 || timestep > diffusion.Schedule.Steps)
        {
            throw new ArgumentOutOfRangeException(nameof(timestep), $"A step of this noise process is 1 to {diffusion.Schedule.Steps}; got {timestep}.");
        }
    }

    private Tensor SampleChunk(
        ReadOnlyMemory<byte> classes, long firstRow, int[] visits, double temperatureInverse, ulong seed, CancellationToken cancellation,
        Action<double> report, int until = 0)
    {
        using var scope = NewDisposeScope();
        int count = classes.Length;
        Tensor state = diffusion.Prior(count, seed, 0, firstRow, device);
        var timesteps = new int[count];
        for (int i = 0; i < visits.Length && visits[i] > until; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            int t = visits[i];
            Array.Fill(timesteps, t);
            denoiser.SetRandomness(new CircuitRandomness(SeedSequence.Derive(seed, "circuit", t), firstRow));
            Tensor predicted = denoiser.call(
                state, _conditioning.Shrink(timesteps, device), _conditioning.Rows(timesteps, classes.Span, device));
            Tensor next = i + 1 < visits.Length
                ? diffusion.Reverse(state, predicted, visits[i + 1], t, temperatureInverse, seed, (ulong)(i + 1), firstRow)
                : SphericalDiffusion.Normalise(predicted);
            state = next.MoveToOuterDisposeScope();
            report((i + 1.0) / visits.Length);
        }

        return state.MoveToOuterDisposeScope();
    }
}
