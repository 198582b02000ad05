using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Cpu;
using QDiff.Engine.Observables;
using QDiff.Models.Quantum;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = QDiff.Engine.Circuits.Parameter;

namespace QDiff.Models.Tests.Quantum;

public sealed class DevicePointerTests
{
    private const int Batch = 5;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Layer_TensorsOnTheDeviceOfTheBackend_IsGivenAddressesAndGivesTheSameNumbers(bool wantsInputGradients)
    {
        using var cpu = new CpuBackend();
        using var device = new HostPointerBackend();
        float[][] expected = Run(cpu, wantsInputGradients), got = Run(device, wantsInputGradients);
        Assert.Equal(3, device.DeviceCalls);
        Assert.Equal(expected, got);
    }

    [Fact]
    public void Layer_DeviceFailsInBackward_ThrowsAfterwardsWhatTheDeviceSaid()
    {
        using var device = new HostPointerBackend { Failure = new TimeoutException("the device is lost") };
        using QuantumLayer layer = Layer(device);
        layer.call(zeros(Batch, 2).requires_grad_(true)).sum().backward();
        Assert.Equal("the device is lost", Assert.Throws<TimeoutException>(layer.ThrowIfBackwardFailed).Message);
        layer.ThrowIfBackwardFailed();
    }

    [Theory]
    [InlineData("cuda", DeviceType.CUDA, -1, true)]
    [InlineData("cuda", DeviceType.CUDA, 0, true)]
    [InlineData("cuda:0", DeviceType.CUDA, 0, true)]
    [InlineData("cuda:1", DeviceType.CUDA, 1, true)]
    [InlineData("cuda:1", DeviceType.CUDA, 0, false)]
    [InlineData("cuda", DeviceType.CPU, -1, false)]
    [InlineData("opencl", DeviceType.CPU, -1, false)]
    [InlineData("ilgpu-cpu", DeviceType.CPU, -1, true)]
    public void IsShared_BackendAndTensors_OnOneDeviceAlone(string backend, DeviceType tensors, int index, bool shared) =>
        Assert.Equal(shared, TensorMemory.IsShared(new HostPointerBackend { Name = backend }, new Device(tensors, index)));

    [Fact]
    public void OnDevice_OtherTensors_AreRefused()
    {
        Assert.Contains("Float64", Assert.Throws<ArgumentException>(() => TensorMemory.OnDevice(zeros(3, dtype: ScalarType.Float64))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TensorMemory.OnDevice(zeros(3, 2).t()));
    }

    private static QuantumLayer Layer(IBackend backend)
    {
        random.manual_seed(3);
        Circuit circuit = new CircuitBuilder(2).RY(0, Parameter.Input(0)).RX(1, Parameter.Trainable(0)).CNOT(0, 1).RY(1, Parameter.Input(1)).RZ(0, Parameter.Trainable(1)).Build();
        return new QuantumLayer(circuit, Readout.Expectations([PauliString.Z(0), PauliString.X(1), PauliString.Y(0)]), backend);
    }

    private static float[][] Run(IBackend backend, bool wantsInputGradients)
    {
        using QuantumLayer layer = Layer(backend);
        Tensor inputs = randn(2, Batch).t().requires_grad_(wantsInputGradients);
        Tensor values = layer.call(inputs);
        (values * randn(Batch, 3)).sum().backward();
        layer.ThrowIfBackwardFailed();
        using var frozen = no_grad();
        float[] evaluated = layer.call(inputs).data<float>().ToArray();
        return [
            values.data<float>().ToArray(), evaluated, layer.parameters().Single().grad!.data<float>().ToArray(),
            wantsInputGradients ? inputs.grad!.contiguous().data<float>().ToArray() : []];
    }
}
