using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Engine.Benchmarks;

/// <summary>A circuit on numbers in the device's memory; values, or gradients, are copied to the host at the end of a run, which waits for them.</summary>
internal sealed class DeviceCircuit<T> : PreparedCircuit
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IDeviceBackend _backend;
    private readonly Plan _plan;
    private readonly Readout _readout;
    private readonly int _batch;
    private readonly T[] _hostValues;
    private readonly T[] _hostGradients;
    private readonly IDeviceMemory<T> _parameters;
    private readonly IDeviceMemory<T> _weights;
    private readonly IDeviceMemory<T> _values;
    private readonly IDeviceMemory<T> _gradients;
    private readonly IDeviceMemory<T>? _initialReal;
    private readonly IDeviceMemory<T>? _initialImaginary;

    public unsafe DeviceCircuit(
        IDeviceBackend backend, Plan plan, Readout readout, T[] parameters, T[] weights, int batch, StateVectorBatch<T>? initial)
    {
        (_backend, _plan, _readout, _batch) = (backend, plan, readout, batch);
        _hostValues = new T[weights.Length];
        _hostGradients = new T[parameters.Length];
        _parameters = backend.Upload<T>(parameters);
        _weights = backend.Upload<T>(weights);
        _values = backend.Upload<T>(_hostValues);
        _gradients = backend.Upload<T>(_hostGradients);
        if (initial is not null)
        {
            int numbers = checked((int)(initial.Batch * initial.Dimension));
            _initialReal = backend.Upload(new ReadOnlySpan<T>(initial.RealPointer(0), numbers));
            _initialImaginary = backend.Upload(new ReadOnlySpan<T>(initial.ImaginaryPointer(0), numbers));
        }
    }

    public override void Run()
    {
        _backend.RunOnDevice(_plan, _readout, _parameters.Span, default, _batch, _values.Span, _initialReal?.Span ?? default, _initialImaginary?.Span ?? default);
        _values.CopyTo(_hostValues);
    }

    public override void Gradient()
    {
        using AdjointTape<T> tape = _backend.ForwardOnDevice(
            _plan, _readout, _parameters.Span, default, _batch, _values.Span, _initialReal?.Span ?? default, _initialImaginary?.Span ?? default);
        _backend.BackwardOnDevice(tape, _weights.Span, _gradients.Span, default);
        _gradients.CopyTo(_hostGradients);
    }

    public override void Dispose()
    {
        foreach (IDeviceMemory<T>? memory in (IDeviceMemory<T>?[])[_parameters, _weights, _values, _gradients, _initialReal, _initialImaginary])
        {
            memory?.Dispose();
        }
    }
}
