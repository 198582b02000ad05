using System.Runtime.ExceptionServices;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace QDiff.Models.Quantum;

/// <summary>
/// A batched circuit as a module: rows of circuit inputs (angles, rad) in, measured values out, with gradients as its
/// <see cref="CircuitExecution"/> says. The only bridge between autograd and the engine.
/// </summary>
/// <remarks>
/// Input float32 [batch, <c>Circuit.InputCount</c>], output float32 [batch, <c>Readout.Count</c>]. A circuit with trainable
/// parameters owns them as the parameter <c>angles</c> [<c>Circuit.TrainableCount</c>]. Every forward pass can be differentiated
/// once. Where circuit and tensors are on one device the engine computes on the tensors' own memory; else the numbers are copied. The engine's errors cannot leave an autograd callback, so after <c>backward()</c> call <see cref="ThrowIfBackwardFailed"/>.
/// </remarks>
public sealed class QuantumLayer : Module<Tensor, Tensor>
{
    private readonly ICircuitRunner _runner;
    private readonly TorchSharp.Modules.Parameter? angles;
    private Exception? _backwardFailure;

    /// <summary>Makes the layer; trainable angles start from a normal distribution with standard deviation 0.05 rad.</summary>
    /// <param name="circuit">The circuit that every row runs through, from |0…0⟩.</param>
    /// <param name="readout">What is measured at the end.</param>
    /// <param name="backend">Who runs it; not owned.</param>
    /// <param name="execution">How it is run; null for exact values and adjoint differentiation.</param>
    public QuantumLayer(Circuit circuit, Readout readout, IBackend backend, CircuitExecution? execution = null)
        : base(nameof(QuantumLayer))
    {
        Circuit = circuit;
        Readout = readout;
        _runner = (execution ?? new CircuitExecution()).Runner(circuit, readout, backend);
        if (circuit.TrainableCount > 0)
        {
            angles = Parameter(randn(circuit.TrainableCount) * 0.05);
        }

        RegisterComponents();
    }

    /// <summary>The circuit that every row runs through.</summary>
    public Circuit Circuit { get; }

    /// <summary>What is measured.</summary>
    public Readout Readout { get; }

    /// <summary>Names the random numbers of the next forward pass and of its gradient, where the execution has any.</summary>
    public CircuitRandomness Randomness { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor inputs)
    {
        if (inputs.dim() != 2 || inputs.shape[1] != Circuit.InputCount)
        {
            throw new ArgumentException(
                $"This circuit takes inputs of shape [batch, {Circuit.InputCount}]; got [{string.Join(", ", inputs.shape)}].");
        }

        bool differentiate = is_grad_enabled() && (inputs.requires_grad || angles?.requires_grad == true);
        return differentiate ? CircuitFunction.apply(inputs, angles!, this) : Evaluate(inputs);
    }

    /// <summary>Throws what went wrong inside the last <c>backward()</c>, if anything did; its gradients were zeros then.</summary>
    public void ThrowIfBackwardFailed()
    {
        switch (Interlocked.Exchange(ref _backwardFailure, null))
        {
            case null:
                break;
            case var failure and (ArgumentException or InvalidOperationException):
                throw new InvalidOperationException($"The circuit's gradient failed: {failure.Message}", failure);
            case var failure:
                // What the device itself says (memory, a lost driver) is not about the numbers of this step.
                ExceptionDispatchInfo.Throw(failure);
                break;
        }
    }

    // Where the circuit runs on the device of the tensors, the runner; else the numbers go through the processor's memory.
    private IDeviceCircuitRunner? OnDeviceOf(Tensor tensor) =>
        _runner is IDeviceCircuitRunner runner && TensorMemory.IsShared(runner.Backend, tensor.device) ? runner : null;

    private DeviceSpan<float> AnglesOnDevice => angles is null ? default : TensorMemory.OnDevice(angles);

    private Tensor Evaluate(Tensor inputs)
    {
        (Tensor values, _) = Measure(inputs, record: false);
        return values;
    }

