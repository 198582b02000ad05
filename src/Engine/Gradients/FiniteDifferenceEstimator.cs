using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;

namespace QDiff.Engine.Gradients;

/// <summary>
/// Central differences: dL/dx ≈ (L(x + h) − L(x − h)) / 2h, all uses of x moved together. Bias h²L‴/6; under shots the variance grows as
/// 1/h², which is why devices use shift rules.
/// </summary>
/// <remarks>Executions: samples × 2 for every source that is used × measurement bases.</remarks>
public sealed class FiniteDifferenceEstimator : IGradientEstimator
{
    private readonly LossRuns _runs;
    private readonly double _step;

    /// <summary>Plans the circuit, once for every measurement basis when there are shots.</summary>
    /// <param name="backend">Who runs it; not owned.</param>
    /// <param name="circuit">What is differentiated.</param>
    /// <param name="readout">What is measured.</param>
    /// <param name="step">h, in the unit of the parameter, above 0.</param>
    /// <param name="shots">Shots of every run in each basis, 1 to 2^25; null for exact expectation values.</param>
    /// <param name="pairing">Which random numbers the two runs of +h and −h have.</param>
    /// <exception cref="ArgumentException">The readout does not fit the circuit, or a number is out of range.</exception>
    public FiniteDifferenceEstimator(
        IBackend backend, Circuit circuit, Readout readout, double step, int? shots = null, ShotPairing pairing = ShotPairing.Independent)
    {
        Guard.Step(nameof(step), step);
        _step = step;
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
            for (int source = 0; source < sources.Length; source++)
            {
                var (kind, index, uses) = sources[source];
                foreach (int sign in (ReadOnlySpan<int>)[1, -1])
                {
                    var moved = (double[])angles.Clone();
                    foreach (int use in uses)
                    {
                        moved[use] += sign * _step * _runs.Angles.Uses[use].Parameter.Scale;
                    }

                    double weight = sign / (2 * _step);
                    estimate.Add(sample, moved, (ulong)source, sign < 0, (loss, parameterSums, inputSums) =>
                        (kind == ParameterKind.Trainable ? parameterSums : inputSums)[index] += weight * loss);
                }
            }
        }

        return estimate.End(parameterGradients, inputGradients);
    }
}
