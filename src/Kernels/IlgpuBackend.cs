using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Engine;
using QDiff.Engine.Backends;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;
using QDiff.Kernels.Devices;
using QDiff.Kernels.StateVectors;
using QDiff.Kernels.Trajectories;

namespace QDiff.Kernels;

/// <summary>
/// The backend on an accelerator. A state of up to 12 qubits in single precision (11 in double, one fewer for gradients) goes through a whole circuit in one launch, in a
/// group's shared memory; larger ones are swept in blocks. Calls from several threads are taken one after the other. What does
/// not fit into the device's memory at once is run in parts, which changes no bit of the results.
/// </summary>
public sealed partial class IlgpuBackend : IDeviceBackend
{
    private readonly Lock _gate;
    private readonly DeviceSession _device;
    private readonly bool _ownsDevice;
    private readonly Lazy<StateSession<float>> _single;
    private readonly Lazy<StateSession<double>> _double;
    private readonly Lazy<TrajectorySession<float>> _trajectoriesSingle;
    private readonly Lazy<TrajectorySession<double>> _trajectoriesDouble;
    private bool _said;
    private bool _disposed;

    /// <summary>A backend on a device.</summary>
    /// <param name="device">As users write it: "cuda", "cuda:1", "opencl", "ilgpu-cpu".</param>
    /// <exception cref="DeviceException">The name is unknown, the device is not there, or its driver refuses it.</exception>
    public IlgpuBackend(string device)
        : this(AcceleratorDevice.Open(device))
    {
    }

    /// <summary>A backend on an open device, which it disposes of.</summary>
    /// <param name="device">The device.</param>
    public IlgpuBackend(DeviceSession device)
        : this(device, null)
    {
    }

