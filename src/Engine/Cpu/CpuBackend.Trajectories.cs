using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Trajectories;

namespace QDiff.Engine.Cpu;

// Monte-Carlo trajectories.
public sealed partial class CpuBackend
{
    /// <inheritdoc/>
    public void RunTrajectories<T>(TrajectoryPlan plan, Readout readout, Bindings<T> bindings, int batch, TrajectoryRun run, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.TrajectoryReadRun(plan, readout, bindings, batch, run, values.Length);
        lock (_gate)
        {
            Session<T>().RunTrajectories(plan, readout, bindings, batch, run, values, default, null);
        }
    }

    /// <inheritdoc/>
    public void SampleTrajectories<T>(TrajectoryPlan plan, Bindings<T> bindings, int batch, TrajectoryRun run, Span<bool> bits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.TrajectorySampling(plan, bindings, batch, run, bits.Length);
        lock (_gate)
        {
            Session<T>().RunTrajectories(TrajectoryPlanner.SamplingPlan(plan.Program), null, bindings, batch, run, default, bits, null);
        }
    }

    /// <inheritdoc/>
    public TrajectoryTape<T> ForwardTrajectories<T>(
        TrajectoryPlan plan, Readout readout, Bindings<T> bindings, int batch, TrajectoryRun run, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.TrajectoryReadRun(plan, readout, bindings, batch, run, values.Length);
        lock (_gate)
        {
            var session = Session<T>();
            var record = session.NewTrajectoryRecord(plan, bindings, batch, run);
            try
            {
                session.RunTrajectories(plan, readout, bindings, batch, run, values, default, record);
            }
            catch
            {
                record.Dispose();
                throw;
            }

            return new TrajectoryTape<T>(this, plan, readout, batch, run, record);
        }
    }

    /// <inheritdoc/>
    public void BackwardTrajectories<T>(TrajectoryTape<T> tape, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.TrajectoryBackward(this, tape, cotangents, parameterGradients.Length, inputGradients.Length);
        lock (_gate)
        {
            Session<T>().BackwardTrajectories(tape, cotangents, parameterGradients, inputGradients);
        }
    }
}
