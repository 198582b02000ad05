using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Trajectories;

namespace QDiff.Kernels.Trajectories;

/// <summary>What a backend does with trajectories of one precision.</summary>
internal abstract class TrajectorySession<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Values of every trajectory, or with no readout its classical bits.</summary>
    public abstract void Run(
        TrajectoryPlan plan, Readout? readout, Bindings<T> bindings, int batch, TrajectoryRun run, Span<T> values, Span<bool> bits);

    /// <summary>Adjoint differentiation; input gradients are left out when there is no room for them.</summary>
    public abstract void Backward(TrajectoryTape<T> tape, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients);
}
