using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Cpu;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Models.Tests.Quantum;

/// <summary>The CPU backend behind addresses, under the name of the device whose memory is the processor's own. Counts the calls that come by address.</summary>
internal sealed unsafe class HostPointerBackend : IDeviceBackend
{
    private readonly CpuBackend _inner = new();

    public string Name { get; init; } = "ilgpu-cpu";

    public int DeviceCalls { get; private set; }

    public Exception? Failure { get; init; }

    public IDeviceMemory<T> Upload<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged => throw new NotSupportedException("A layer gives the addresses of its tensors.");

    public void RunOnDevice<T>(
        Plan plan, Readout readout, DeviceSpan<T> parameters, DeviceSpan<T> inputs, int batch, DeviceSpan<T> values, DeviceSpan<T> initialReal = default,
        DeviceSpan<T> initialImaginary = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        DeviceCalls++;
        _inner.Run(plan, readout, new Bindings<T>(Span(parameters), Span(inputs)), batch, Span(values));
    }

    public AdjointTape<T> ForwardOnDevice<T>(
        Plan plan, Readout readout, DeviceSpan<T> parameters, DeviceSpan<T> inputs, int batch, DeviceSpan<T> values, DeviceSpan<T> initialReal = default,
        DeviceSpan<T> initialImaginary = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        DeviceCalls++;
        return _inner.Forward(plan, readout, new Bindings<T>(Span(parameters), Span(inputs)), batch, Span(values));
    }

    public void BackwardOnDevice<T>(AdjointTape<T> tape, DeviceSpan<T> cotangents, DeviceSpan<T> parameterGradients, DeviceSpan<T> inputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        DeviceCalls++;
        if (Failure is not null)
        {
            throw Failure;
        }

        _inner.Backward(tape, Span(cotangents), Span(parameterGradients), Span(inputGradients));
    }

    public void Apply<T>(Plan plan, Bindings<T> bindings, StateVectorBatch<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => _inner.Apply(plan, bindings, states);

    public void Measure<T>(StateVectorBatch<T> states, Readout readout, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => _inner.Measure(states, readout, values);

    public void Run<T>(Plan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, StateVectorBatch<T>? initial = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => _inner.Run(plan, readout, bindings, batch, values, initial);

    public AdjointTape<T> Forward<T>(Plan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, StateVectorBatch<T>? initial = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => _inner.Forward(plan, readout, bindings, batch, values, initial);

    public void Backward<T>(AdjointTape<T> tape, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => _inner.Backward(tape, cotangents, parameterGradients, inputGradients);

    public void Dispose() => _inner.Dispose();

    private static Span<T> Span<T>(DeviceSpan<T> span)
        where T : unmanaged => new((void*)span.Pointer, (int)span.Length);
}
