using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;

namespace QDiff.Models.Quantum;

/// <summary>How a model's circuit is run.</summary>
/// <param name="Gradient">How its gradients are obtained.</param>
/// <param name="Shots">
/// Shots in every measurement basis, for measured values and for gradients, while the model trains; 0 for exact expectation values. A model that
/// only evaluates has exact ones.
/// </param>
public sealed record CircuitExecution(GradientMethod Gradient = GradientMethod.Adjoint, int Shots = 0)
{
    /// <summary>Makes what runs one circuit in this way.</summary>
    internal ICircuitRunner Runner(Circuit circuit, Readout readout, IBackend backend) => Gradient == GradientMethod.Adjoint
        ? new AdjointRunner(circuit, readout, backend)
        : new EstimatedRunner(circuit, readout, backend, Gradient, Shots);
}
