using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;

namespace QDiff.Models.Quantum;

/// <summary>Exact values and exact gradients by adjoint differentiation (Jones and Gacon 2020, docs/references.md: JonesGacon2020).</summary>
internal sealed class AdjointRunner(Circuit circuit, Readout readout, IBackend backend) : IDeviceCircuitRunner
{
    private readonly Plan _plan = Planner.Plan(circuit);

    public IBackend Backend => backend;

    public void Evaluate(Bindings<float> bindings, int batch, Span<float> values, CircuitRandomness randomness, bool training) =>
        backend.Run(_plan, readout, bindings, batch, values);

    public IDisposable Forward(Bindings<float> bindings, int batch, Span<float> values, CircuitRandomness randomness, bool training) =>
        backend.Forward(_plan, readout, bindings, batch, values);

    public void Backward(IDisposable record, ReadOnlySpan<float> cotangents, Span<float> angleGradients, Span<float> inputGradients) =>
        backend.Backward((AdjointTape<float>)record, cotangents, angleGradients, inputGradients);

    public void EvaluateOnDevice(DeviceSpan<float> angles, DeviceSpan<float> inputs, int batch, DeviceSpan<float> values) =>
        ((IDeviceBackend)backend).RunOnDevice(_plan, readout, angles, inputs, batch, values);

    public IDisposable ForwardOnDevice(DeviceSpan<float> angles, DeviceSpan<float> inputs, int batch, DeviceSpan<float> values) =>
        ((IDeviceBackend)backend).ForwardOnDevice(_plan, readout, angles, inputs, batch, values);

    public void BackwardOnDevice(IDisposable record, DeviceSpan<float> cotangents, DeviceSpan<float> angleGradients, DeviceSpan<float> inputGradients) =>
        ((IDeviceBackend)backend).BackwardOnDevice((AdjointTape<float>)record, cotangents, angleGradients, inputGradients);
}
