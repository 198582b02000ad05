using QDiff.Models.Diffusion;
using QDiff.Models.Generators;
using QDiff.Models.Quantum;
using QDiff.Models.Training;
using static TorchSharp.torch;

namespace QDiff.Models.Hybrid;

/// <summary>Draws clean latents from a denoiser by running the diffusion backwards from its end.</summary>
/// <param name="denoiser">Predicts the mean of the clean latent.</param>
/// <param name="diffusion">The process that is reversed.</param>
/// <param name="device">Where the denoiser's tensors live.</param>
public sealed class ReverseSampler(Denoiser denoiser, IDiffusion diffusion, Device device)
{
    private const int ChunkRows = 2048;

    private readonly Conditioning _conditioning = new(diffusion);

    /// <summary>Draws one latent per class label.</summary>
    /// <param name="classes">Class of every sample, 0 to 9.</param>
    /// <param name="draw">How; fewer steps than T visit an even subset of the noise levels. Sample i is the same whatever the number of samples drawn.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <param name="progress">Told the share that is done, 0 to 1.</param>
    /// <returns>[classes.Length, 3n]; of the spherical process unit Bloch vectors.</returns>
    public Tensor Sample(
        ReadOnlyMemory<byte> classes, DrawSettings draw, CancellationToken cancellation = default, IProgress<double>? progress = null)
        => Guided.Sample(classes, draw, cancellation, progress);

    /// <summary>The states through which samples come down from T, every step visited: those of <see cref="Sample"/> with T steps.</summary>
    /// <param name="classes">Class of every sample, 0 to 9.</param>
    /// <param name="timesteps">The steps to tell of, 0 to T, 0 being the end.</param>
    /// <param name="draw">How; its number of steps has no meaning here.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <returns>[classes.Length, 3n] for every step asked for, by step; the caller disposes of them.</returns>
    public IReadOnlyDictionary<int, Tensor> Way(
        ReadOnlyMemory<byte> classes, IReadOnlyList<int> timesteps, DrawSettings draw, CancellationToken cancellation = default)
    {
        using var frozen = no_grad();
        var seen = new Dictionary<int, Tensor>();
        Tensor end = Guided.Chunk(classes, 0, Sampler.Visit(diffusion.Steps, diffusion.Steps), draw, 0, cancellation, null, (state, t) =>
        {
            if (timesteps.Contains(t))
            {
                seen[t] = state.clone().DetachFromDisposeScope();
            }
        });
        seen[0] = end.DetachFromDisposeScope();
        return seen;
    }

    /// <summary>The noisy state at which one sample arrives at a step on its way down from T, every step visited by ancestral sampling.</summary>
    /// <param name="label">Its class, 0 to 9.</param>
    /// <param name="sample">Its number: with T steps, the state on the way of this row of <see cref="Sample"/>.</param>
    /// <param name="timestep">t, 1 to T.</param>
    /// <param name="temperatureInverse">τ.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <returns>[1, 3n].</returns>
    /// <exception cref="ArgumentOutOfRangeException">The step is outside 1 to T.</exception>
    public Tensor StateAt(byte label, long sample, int timestep, double temperatureInverse, ulong seed)
    {
        if (timestep < 1 || timestep > diffusion.Steps)
        {
            throw new ArgumentOutOfRangeException(nameof(timestep), $"A step of this noise process is 1 to {diffusion.Steps}; got {timestep}.");
        }

        using var frozen = no_grad();
        return Guided.Chunk(
            new[] { label }, sample, Sampler.Visit(diffusion.Steps, diffusion.Steps), new DrawSettings(diffusion.Steps, temperatureInverse, seed), timestep,
            CancellationToken.None, null);
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

    private GuidedSampler Guided => new(Predict, diffusion, ChunkRows, device);

    private Tensor Predict(Tensor state, int t, ReadOnlySpan<byte> classes, ulong seed, long firstRow)
    {
        int[] timesteps = [.. Enumerable.Repeat(t, classes.Length)];
        denoiser.SetRandomness(new CircuitRandomness(SeedSequence.Derive(seed, "circuit", t), firstRow));
        return denoiser.call(state, _conditioning.Shrink(timesteps, device), _conditioning.Rows(timesteps, classes, device));
    }
}
