using static TorchSharp.torch;

namespace QDiff.Models.Diffusion;

/// <summary>How a diffusion is run backwards, whatever the diffusion and whoever predicts the clean rows.</summary>
/// <remarks>
/// <para>Ancestral sampling draws from the forward process's own posterior (Ho, Jain and Abbeel 2020, docs/references.md: Ho2020). The others follow
/// the probability flow and draw nothing but the start: a step takes x̂_0 as constant, and then solves the flow exactly (<see cref="IProbabilityFlow.Flow"/>).</para>
/// <para>Of order 1 that constant is the prediction at the step's beginning: DDIM (Song, Meng and Ermon 2021, docs/references.md: Song2021DDIM). Of
/// order 2 it is the prediction extrapolated to the step's middle from the last two, x̂_0 + (h/2h′)(x̂_0 − x̂_0′) with h and h′ this step and the last in λ:
/// DPM-Solver++(2M) (Lu et al. 2022, algorithm 2; docs/references.md: Lu2022DPMSolverPlusPlus). The last step goes to x̂_0, whose λ is
/// infinite, and takes it as it is.</para>
/// </remarks>
/// <param name="Name">What users call it.</param>
/// <param name="IsRandom">Whether every step draws; if not, the start alone is random and there is no temperature.</param>
/// <param name="Order">Of how many predictions a step's constant is made, 1 or 2.</param>
public sealed record Sampler(string Name, bool IsRandom, int Order)
{
    /// <summary>Draws from the posterior of the forward process.</summary>
    public static Sampler Ancestral { get; } = new("ancestral", true, 1);

    /// <summary>The probability flow, first order.</summary>
    public static Sampler Ddim { get; } = new("ddim", false, 1);

    /// <summary>The probability flow, second order, one prediction a step.</summary>
    public static Sampler DpmSolver { get; } = new("dpm++", false, 2);

    /// <summary>All there are.</summary>
    public static IReadOnlyList<Sampler> All { get; } = [Ancestral, Ddim, DpmSolver];

    /// <summary>The sampler of that name.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    public static Sampler Named(string name) => All.FirstOrDefault(sampler => sampler.Name == name)
        ?? throw new UserErrorException($"There is no sampler '{name}'; the samplers are {string.Join(", ", All.Select(sampler => sampler.Name))}.");

    /// <summary>The <paramref name="count"/> steps, from T downwards, that a sampler visits: evenly spaced, T first.</summary>
    /// <param name="steps">T.</param>
    /// <param name="count">1 to T.</param>
    public static int[] Visit(int steps, int count)
    {
        if (count < 1 || count > steps)
        {
            throw new ArgumentOutOfRangeException(nameof(count), $"This model samples in 1 to {steps} steps; got {count}.");
        }

        return [.. Enumerable.Range(0, count).Select(i => (int)Math.Round((double)steps * (count - i) / count, MidpointRounding.AwayFromZero))];
    }

    /// <summary>Runs a diffusion backwards.</summary>
    /// <param name="diffusion">The forward process.</param>
    /// <param name="start">Rows at the first of <paramref name="visits"/>; not disposed.</param>
    /// <param name="predict">x̂_0 from the noisy rows and their step.</param>
    /// <param name="visits">The steps t at which predictions are made, falling.</param>
    /// <param name="draw">The random numbers' names and the temperature.</param>
    /// <param name="until">0 to go on to the clean rows; else the member of <paramref name="visits"/> on arrival at which to stop.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <param name="report">Told the share that is done.</param>
    /// <returns>Clean rows, or noisy ones at step <paramref name="until"/>.</returns>
    /// <exception cref="ArgumentException">The diffusion has no probability flow, and this sampler follows one.</exception>
    public Tensor Run(
        IDiffusion diffusion, Tensor start, Func<Tensor, int, Tensor> predict, ReadOnlySpan<int> visits, in SamplerDraw draw, int until = 0,
        CancellationToken cancellation = default, Action<double>? report = null)
    {
        IProbabilityFlow? flow = diffusion as IProbabilityFlow;
        if (!IsRandom && flow is null)
        {
            throw new ArgumentException($"The sampler '{Name}' follows a probability flow, and this diffusion has none; choose '{Ancestral.Name}'.", nameof(diffusion));
        }

        using var scope = NewDisposeScope();
        Tensor state = start.clone();
        Tensor? before = null;
        for (int i = 0; i < visits.Length && visits[i] > until; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            int t = visits[i];
            Tensor predicted = predict(state, t);
            if (i + 1 == visits.Length)
            {
                state = diffusion.Clean(predicted).MoveToOuterDisposeScope();
            }
            else if (IsRandom)
            {
                state = diffusion.Reverse(state, predicted, visits[i + 1], t, draw.TemperatureInverse, draw.Seed, (ulong)(i + 1), draw.FirstRow).MoveToOuterDisposeScope();
            }
            else
            {
                Tensor constant = predicted;
                if (Order == 2 && before is not null)
                {
                    double now = flow!.FlowTime(t);
                    double ahead = flow.FlowTime(visits[i + 1]) - now, behind = now - flow.FlowTime(visits[i - 1]);
                    constant = predicted + ((predicted - before) * (ahead / (2 * behind)));
                }

                state = flow!.Flow(state, constant, visits[i + 1], t).MoveToOuterDisposeScope();
                before = predicted.MoveToOuterDisposeScope();
            }

            report?.Invoke((i + 1.0) / visits.Length);
        }

        return state.MoveToOuterDisposeScope();
    }
}
