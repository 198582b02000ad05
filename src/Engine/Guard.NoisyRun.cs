using System.Numerics;
using QDiff.Engine.Backends;
using QDiff.Engine.Density;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;
using QDiff.Engine.Trajectories;

namespace QDiff.Engine;

// What every backend checks before a call on density matrices or trajectories.
internal static partial class Guard
{
    public static void DensityRun<T>(DensityPlan plan, Bindings<T> bindings, int batch, DensityMatrixBatch<T>? initial)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(plan);
        Bindings(bindings, batch, plan.Program.TrainableCount, plan.Program.InputCount);
        if (initial is not null)
        {
            Register(plan.QubitCount, initial.QubitCount);
            InitialBatch(batch, initial.Batch);
        }
    }

    public static void DensityReadRun<T>(
        DensityPlan plan, Readout readout, Bindings<T> bindings, int batch, int values, DensityMatrixBatch<T>? initial)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        DensityRun(plan, bindings, batch, initial);
        ReadoutFits(readout, plan.QubitCount);
        Length(nameof(values), values, (long)batch * readout.Count, "batch × readout");
    }

    public static void DensityMeasurement<T>(DensityMatrixBatch<T> states, Readout readout, int values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(states);
        ReadoutFits(readout, states.QubitCount);
        Length(nameof(values), values, (long)states.Batch * readout.Count, "batch × readout");
    }

    public static void DensityBackward<T>(
        IDensityBackend backend, DensityTape<T> tape, ReadOnlySpan<T> cotangents, int parameterGradients, int inputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        TapeOwner(ReferenceEquals(tape.Owner, backend));
        BackwardRun(
            tape.Batch, tape.Readout, tape.Plan.Program.TrainableCount, tape.Plan.Program.InputCount, cotangents, parameterGradients, inputGradients);
    }

    public static void TrajectoryRun<T>(TrajectoryPlan plan, Bindings<T> bindings, int batch, TrajectoryRun run)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(plan);
        PlanRun(plan.Steps, bindings, batch);
        Trajectories(run.Trajectories, run.First);
        TrajectoryCount(batch, run.Trajectories, run.First);
    }

    public static void TrajectoryReadRun<T>(TrajectoryPlan plan, Readout readout, Bindings<T> bindings, int batch, TrajectoryRun run, int values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TrajectoryRun(plan, bindings, batch, run);
        ReadoutFits(readout, plan.Program.QubitCount);
        Length(nameof(values), values, (long)batch * run.Trajectories * readout.Count, "batch × trajectories × readout");
    }

    public static void TrajectorySampling<T>(TrajectoryPlan plan, Bindings<T> bindings, int batch, TrajectoryRun run, int bits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TrajectoryRun(plan, bindings, batch, run);
        ClassicalBits(plan.Program.BitCount);
        Length(nameof(bits), bits, (long)batch * run.Trajectories * plan.Program.BitCount, "batch × trajectories × bits");
    }

    public static void TrajectoryBackward<T>(
        ITrajectoryBackend backend, TrajectoryTape<T> tape, ReadOnlySpan<T> cotangents, int parameterGradients, int inputGradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        TapeOwner(ReferenceEquals(tape.Owner, backend));
        var program = tape.Plan.Program;
        Length(
            nameof(cotangents), cotangents.Length, (long)tape.Batch * tape.Run.Trajectories * tape.Readout.Count, "batch × trajectories × readout");
        FiniteCotangents(cotangents, tape.Readout.Count);
        Length(nameof(parameterGradients), parameterGradients, program.TrainableCount, "trainable parameters");
        if (inputGradients > 0)
        {
            Length(nameof(inputGradients), inputGradients, (long)tape.Batch * program.InputCount, "batch × inputs");
        }
    }
}
