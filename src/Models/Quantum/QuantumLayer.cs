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
/// once. The engine's errors cannot leave an autograd callback, so after <c>backward()</c> call <see cref="ThrowIfBackwardFailed"/>.
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
        Exception? failure = Interlocked.Exchange(ref _backwardFailure, null);
        if (failure is not null)
        {
            throw new InvalidOperationException($"The circuit's gradient failed: {failure.Message}", failure);
        }
    }

    private ReadOnlySpan<float> Angles => angles is null ? [] : TensorMemory.Floats(angles);

    private Tensor Evaluate(Tensor inputs)
    {
        int batch = (int)inputs.shape[0];
        using Tensor rows = inputs.detach().contiguous();
        Tensor values = empty(batch, Readout.Count, dtype: ScalarType.Float32);
        _runner.Evaluate(new Bindings<float>(Angles, TensorMemory.Floats(rows)), batch, TensorMemory.Floats(values), Randomness, training);
        return values;
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
            int batch = (int)inputs.shape[0];
            using Tensor rows = inputs.detach().contiguous();
            Tensor values = empty(batch, layer.Readout.Count, dtype: ScalarType.Float32);
            IDisposable record = layer._runner.Forward(
                new Bindings<float>(layer.Angles, TensorMemory.Floats(rows)), batch, TensorMemory.Floats(values), layer.Randomness, layer.training);
            ctx.save_data("layer", layer);
            ctx.save_data("record", record);
            ctx.save_data("batch", batch);
            ctx.save_data("inputs", inputs.requires_grad);
            return values;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var layer = (QuantumLayer)ctx.get_data("layer");
            int batch = (int)ctx.get_data("batch");
            Tensor inputGradients = zeros(batch, layer.Circuit.InputCount, dtype: ScalarType.Float32);
            Tensor? angleGradients = layer.angles is null ? null : zeros(layer.Circuit.TrainableCount, dtype: ScalarType.Float32);
            try
            {
                using Tensor cotangents = grad_output.detach().contiguous();
                using var record = (IDisposable)ctx.get_data("record");
                layer._runner.Backward(
                    record,
                    TensorMemory.Floats(cotangents),
                    angleGradients is null ? [] : TensorMemory.Floats(angleGradients),
                    (bool)ctx.get_data("inputs") ? TensorMemory.Floats(inputGradients) : []);
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