    /// <summary>Measured values on the device of the inputs and, if it is wanted, what a gradient needs.</summary>
    private (Tensor Values, IDisposable? Record) Measure(Tensor inputs, bool record)
    {
        int batch = (int)inputs.shape[0];
        if (OnDeviceOf(inputs) is { } runner)
        {
            using Tensor alone = inputs.detach();
            using Tensor rows = alone.contiguous();
            Tensor measured = empty(batch, Readout.Count, dtype: ScalarType.Float32, device: inputs.device);
            DeviceSpan<float> from = TensorMemory.OnDevice(rows), to = TensorMemory.OnDevice(measured);
            if (record)
            {
                return (measured, runner.ForwardOnDevice(AnglesOnDevice, from, batch, to));
            }

            runner.EvaluateOnDevice(AnglesOnDevice, from, batch, to);
            return (measured, null);
        }

        using Tensor hostRows = TensorMemory.ToHost(inputs);
        using Tensor? hostAngles = angles is null ? null : TensorMemory.ToHost(angles);
        Tensor values = empty(batch, Readout.Count, dtype: ScalarType.Float32);
        var bindings = new Bindings<float>(hostAngles is null ? [] : TensorMemory.Floats(hostAngles), TensorMemory.Floats(hostRows));
        IDisposable? kept = null;
        if (record)
        {
            kept = _runner.Forward(bindings, batch, TensorMemory.Floats(values), Randomness, training);
        }
        else
        {
            _runner.Evaluate(bindings, batch, TensorMemory.Floats(values), Randomness, training);
        }

        return (ToDevice(values, inputs.device), kept);
    }

    private void Differentiate(IDisposable record, Tensor cotangents, Tensor? angleGradients, Tensor? inputGradients)
    {
        if (OnDeviceOf(cotangents) is { } runner)
        {
            using Tensor alone = cotangents.detach();
            using Tensor rows = alone.contiguous();
            runner.BackwardOnDevice(
                record, TensorMemory.OnDevice(rows), angleGradients is null ? default : TensorMemory.OnDevice(angleGradients),
                inputGradients is null ? default : TensorMemory.OnDevice(inputGradients));
            return;
        }

        using Tensor hostRows = TensorMemory.ToHost(cotangents);
        if (cotangents.device.type == DeviceType.CPU)
        {
            _runner.Backward(record, TensorMemory.Floats(hostRows), FloatsOf(angleGradients), FloatsOf(inputGradients));
            return;
        }

        using Tensor? hostAngles = angleGradients is null ? null : TensorMemory.ToHost(angleGradients);
        using Tensor? hostInputs = inputGradients is null ? null : TensorMemory.ToHost(inputGradients);
        _runner.Backward(record, TensorMemory.Floats(hostRows), FloatsOf(hostAngles), FloatsOf(hostInputs));
        angleGradients?.copy_(hostAngles!);
        inputGradients?.copy_(hostInputs!);
    }

    private static Span<float> FloatsOf(Tensor? tensor) => tensor is null ? [] : TensorMemory.Floats(tensor);

    private static Tensor ToDevice(Tensor values, Device device)
    {
        if (device.type == DeviceType.CPU)
        {
            return values;
        }

        using (values)
        {
            return values.to(device);
        }
    }

    private sealed class CircuitFunction : autograd.SingleTensorFunction<CircuitFunction>
    {
        // CUDA's autograd reads the returned handles after the managed list is gone; on its own threads no dispose scope holds them.
        [ThreadStatic]
        private static List<Tensor>? t_returned;

        public override string Name => nameof(QuantumLayer);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] args)
        {
            var inputs = (Tensor)args[0];
            var layer = (QuantumLayer)args[2];
            (Tensor values, IDisposable? record) = layer.Measure(inputs, record: true);
            ctx.save_data("layer", layer);
            ctx.save_data("record", record!);
            ctx.save_data("inputs", inputs.requires_grad);
            return values;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var layer = (QuantumLayer)ctx.get_data("layer");
            Device device = grad_output.device;
            if (device.type != DeviceType.CPU)
            {
                // No scope disposes of them there, and what the engine's last call of this thread returned has long been read.
                t_returned?.ForEach(gradient => gradient?.Dispose());
            }

            Tensor inputGradients = zeros(grad_output.shape[0], layer.Circuit.InputCount, dtype: ScalarType.Float32, device: device);
            Tensor? angleGradients = layer.angles is null ? null : zeros(layer.Circuit.TrainableCount, dtype: ScalarType.Float32, device: device);
            try
            {
                using var record = (IDisposable)ctx.get_data("record");
                using var frozen = no_grad();
                layer.Differentiate(record, grad_output, angleGradients, (bool)ctx.get_data("inputs") ? inputGradients : null);
            }
            catch (Exception failure)
            {
                // An exception that leaves this callback would end the process.
                layer._backwardFailure = failure;
            }

            GC.KeepAlive(grad_output);
            return t_returned = [inputGradients, angleGradients!, null!];
        }
    }
}
