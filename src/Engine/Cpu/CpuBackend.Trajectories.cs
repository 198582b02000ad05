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
        CheckTrajectories(plan, bindings, batch, run);
        CheckTrajectoryReadout(plan, readout, batch, run, values.Length);
        lock (_gate)
        {
            Session<T>().RunTrajectories(plan, readout, bindings, batch, run, values, default, null);
        }
    }

    /// <inheritdoc/>
    public void SampleTrajectories<T>(TrajectoryPlan plan, Bindings<T> bindings, int batch, TrajectoryRun run, Span<bool> bits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckTrajectories(plan, bindings, batch, run);
        Guard.ClassicalBits(plan.Program.BitCount);
        Guard.Length(nameof(bits), bits.Length, (long)batch * run.Trajectories * plan.Program.BitCount, "batch × trajectories × bits");
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
        CheckTrajectories(plan, bindings, batch, run);
        CheckTrajectoryReadout(plan, readout, batch, run, values.Length);
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
        ArgumentNullException.ThrowIfNull(tape);
        Guard.TapeOwner(ReferenceEquals(tape.Owner, this));
        var program = tape.Plan.Program;
        Guard.Length(
            nameof(cotangents), cotangents.Length, (long)tape.Batch * tape.Run.Trajectories * tape.Readout.Count, "batch × trajectories × readout");
        Guard.FiniteCotangents(cotangents, tape.Readout.Count);
        Guard.Length(nameof(parameterGradients), parameterGradients.Length, program.TrainableCount, "trainable parameters");
        if (inputGradients.Length > 0)
        {
            Guard.Length(nameof(inputGradients), inputGradients.Length, (long)tape.Batch * program.InputCount, "batch × inputs");
        }

        lock (_gate)
        {
            Session<T>().BackwardTrajectories(tape, cotangents, parameterGradients, inputGradients);
        }
    }

    private static void CheckTrajectories<T>(TrajectoryPlan plan, Bindings<T> bindings, int batch, TrajectoryRun run)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(plan);
        Guard.PlanRun(plan.Steps, bindings, batch);
        Guard.Trajectories(run.Trajectories, run.First);
        Guard.TrajectoryCount(batch, run.Trajectories, run.First);
    }

    private static void CheckTrajectoryReadout(TrajectoryPlan plan, Readout readout, int batch, TrajectoryRun run, int values)
    {
        Guard.ReadoutFits(readout, plan.Program.QubitCount);
        Guard.Length(nameof(values), values, (long)batch * run.Trajectories * readout.Count, "batch × trajectories × readout");
    }
}
