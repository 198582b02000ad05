using System.Numerics;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Trajectories;

namespace QDiff.Engine.Backends;

/// <summary>
/// A backend that also runs programs (gates, channels, measurements, resets, conditional blocks) as Monte-Carlo trajectories of state vectors that
/// start in |0…0⟩. Random numbers are keyed as <see cref="TrajectoryRun"/> says, so that every backend draws the same. Rows are numbered
/// s·Trajectories + t for trajectory t of sample s.
/// </summary>
/// <remarks>Source: Dalibard, Castin, Mølmer, "Wave-function approach to dissipative processes" (docs/references.md: Dalibard1992).</remarks>
public interface ITrajectoryBackend : IBackend
{
    /// <summary>Runs trajectories and reads each one's normalised final state; their mean over t is the value of the density matrix.</summary>
    /// <param name="plan">The planned program.</param>
    /// <param name="readout">What to read, K numbers for each trajectory.</param>
    /// <param name="bindings">Parameter values; inputs are [batch, InputCount].</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="run">Which trajectories.</param>
    /// <param name="values">[batch × trajectories, K], overwritten.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, a value is not finite, or readout and program do not fit.</exception>
    void RunTrajectories<T>(TrajectoryPlan plan, Readout readout, Bindings<T> bindings, int batch, TrajectoryRun run, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>
    /// Runs trajectories for their classical bits alone. Measurements that nothing follows are answered together, by one draw from the final
    /// state (uniform number d = the number of channels, measurements and resets), so bits are not those that belong to
    /// <see cref="RunTrajectories{T}"/> with the same seed.
    /// </summary>
    /// <param name="plan">The planned program.</param>
    /// <param name="bindings">Parameter values.</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="run">Which trajectories.</param>
    /// <param name="bits">[batch × trajectories, BitCount], overwritten.</param>
    /// <exception cref="ArgumentException">The program has no bits, a span has the wrong length or a value is not finite.</exception>
    void SampleTrajectories<T>(TrajectoryPlan plan, Bindings<T> bindings, int batch, TrajectoryRun run, Span<bool> bits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>As <see cref="RunTrajectories{T}"/>, and keeps what <see cref="BackwardTrajectories{T}"/> needs.</summary>
    TrajectoryTape<T> ForwardTrajectories<T>(
        TrajectoryPlan plan, Readout readout, Bindings<T> bindings, int batch, TrajectoryRun run, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>
    /// Adjoint differentiation of L = Σ c·value through every trajectory with the drawn operators K and their probabilities p held fixed: of
    /// ⟨φ|K†OK|φ⟩/p, whose derivative has the derivative of the density matrix's value as its mean.
    /// </summary>
    /// <param name="tape">Made by this backend's <see cref="ForwardTrajectories{T}"/>.</param>
    /// <param name="cotangents">c, [batch × trajectories, K]; 1/trajectories each for the gradient of a mean.</param>
    /// <param name="parameterGradients">[TrainableCount], overwritten.</param>
    /// <param name="inputGradients">[batch, InputCount], summed over a sample's trajectories; empty when not wanted.</param>
    void BackwardTrajectories<T>(TrajectoryTape<T> tape, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
