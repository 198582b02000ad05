using QDiff.Engine.Backends;

namespace QDiff.Models.Quantum;

/// <summary>A runner whose backend takes tensors where they lie on its device; see <see cref="IDeviceBackend"/>.</summary>
internal interface IDeviceCircuitRunner : ICircuitRunner
{
    /// <summary>Who runs the circuit.</summary>
    IBackend Backend { get; }

    /// <inheritdoc cref="ICircuitRunner.Evaluate"/>
    void EvaluateOnDevice(DeviceSpan<float> angles, DeviceSpan<float> inputs, int batch, DeviceSpan<float> values);

    /// <inheritdoc cref="ICircuitRunner.Forward"/>
    IDisposable ForwardOnDevice(DeviceSpan<float> angles, DeviceSpan<float> inputs, int batch, DeviceSpan<float> values);

    /// <inheritdoc cref="ICircuitRunner.Backward"/>
    void BackwardOnDevice(IDisposable record, DeviceSpan<float> cotangents, DeviceSpan<float> angleGradients, DeviceSpan<float> inputGradients);
}