    /// <summary>For tests: with smaller blocks, or on a device that several backends share and none disposes of.</summary>
    internal IlgpuBackend(DeviceSession device, int? mostBlockBits, bool ownsDevice = true)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        _gate = device.Gate;
        _ownsDevice = ownsDevice;
        var limits = mostBlockBits is { } bits ? new KernelLimits(device) { MostBlockBits = bits } : new KernelLimits(device);
        _single = new Lazy<StateSession<float>>(() => new DeviceStateSession<float, SinglePrecision>(device, limits, Notify));
        _double = new Lazy<StateSession<double>>(() => new DeviceStateSession<double, DoublePrecision>(device, limits, Notify));
        _trajectoriesSingle = new Lazy<TrajectorySession<float>>(() => new DeviceTrajectorySession<float, SinglePrecision>(device, limits, Notify));
        _trajectoriesDouble = new Lazy<TrajectorySession<double>>(() => new DeviceTrajectorySession<double, DoublePrecision>(device, limits, Notify));
    }

    /// <summary>What the user should know and is no error: that batches are run in parts. Raised once, the first time.</summary>
    public event Action<string>? Notice;

    /// <inheritdoc/>
    public string Name => _device.Name;

    /// <summary>The device.</summary>
    public DeviceSession Device => _device;

    /// <inheritdoc/>
    public unsafe void Apply<T>(Plan plan, Bindings<T> bindings, StateVectorBatch<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(states);
        Guard.PlanRun(plan, bindings, states.Batch);
        Guard.Register(plan.Circuit.QubitCount, states.QubitCount);
        lock (_gate)
        {
            fixed (T* parameters = bindings.Parameters, inputs = bindings.Inputs)
            {
                Session<T>().Apply(plan, Host(parameters, bindings.Parameters), Host(inputs, bindings.Inputs), states);
            }
        }
    }

    /// <inheritdoc/>
    public unsafe void Measure<T>(StateVectorBatch<T> states, Readout readout, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(states);
        Guard.ReadoutFits(readout, states.QubitCount);
        Guard.Length(nameof(values), values.Length, (long)states.Batch * readout.Count, "batch × readout");
        lock (_gate)
        {
            fixed (T* target = values)
            {
                Session<T>().Measure(states, readout, Host(target, values));
            }
        }
    }

    /// <inheritdoc/>
    public unsafe void Run<T>(Plan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, StateVectorBatch<T>? initial = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.PlanRead(plan, readout, bindings, batch, values.Length, initial);
        lock (_gate)
        {
            fixed (T* parameters = bindings.Parameters, inputs = bindings.Inputs, target = values)
            {
                Session<T>().Run(
                    plan, readout, Host(parameters, bindings.Parameters), Host(inputs, bindings.Inputs), batch, Host(target, values), InitialStates<T>.Of(initial));
            }
        }
    }

    /// <inheritdoc/>
    public unsafe AdjointTape<T> Forward<T>(
        Plan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, StateVectorBatch<T>? initial = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.PlanRead(plan, readout, bindings, batch, values.Length, initial);
        lock (_gate)
        {
            fixed (T* parameters = bindings.Parameters, inputs = bindings.Inputs, target = values)
            {
                var record = Session<T>().Forward(
                    plan, readout, Host(parameters, bindings.Parameters), Host(inputs, bindings.Inputs), batch, Host(target, values), InitialStates<T>.Of(initial));
                return new AdjointTape<T>(this, plan, readout, batch, new GatedRecord(_gate, record));
            }
        }
    }

    /// <inheritdoc/>
    public unsafe void Backward<T>(AdjointTape<T> tape, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.TapeOwner(ReferenceEquals(tape.Owner, this));
        var circuit = tape.Plan.Circuit;
        Guard.BackwardRun(
            tape.Batch, tape.Readout, circuit.TrainableCount, circuit.InputCount, cotangents, parameterGradients.Length, inputGradients.Length);
        lock (_gate)
        {
            fixed (T* weights = cotangents, toParameters = parameterGradients, toInputs = inputGradients)
            {
                Session<T>().Backward(
                    Record(tape), tape.Readout, tape.Batch, Host(weights, cotangents), Host(toParameters, parameterGradients), Host(toInputs, inputGradients));
            }
        }
    }

    /// <inheritdoc/>
    public IDeviceMemory<T> Upload<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _device.Upload(numbers);
        }
    }

    /// <inheritdoc/>
    public void RunOnDevice<T>(
        Plan plan, Readout readout, DeviceSpan<T> parameters, DeviceSpan<T> inputs, int batch, DeviceSpan<T> values, DeviceSpan<T> initialReal = default,
        DeviceSpan<T> initialImaginary = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckOnDevice(plan, readout, parameters, inputs, batch, values, initialReal, initialImaginary);
        lock (_gate)
        {
            Session<T>().Run(plan, readout, Foreign(parameters), Foreign(inputs), batch, Foreign(values), Foreign(initialReal, initialImaginary));
        }
    }

    /// <inheritdoc/>
    public AdjointTape<T> ForwardOnDevice<T>(
        Plan plan, Readout readout, DeviceSpan<T> parameters, DeviceSpan<T> inputs, int batch, DeviceSpan<T> values, DeviceSpan<T> initialReal = default,
        DeviceSpan<T> initialImaginary = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckOnDevice(plan, readout, parameters, inputs, batch, values, initialReal, initialImaginary);
        lock (_gate)
        {
            var record = Session<T>().Forward(plan, readout, Foreign(parameters), Foreign(inputs), batch, Foreign(values), Foreign(initialReal, initialImaginary));
            return new AdjointTape<T>(this, plan, readout, batch, new GatedRecord(_gate, record));
        }
    }

    /// <inheritdoc/>
    public void BackwardOnDevice<T>(
        AdjointTape<T> tape, DeviceSpan<T> cotangents, DeviceSpan<T> parameterGradients, DeviceSpan<T> inputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.TapeOwner(ReferenceEquals(tape.Owner, this));
        var circuit = tape.Plan.Circuit;
        Guard.BackwardLengths(
            tape.Batch, tape.Readout, circuit.TrainableCount, circuit.InputCount, cotangents.Length, parameterGradients.Length, inputGradients.Length);
        lock (_gate)
        {
            Session<T>().Backward(
                Record(tape), tape.Readout, tape.Batch, Foreign(cotangents), Foreign(parameterGradients), Foreign(inputGradients));
        }
    }

    /// <summary>What a forward run does for each sample.</summary>
    internal PlanWork Work<T>(Plan plan, Readout readout, bool given)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        lock (_gate)
        {
            return Session<T>().Work(plan, readout, given);
        }
    }

    /// <summary>Gives the device and its memory back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _disposed = true;
                if (_ownsDevice)
                {
                    _device.Dispose();
                }
            }
        }
    }

    private static unsafe Numbers<T> Host<T>(T* pointer, ReadOnlySpan<T> span)
        where T : unmanaged => new(pointer, span.Length);

    private static void CheckOnDevice<T>(
        Plan plan, Readout readout, DeviceSpan<T> parameters, DeviceSpan<T> inputs, int batch, DeviceSpan<T> values, DeviceSpan<T> initialReal,
        DeviceSpan<T> initialImaginary)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(plan);
        Guard.Batch(batch);
        Guard.BindingLengths(parameters.Length, inputs.Length, plan.Circuit.TrainableCount, plan.Circuit.InputCount, batch);
        Guard.ReadoutFits(readout, plan.Circuit.QubitCount);
        Guard.Length(nameof(values), values.Length, (long)batch * readout.Count, "batch × readout");
        if (initialReal.Length + initialImaginary.Length > 0)
        {
            Guard.Length(nameof(initialReal), initialReal.Length, (long)batch << plan.Circuit.QubitCount, "batch × amplitudes");
            Guard.Length(nameof(initialImaginary), initialImaginary.Length, (long)batch << plan.Circuit.QubitCount, "batch × amplitudes");
        }
    }

    private static AdjointRecord<T> Record<T>(AdjointTape<T> tape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (AdjointRecord<T>)((GatedRecord)tape.Payload).Record;

    private Numbers<T> Foreign<T>(DeviceSpan<T> span)
        where T : unmanaged => new(span.Length == 0 ? default : ForeignBuffer.View(_device.Accelerator, span), span.Length);

    private InitialStates<T> Foreign<T>(DeviceSpan<T> real, DeviceSpan<T> imaginary)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => real.Length == 0
            ? default
            : InitialStates<T>.Of(ForeignBuffer.View(_device.Accelerator, real), ForeignBuffer.View(_device.Accelerator, imaginary));

    private StateSession<T> Session<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Guard.Precision<T>();
        return typeof(T) == typeof(float) ? (StateSession<T>)(object)_single.Value : (StateSession<T>)(object)_double.Value;
    }

    /// <summary>Says it the first time only: free memory, and with it the sentence, differs from call to call.</summary>
    private void Notify(string text)
    {
        if (!_said)
        {
            _said = true;
            Notice?.Invoke(text);
        }
    }

    /// <summary>A tape may be disposed of on any thread, while another uses the device.</summary>
    private sealed class GatedRecord(Lock gate, IDisposable record) : IDisposable
    {
        public IDisposable Record => record;

        public void Dispose()
        {
            lock (gate)
            {
                record.Dispose();
            }
        }
    }
}
