using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Observables;

namespace QDiff.Engine.Gradients;

/// <summary>
/// The parameter-shift rule: dL/dx = Σ_uses scale · Σ_j c_j L(angle + s_j), with the rule (c, s) of each gate's own row in the catalog: two
/// terms for generators with one gap, four for controlled rotations (Mitarai et al. 2018, Schuld et al. 2019, Anselmetti et al. 2021,
/// docs/references.md: Mitarai2018, Schuld2019, Anselmetti2021). Every use of a shared parameter is shifted by itself, and scale and
/// offset of a <see cref="Parameter"/> enter by the chain rule. Exact with exact expectation values; unbiased under shots.
/// </summary>
/// <remarks>
/// Executions: samples × (2 or 4 for each use) × measurement bases. Under independent shots in one basis,
/// Var(dL/dx) = Σ_uses scale² Σ_j c_j² Var_j / shots with Var_j the variance of the loss of one outcome of run j.
/// </remarks>
public sealed class ParameterShiftEstimator : IGradientEstimator
{
    private readonly LossRuns _runs;

    /// <summary>Plans the circuit, once for every measurement basis when there are shots.</summary>
    /// <param name="backend">Who runs it; not owned.</param>
    /// <param name="circuit">What is differentiated.</param>
    /// <param name="readout">What is measured.</param>
    /// <param name="shots">Shots of every run in each basis, 1 to 2^25; null for exact expectation values.</param>
    /// <param name="pairing">Which random numbers the two runs of +s and −s have.</param>
    /// <exception cref="ArgumentException">The readout does not fit the circuit, or a number is out of range.</exception>
    public ParameterShiftEstimator(
        IBackend backend, Circuit circuit, Readout readout, int? shots = null, ShotPairing pairing = ShotPairing.Independent) =>
        _runs = new LossRuns(backend, circuit, readout, shots, pairing);

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
        for (int sample = 0; sample < batch; sample++)
        {
            double[] angles = _runs.Angles.Angles(bindings, sample, Circuit.InputCount);
            ulong pair = 0;
            foreach (var (use, (parameter, rule)) in _runs.Angles.Uses.Index())
            {
                if (!AngleCircuit.IsWanted(parameter, estimate.WithInputs))
                {
                    continue;
                }

                double angle = angles[use];
                foreach (var (coefficient, shift) in rule.Terms)
                {
                    angles[use] = angle + shift;
                    double weight = parameter.Scale * coefficient;
                    estimate.Add(sample, angles, pair + PairOf(rule, shift), shift < 0, (loss, parameterSums, inputSums) =>
                        (parameter.Kind == ParameterKind.Trainable ? parameterSums : inputSums)[parameter.Index] += weight * loss);
                }

                angles[use] = angle;
                pair += (ulong)rule.Terms.Length;
            }
        }

        return estimate.End(parameterGradients, inputGradients);
    }

    /// <summary>The first term with this shift or its opposite names the pair.</summary>
    private static ulong PairOf(ShiftRule rule, double shift)
    {
        int first = 0;
        while (Math.Abs(rule.Terms[first].Shift) != Math.Abs(shift))
        {
            first++;
        }

        return (ulong)first;
    }
}
