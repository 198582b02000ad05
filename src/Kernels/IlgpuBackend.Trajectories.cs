using System.Numerics;
using QDiff.Engine;
using QDiff.Engine.Backends;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Trajectories;
using QDiff.Kernels.Trajectories;

namespace QDiff.Kernels;

// Monte-Carlo trajectories.
public sealed partial class IlgpuBackend : ITrajectoryBackend
{
    /// <inheritdoc/>
    public void RunTrajectories<T>(TrajectoryPlan plan, Readout readout, Bindings<T> bindings, int batch, TrajectoryRun run, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.TrajectoryReadRun(plan, readout, bindings, batch, run, values.Length);
        lock (_gate)
        {
            Trajectories<T>().Run(plan, readout, bindings, batch, run, values, default);
        }
    }

    /// <inheritdoc/>
    public void SampleTrajectories<T>(TrajectoryPlan plan, Bindings<T> bindings, int batch, TrajectoryRun run, Span<bool> bits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.TrajectorySampling(plan, bindings, batch, run, bits.Length);
        lock (_gate)
        {
            Trajectories<T>().Run(TrajectoryPlanner.SamplingPlan(plan.Program), null, bindings, batch, run, default, bits);
        }
    }

    /// <inheritdoc/>
    public TrajectoryTape<T> ForwardTrajectories<T>(
        TrajectoryPlan plan, Readout readout, Bindings<T> bindings, int batch, TrajectoryRun run, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RunTrajectories(plan, readout, bindings, batch, run, values);
        return new TrajectoryTape<T>(this, plan, readout, batch, run, new TrajectoryRecord<T>(bindings));
    }

    /// <inheritdoc/>
    public void BackwardTrajectories<T>(TrajectoryTape<T> tape, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.TrajectoryBackward(this, tape, cotangents, parameterGradients.Length, inputGradients.Length);
        lock (_gate)
        {
            Trajectories<T>().Backward(tape, cotangents, parameterGradients, inputGradients);
        }
    }

    private TrajectorySession<T> Trajectories<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Guard.Precision<T>();
        return typeof(T) == typeof(float) ? (TrajectorySession<T>)(object)_trajectoriesSingle.Value : (TrajectorySession<T>)(object)_trajectoriesDouble.Value;
    }
}
