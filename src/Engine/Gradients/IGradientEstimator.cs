using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;

namespace QDiff.Engine.Gradients;

/// <summary>
/// Estimates the gradient of L = Σ_{s,k} c_{s,k} ⟨O_k⟩_s of one circuit and readout, from |0…0⟩: with respect to the shared trainable
/// parameters and to every sample's own inputs. What a device can do (parameter shifts, simultaneous perturbations, differences, all of them
/// under finite shots) stands behind the same call as exact adjoint differentiation.
/// </summary>
/// <remarks>
/// Random numbers are functions of (seed, sample number, place within the estimate): the same call gives the same bits, whatever the number of
/// threads, and a batch that is cut into pieces gives each sample the same numbers when the pieces say where they start.
/// </remarks>
public interface IGradientEstimator
{
    /// <summary>The circuit that is differentiated.</summary>
    Circuit Circuit { get; }

    /// <summary>What is measured.</summary>
    Readout Readout { get; }

    /// <summary>Estimates the gradient.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="bindings">Parameter values, and inputs [batch, InputCount]; angles in radians.</param>
    /// <param name="batch">Number of samples, 1 or more.</param>
    /// <param name="cotangents">c, [batch, K].</param>
    /// <param name="parameterGradients">[TrainableCount], overwritten; summed over samples.</param>
    /// <param name="inputGradients">[batch, InputCount], overwritten; empty when not wanted. Inputs that are not differentiable get 0.</param>
    /// <param name="seed">Names the random numbers of this call: give every call of a run its own.</param>
    /// <param name="firstSample">Number within the run of sample 0.</param>
    /// <returns>What the estimate cost.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length, or a number is not finite or out of range.</exception>
    GradientCost Estimate<T>(
        Bindings<T> bindings, int batch, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients,
        ulong seed, long firstSample = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
