using System.Numerics;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Engine.Backends;

/// <summary>
/// Executes plans. Results depend on the plan and the numbers alone, never on thread count or scheduling. T is
/// <see cref="float"/> or <see cref="double"/> throughout. Methods throw <see cref="ArgumentException"/> when a span has the
/// wrong length, a bound value is not finite, or circuit, readout and states do not fit together.
/// </summary>
public interface IBackend : IDisposable
{
    /// <summary>Short name, as users write it: "cpu".</summary>
    string Name { get; }

    /// <summary>Applies the circuit in place, global phases included: ψ_s ← U(parameters, inputs_s) ψ_s.</summary>
    void Apply<T>(Plan plan, Bindings<T> bindings, StateVectorBatch<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Reads states without changing them.</summary>
    /// <param name="states">The states.</param>
    /// <param name="readout">What to read, K numbers for each state.</param>
    /// <param name="values">[batch, K], overwritten.</param>
    void Measure<T>(StateVectorBatch<T> states, Readout readout, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Applies the circuit and reads the result; the final states are not kept.</summary>
    /// <param name="plan">The planned circuit.</param>
    /// <param name="readout">What to read, K numbers for each sample.</param>
    /// <param name="bindings">Parameter values.</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="values">[batch, K], overwritten.</param>
    /// <param name="initial">Initial states, left unchanged; null for |0…0⟩.</param>
    void Run<T>(Plan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, StateVectorBatch<T>? initial = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>As <see cref="Run{T}"/>, and keeps what <see cref="Backward{T}"/> needs.</summary>
    AdjointTape<T> Forward<T>(Plan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, StateVectorBatch<T>? initial = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>
    /// Adjoint differentiation of L = Σ_{s,k} c_{s,k} value_{s,k}: gradients with respect to every trainable parameter (summed
    /// over samples and over all gates that share it) and to every sample's inputs. May be called again on the same tape.
    /// </summary>
    /// <param name="tape">Made by this backend's <see cref="Forward{T}"/>.</param>
    /// <param name="cotangents">c, [batch, K].</param>
    /// <param name="parameterGradients">[TrainableCount], overwritten.</param>
    /// <param name="inputGradients">[batch, InputCount], overwritten; empty when not wanted. Inputs that are not differentiable get 0.</param>
    void Backward<T>(AdjointTape<T> tape, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
