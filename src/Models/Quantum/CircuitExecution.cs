using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;

namespace QDiff.Models.Quantum;

/// <summary>How a model's circuit is run.</summary>
/// <param name="Gradient">How its gradients are obtained; under noise always <see cref="GradientMethod.Adjoint"/>, through trajectories.</param>
/// <param name="Shots">
/// Shots in every measurement basis, for measured values and for gradients, while the model trains; 0 for exact expectation values. A model that
/// only evaluates has exact ones.
/// </param>
/// <param name="Noise">The noise that it runs under, in training and afterwards; null for none.</param>
public sealed record CircuitExecution(GradientMethod Gradient = GradientMethod.Adjoint, int Shots = 0, CircuitNoise? Noise = null)
{
    /// <summary>Makes what runs one circuit in this way.</summary>
    internal ICircuitRunner Runner(Circuit circuit, Readout readout, IBackend backend) =>
        Noise is not null ? new NoisyRunner(circuit, readout, backend, Noise)
        : Gradient == GradientMethod.Adjoint ? new AdjointRunner(circuit, readout, backend)
        : new EstimatedRunner(circuit, readout, backend, Gradient, Shots);
}
