using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;
using QDiff.Engine.Randomness;

namespace QDiff.Engine.Gradients;

/// <summary>
/// Simultaneous perturbation (Spall 1992, docs/references.md: Spall1992): dL/dx_i ≈ Δ_i (L(x + cΔ) − L(x − cΔ)) / 2c with all Δ_i = ±1 drawn
/// at once, averaged over repetitions. Two runs whatever the number of parameters; bias O(c²), and a variance that grows with the number of
/// parameters: to lowest order Var(dL/dx_i) = Σ_{j≠i} (dL/dx_j)² / repetitions for exact expectation values.
/// </summary>
/// <remarks>
/// Every sample draws its own perturbation, of the shared parameters too: samples are runs of their own anyway, and the sum over them then
/// averages the perturbations. Executions: samples × 2 × repetitions × measurement bases.
/// </remarks>
public sealed class SpsaEstimator : IGradientEstimator
{
    // Far above the operation numbers that shots count up to.
    private const ulong PerturbationStream = 1UL << 63;

    private readonly LossRuns _runs;
    private readonly double _gain;
    private readonly int _repetitions;

    /// <summary>Plans the circuit, once for every measurement basis when there are shots.</summary>
    /// <param name="backend">Who runs it; not owned.</param>
    /// <param name="circuit">What is differentiated.</param>
    /// <param name="readout">What is measured.</param>
    /// <param name="gain">c, the size of the perturbation in the unit of the parameters, above 0.</param>
    /// <param name="repetitions">Perturbations that are averaged, 1 to 1,000,000.</param>
    /// <param name="shots">Shots of every run in each basis, 1 to 2^25; null for exact expectation values.</param>
    /// <param name="pairing">Which random numbers the two runs of a perturbation are measured with.</param>
    /// <exception cref="ArgumentException">The readout does not fit the circuit, or a number is out of range.</exception>
    public SpsaEstimator(
        IBackend backend, Circuit circuit, Readout readout, double gain, int repetitions = 1, int? shots = null,
        ShotPairing pairing = ShotPairing.Independent)
    {
        Guard.Step(nameof(gain), gain);
        Guard.Repetitions(repetitions);
        _gain = gain;
        _repetitions = repetitions;
        _runs = new LossRuns(backend, circuit, readout, shots, pairing);
    }

    /// <inheritdoc/>
    public Circuit Circuit => _runs.Circuit;

    /// <inheritdoc/>
    public Readout Readout => _runs.Readout;

    /// <inheritdoc/>
    public GradientCost Estimate<T>(
        Bindings<T> bindings, int batch, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients,
        ulong seed, long firstSample = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.EstimateCall(Circuit, Readout, bindings, batch, cotangents, parameterGradients.Length, inputGradients.Length, firstSample);
        var estimate = _runs.Begin(batch, cotangents, inputGradients.Length > 0, seed, firstSample);
        var sources = _runs.Angles.UsesBySource(estimate.WithInputs);
        for (int sample = 0; sample < batch; sample++)
        {
            double[] angles = _runs.Angles.Angles(bindings, sample, Circuit.InputCount);
            for (int repetition = 0; repetition < _repetitions; repetition++)
            {
                int[] signs = Signs(new CounterRandom(seed, firstSample + sample, PerturbationStream + (ulong)repetition), sources.Length);
                foreach (int sign in (ReadOnlySpan<int>)[1, -1])
                {
                    var moved = (double[])angles.Clone();
                    for (int source = 0; source < sources.Length; source++)
                    {
                        foreach (int use in sources[source].Uses)
                        {
                            moved[use] += sign * signs[source] * _gain * _runs.Angles.Uses[use].Parameter.Scale;
                        }
                    }

                    double weight = sign / (2 * _gain * _repetitions);
                    estimate.Add(sample, moved, (ulong)repetition, sign < 0, (loss, parameterSums, inputSums) =>
                    {
                        for (int source = 0; source < sources.Length; source++)
                        {
                            var (kind, index, _) = sources[source];
                            (kind == ParameterKind.Trainable ? parameterSums : inputSums)[index] += signs[source] * weight * loss;
                        }
                    });
                }
            }
        }

        return estimate.End(parameterGradients, inputGradients);
    }

    /// <summary>Fair signs, 32 from every random word.</summary>
    private static int[] Signs(CounterRandom random, int count)
    {
        var signs = new int[count];
        for (int i = 0; i < count; i++)
        {
            signs[i] = ((random.Word(i / 32) >> (i % 32)) & 1) == 0 ? 1 : -1;
        }

        return signs;
    }
}
