using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Gradients;

/// <summary>
/// The exact gradient by adjoint differentiation (Jones and Gacon 2020, docs/references.md: JonesGacon2020): one forward and one backward
/// sweep, whatever the number of parameters. A simulator can do it, a device cannot.
/// </summary>
public sealed class AdjointEstimator : IGradientEstimator
{
    private readonly IBackend _backend;
    private readonly Plan _plan;

    /// <summary>Plans the circuit.</summary>
    /// <param name="backend">Who runs it; not owned.</param>
    /// <param name="circuit">What is differentiated.</param>
    /// <param name="readout">What is measured.</param>
    /// <exception cref="ArgumentException">The readout does not fit the circuit.</exception>
    public AdjointEstimator(IBackend backend, Circuit circuit, Readout readout)
    {
        Guard.Estimator(backend, circuit, readout);
        _backend = backend;
        _plan = Planner.Plan(circuit);
        Circuit = circuit;
        Readout = readout;
    }

    /// <inheritdoc/>
    public Circuit Circuit { get; }

    /// <inheritdoc/>
    public Readout Readout { get; }

    /// <inheritdoc/>
    /// <remarks>Nothing is random: seed and sample number have no effect. One execution a sample, the forward run.</remarks>
    public GradientCost Estimate<T>(
        Bindings<T> bindings, int batch, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients,
        ulong seed, long firstSample = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Batch(batch);
        using AdjointTape<T> tape = _backend.Forward(_plan, Readout, bindings, batch, new T[(long)batch * Readout.Count]);
        _backend.Backward(tape, cotangents, parameterGradients, inputGradients);
        return new GradientCost(batch, 0);
    }
}
