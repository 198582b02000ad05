using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gradients;
using QDiff.Engine.Measurement;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;

namespace QDiff.Models.Quantum;

/// <summary>Values and gradients as a device gives them: by runs of the circuit, exact or under shots.</summary>
internal sealed class EstimatedRunner : ICircuitRunner
{
    private const double SpsaGain = 0.1;
    private const int SpsaRepetitions = 4;

    // The gradient's shots are not those of the values.
    private const ulong GradientSeed = 0x4752414449454E54;

    private readonly IBackend _backend;
    private readonly Readout _readout;
    private readonly Plan _plan;
    private readonly SampledReadout? _sampled;
    private readonly IGradientEstimator _estimator;

    public EstimatedRunner(Circuit circuit, Readout readout, IBackend backend, GradientMethod gradient, int shots)
    {
        _backend = backend;
        _readout = readout;
        _plan = Planner.Plan(circuit);
        int? count = shots > 0 ? shots : null;
        _sampled = count is { } each ? new SampledReadout(backend, circuit, readout, each) : null;
        _estimator = gradient switch
        {
            GradientMethod.Spsa => new SpsaEstimator(backend, circuit, readout, SpsaGain, SpsaRepetitions, count),
            GradientMethod.Antithetic => new ParameterShiftEstimator(backend, circuit, readout, count, ShotPairing.AntitheticSorted),
            _ => new ParameterShiftEstimator(backend, circuit, readout, count),
        };
    }

    public void Evaluate(Bindings<float> bindings, int batch, Span<float> values, CircuitRandomness randomness, bool training)
    {
        if (training && _sampled is not null)
        {
            _sampled.Measure(bindings, batch, values, randomness.Seed, randomness.FirstSample);
        }
        else
        {
            _backend.Run(_plan, _readout, bindings, batch, values);
        }
    }

    public IDisposable Forward(Bindings<float> bindings, int batch, Span<float> values, CircuitRandomness randomness, bool training)
    {
        Evaluate(bindings, batch, values, randomness, training);
        return new Record(bindings.Parameters.ToArray(), bindings.Inputs.ToArray(), batch, randomness);
    }

    public void Backward(IDisposable record, ReadOnlySpan<float> cotangents, Span<float> angleGradients, Span<float> inputGradients)
    {
        var (parameters, inputs, batch, randomness) = (Record)record;
        _estimator.Estimate(
            new Bindings<float>(parameters, inputs), batch, cotangents, angleGradients, inputGradients, randomness.Seed ^ GradientSeed, randomness.FirstSample);
    }

    /// <summary>What was bound; memory of its own, so nothing to give back.</summary>
    private sealed record Record(float[] Parameters, float[] Inputs, int Batch, CircuitRandomness Randomness) : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
