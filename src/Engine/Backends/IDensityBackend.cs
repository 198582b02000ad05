using System.Numerics;
using QDiff.Engine.Density;
using QDiff.Engine.Observables;
using QDiff.Engine.States;

namespace QDiff.Engine.Backends;

/// <summary>
/// Executes plans on density matrices: exact noise. Results depend on the plan and the numbers alone, never on thread count, scheduling or
/// how a batch is cut. T is <see cref="float"/> or <see cref="double"/> throughout. Methods throw <see cref="ArgumentException"/> when a span has the
/// wrong length, a bound value is not finite, or program, readout and states do not fit together.
/// </summary>
public interface IDensityBackend : IDisposable
{
    /// <summary>Short name, as users write it: "cpu".</summary>
    string Name { get; }

    /// <summary>Runs the program in place: ρ_s ← E(parameters, inputs_s)(ρ_s).</summary>
    void Evolve<T>(DensityPlan plan, Bindings<T> bindings, DensityMatrixBatch<T> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Reads states without changing them.</summary>
    /// <param name="states">The states.</param>
    /// <param name="readout">What to read, K numbers for each state: tr(Pρ), or ⟨k|ρ|k⟩.</param>
    /// <param name="values">[batch, K], overwritten.</param>
    void Measure<T>(DensityMatrixBatch<T> states, Readout readout, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Runs the program and reads the result; the final states are not kept.</summary>
    /// <param name="plan">The planned program.</param>
    /// <param name="readout">What to read, K numbers for each sample.</param>
    /// <param name="bindings">Parameter values.</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="values">[batch, K], overwritten.</param>
    /// <param name="initial">Initial states, left unchanged; null for |0…0⟩⟨0…0|.</param>
    void Run<T>(DensityPlan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, DensityMatrixBatch<T>? initial = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>As <see cref="Run{T}"/>, and keeps what <see cref="Backward{T}"/> needs.</summary>
    DensityTape<T> Forward<T>(
        DensityPlan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, DensityMatrixBatch<T>? initial = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>
    /// Adjoint differentiation of L = Σ_{s,k} c_{s,k} value_{s,k}: gradients with respect to every trainable parameter (summed over samples
    /// and over all gates that share it) and to every sample's inputs. May be called again on the same tape.
    /// </summary>
    /// <param name="tape">Made by this backend's <see cref="Forward{T}"/>.</param>
    /// <param name="cotangents">c, [batch, K].</param>
    /// <param name="parameterGradients">[TrainableCount], overwritten.</param>
    /// <param name="inputGradients">[batch, InputCount], overwritten; empty when not wanted. Inputs that are not differentiable get 0.</param>
    void Backward<T>(DensityTape<T> tape, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
