using QDiff.Engine.Backends;

namespace QDiff.Models.Quantum;

/// <summary>Runs one circuit on batches and differentiates it; <see cref="QuantumLayer"/> joins it with autograd.</summary>
internal interface ICircuitRunner
{
    /// <summary>Measures, without a gradient.</summary>
    /// <param name="bindings">Angles and rows of inputs.</param>
    /// <param name="batch">Number of rows.</param>
    /// <param name="values">[batch, K], overwritten.</param>
    /// <param name="randomness">The run's random numbers.</param>
    /// <param name="training">Whether the model trains.</param>
    void Evaluate(Bindings<float> bindings, int batch, Span<float> values, CircuitRandomness randomness, bool training);

    /// <summary>Measures and keeps what <see cref="Backward"/> needs.</summary>
    IDisposable Forward(Bindings<float> bindings, int batch, Span<float> values, CircuitRandomness randomness, bool training);

    /// <summary>The gradient of Σ c·value, once for each record.</summary>
    /// <param name="record">From <see cref="Forward"/>.</param>
    /// <param name="cotangents">c, [batch, K].</param>
    /// <param name="angleGradients">[TrainableCount], overwritten.</param>
    /// <param name="inputGradients">[batch, InputCount], overwritten; empty when not wanted.</param>
    void Backward(IDisposable record, ReadOnlySpan<float> cotangents, Span<float> angleGradients, Span<float> inputGradients);
}
