using QDiff.Engine.Backends;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Trajectories;

namespace QDiff.Engine.Cpu;

// Trajectories always have the batch in the lanes, one lane for each.
internal sealed unsafe partial class CpuSession<T>
{
    public void RunTrajectories(
        TrajectoryPlan plan, Readout? readout, Bindings<T> bindings, int batch, in TrajectoryRun run, Span<T> values, Span<bool> bits, TapeRecord<T>? record)
    {
        fixed (T* parameters = bindings.Parameters, inputs = bindings.Inputs, output = values)
        fixed (bool* outcomes = bits)
        {
            PrepareTrajectories(plan, readout, batch, run);
            Bind(plan.Steps, parameters, inputs);
            _job.Values = readout is null ? null : output;
            _job.Bits = bits.Length > 0 ? outcomes : null;
            _job.Tape = record is null || plan.Replays ? null : record.States.Pointer;
            RunTiles();
            GC.KeepAlive(record);
        }
    }

    /// <summary>A record of the bound values, with room for the final states where the backward sweep starts from them.</summary>
    public TapeRecord<T> NewTrajectoryRecord(TrajectoryPlan plan, Bindings<T> bindings, int batch, in TrajectoryRun run)
    {
        var machine = MachinesFor(plan)[0];
        long tiles = ((long)batch * run.Trajectories + machine.LaneCount - 1) / machine.LaneCount;
        return NewRecord(bindings, plan.Replays ? 0 : tiles * machine.TileLength(plan.Steps.QubitCount));
    }

    public void BackwardTrajectories(TrajectoryTape<T> tape, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients)
    {
        var record = (TapeRecord<T>)tape.Payload;
        var plan = tape.Plan;
        int inputCount = plan.Program.InputCount, perSample = tape.Run.Trajectories;
        fixed (T* weights = cotangents)
        {
            PrepareTrajectories(plan, tape.Readout, tape.Batch, tape.Run);
            Bind(plan.Steps, record.Bindings.Pointer, record.Bindings.Pointer + record.ParameterCount);
            ClearPartials(plan.Program.TrainableCount);
            _job.Tape = plan.Replays ? null : record.States.Pointer;
            _job.Cotangents = weights;
            if (inputGradients.Length > 0)
            {
                Grow(ref _rowGradients, (long)_job.Batch * inputCount);
                _job.InputGradients = _rowGradients.Pointer;
            }

            RunTiles();
            GC.KeepAlive(tape);
        }

        SumPartials(parameterGradients);

        // All trajectories of a sample read the same inputs.
        for (int entry = 0; entry < inputGradients.Length; entry++)
        {
            int sample = entry / inputCount, input = entry % inputCount;
            double sum = 0;
            for (int t = 0; t < perSample; t++)
            {
                sum += double.CreateTruncating(_rowGradients.Pointer[((long)sample * perSample + t) * inputCount + input]);
            }

            inputGradients[entry] = T.CreateChecked(sum);
        }
    }

    /// <summary>A tile of a large register is in no cache, so that wide lanes gain nothing and cost memory.</summary>
    private TileMachine<T>[] MachinesFor(TrajectoryPlan plan) =>
        plan.Steps.QubitCount >= _options.NarrowTrajectoriesFrom ? _narrowMachines : _machines;

    private void PrepareTrajectories(TrajectoryPlan plan, Readout? readout, int batch, in TrajectoryRun run)
    {
        Prepare(
            plan.Steps, readout is null ? null : plan.Steps.For(readout), checked(batch * run.Trajectories), plan.Steps.QubitCount,
            1L << plan.Program.QubitCount, MachinesFor(plan));
        _wideReadout = null;
        _job.Trajectories = plan;
        _job.Seed = run.Seed;
        _job.FirstTrajectory = run.First;
        _job.RowsPerSample = run.Trajectories;
    }
}
