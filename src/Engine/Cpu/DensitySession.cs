using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Backends;
using QDiff.Engine.Density;
using QDiff.Engine.Observables;
using QDiff.Engine.States;

namespace QDiff.Engine.Cpu;

/// <summary>
/// Runs of one precision on density matrices. A unit is one state, or a tile of 16 states of a small register. Units are shared out among the
/// threads, except for states of many qubits: those are done one after the other, and the blocks of each pass are shared out.
/// </summary>
internal sealed unsafe class DensitySession<T> : IWork, IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Row = DensityPlan.RowLength;

    /// <summary>States of this many qubits (4 MB and more, in float) are shared out among the threads, smaller ones done one by each.</summary>
    private const int SpreadStateFrom = 9;

    /// <summary>The blocks of a shared pass are cut into this many parts, whatever the number of threads, so that sums do not depend on it.</summary>
    private const int Parts = 16;

    /// <summary>Units are summed in at most this many groups of neighbours, whatever the number of threads.</summary>
    private const int MaximumGroups = 64;

    private readonly WorkerPool _pool;
    private readonly DensityMachine<T>[] _machines;
    private readonly Workspace[] _spaces;
    private readonly TapePool<T> _tapes = new();
    private readonly ConditionalWeakTable<Readout, ReadoutPlaces>[] _plainReadouts = new ConditionalWeakTable<Readout, ReadoutPlaces>[Guard.MaximumDensityQubits + 1];
    private readonly SpreadPass _spread;
    private NativeBuffer<T> _shared = new(0);
    private double[] _partials = [];
    private Job _job = null!;

    public DensitySession(WorkerPool pool, LaneWidth width)
    {
        _pool = pool;
        _spread = new SpreadPass(this);
        _machines = [.. Enumerable.Range(0, pool.Threads).Select(_ => typeof(T) == typeof(float)
            ? (DensityMachine<T>)(object)SingleMachine(width)
            : (DensityMachine<T>)(object)DoubleMachine(width))];
        _spaces = [.. _machines.Select(_ => new Workspace())];
    }

    public void Evolve(DensityPlan plan, Bindings<T> bindings, DensityMatrixBatch<T> states)
    {
        fixed (T* parameters = bindings.Parameters, inputs = bindings.Inputs)
        {
            Run(new Job { Plan = plan, Batch = states.Batch, Parameters = parameters, Inputs = inputs, Initial = states, Final = states });
        }
    }

    public void Measure(DensityMatrixBatch<T> states, Readout readout, Span<T> values)
    {
        int qubits = states.QubitCount;
        ReadoutPlaces places = (_plainReadouts[qubits] ??= []).GetValue(
            readout, r => new ReadoutPlaces(r, [.. Enumerable.Range(0, qubits).Select(q => 1L << (2 * q))]));
        for (int sample = 0; sample < states.Batch; sample++)
        {
            Read(places, states.Pointer(sample), values.Slice(sample * readout.Count, readout.Count), _spaces[0]);
        }

        GC.KeepAlive(states);
    }

    public void Run(
        DensityPlan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, DensityMatrixBatch<T>? initial, TapeRecord<T>? record)
    {
        fixed (T* parameters = bindings.Parameters, inputs = bindings.Inputs, output = values)
        {
            Run(new Job
            {
                Plan = plan, Batch = batch, Parameters = parameters, Inputs = inputs, Initial = initial,
                Readout = plan.For(readout), Values = output, Tape = record is null ? null : record.States.Pointer,
            });
            GC.KeepAlive(record);
        }
    }

    /// <summary>A record with room for the states that are kept and with the bound values in it.</summary>
    public TapeRecord<T> NewRecord(DensityPlan plan, Bindings<T> bindings, int batch)
    {
        var states = _tapes.Rent(Units(plan, batch) * Segments.Of(plan).Kept * plan.StateLength);
        try
        {
            var bound = _tapes.Rent(bindings.Parameters.Length + bindings.Inputs.Length);
            bindings.Parameters.CopyTo(new Span<T>(bound.Pointer, bindings.Parameters.Length));
            bindings.Inputs.CopyTo(new Span<T>(bound.Pointer + bindings.Parameters.Length, bindings.Inputs.Length));
            return new TapeRecord<T>(_tapes, states, bound, bindings.Parameters.Length);
        }
        catch
        {
            states.Dispose();
            throw;
        }
    }

    public void Backward(DensityTape<T> tape, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients)
    {
        var record = (TapeRecord<T>)tape.Payload;
        DensityPlan plan = tape.Plan;
        int trainables = plan.Program.TrainableCount;
        inputGradients.Clear();
        fixed (T* weights = cotangents, toInputs = inputGradients)
        {
            var job = new Job
            {
                Plan = plan, Batch = tape.Batch, Parameters = record.Bindings.Pointer, Inputs = record.Bindings.Pointer + record.ParameterCount,
                Readout = plan.For(tape.Readout), Tape = record.States.Pointer, Cotangents = weights, InputGradients = toInputs,
            };
            int groups = Groups(job);
            if (_partials.Length < groups * trainables)
            {
                _partials = new double[groups * trainables];
            }

            _partials.AsSpan(0, groups * trainables).Clear();
            Run(job);
            GC.KeepAlive(tape);
            for (int p = 0; p < trainables; p++)
            {
                double sum = 0;
                for (int group = 0; group < groups; group++)
                {
                    sum += _partials[group * trainables + p];
                }

                parameterGradients[p] = T.CreateChecked(sum);
            }
        }
    }

    public void Dispose()
    {
        foreach (DensityMachine<T> machine in _machines)
        {
            machine.Dispose();
        }

        foreach (Workspace space in _spaces)
        {
            space.Dispose();
        }

        _tapes.Dispose();
        _shared.Dispose();
    }

    void IWork.Do(int worker, int item)
    {
        int units = Units(_job.Plan, _job.Batch), groups = Groups(_job);
        int first = (int)((long)item * units / groups), end = (int)((item + 1L) * units / groups);
        for (int unit = first; unit < end; unit++)
        {
            DoUnit(worker, unit, item);
        }
    }

    private static DensityMachine<float> SingleMachine(LaneWidth width) => width switch
    {
        LaneWidth.Bits512 => new DensityMachine<Lane512Single, float>(),
        LaneWidth.Bits256 => new DensityMachine<Lane256Single, float>(),
        LaneWidth.Bits128 => new DensityMachine<Lane128Single, float>(),
        _ => new DensityMachine<LaneScalar<float>, float>(),
    };

    private static DensityMachine<double> DoubleMachine(LaneWidth width) => width switch
    {
        LaneWidth.Bits512 => new DensityMachine<Lane512Double, double>(),
        LaneWidth.Bits256 => new DensityMachine<Lane256Double, double>(),
        LaneWidth.Bits128 => new DensityMachine<Lane128Double, double>(),
        _ => new DensityMachine<LaneScalar<double>, double>(),
    };

    private static int Units(DensityPlan plan, int batch) => plan.HasLaneQubits ? batch : (batch + Row - 1) / Row;

    private static bool IsSpread(DensityPlan plan) => plan.QubitCount >= SpreadStateFrom;

    private static int Groups(Job job) => IsSpread(job.Plan) ? 1 : Math.Min(MaximumGroups, Units(job.Plan, job.Batch));

    private static void Grow(ref NativeBuffer<T> buffer, long length)
    {
        if (buffer.Length < length)
        {
            buffer.Dispose();
            buffer = new NativeBuffer<T>(length);
        }
    }

    private void Run(Job job)
    {
        _job = job;
        DensityPlan plan = job.Plan;
        Grow(ref _shared, (long)plan.EntryCount * Row);
        Span<double> entries = _spaces[0].Numbers(plan.EntryCount);
        foreach (NumericOperation operation in plan.Operations)
        {
            if (!operation.HasInputs)
            {
                Span<double> own = entries[..operation.Entries];
                EntryTable.Fill(operation, new ReadOnlySpan<T>(job.Parameters, plan.Program.TrainableCount), [], own);
                Broadcast(own, _shared.Pointer + (long)operation.Offset * Row);
            }
        }

        if (IsSpread(plan))
        {
            for (int unit = 0; unit < job.Batch; unit++)
            {
                DoUnit(0, unit, 0);
            }
        }
        else
        {
            _pool.Run(this, Groups(job));
        }

        GC.KeepAlive(job.Initial);
        GC.KeepAlive(job.Final);
        _job = null!;
    }

    private static void Broadcast(ReadOnlySpan<double> entries, T* rows)
    {
        for (int e = 0; e < entries.Length; e++)
        {
            new Span<T>(rows + (long)e * Row, Row).Fill(T.CreateChecked(entries[e]));
        }
    }

    private void DoUnit(int worker, int unit, int group)
    {
        Job job = _job;
        DensityPlan plan = job.Plan;
        Workspace space = _spaces[worker];
        var entries = new DensityEntries<T>(_shared.Pointer, OwnEntries(space, unit));
        if (job.Cotangents != null)
        {
            Backward(worker, unit, group, entries);
            return;
        }

        long length = plan.StateLength;
        Grow(ref space.State, length);
        T* state = space.State.Pointer;
        Load(state, unit);
        Segments segments = Segments.Of(plan);
        T* tape = job.Tape + unit * segments.Kept * length;
        for (int p = 0; p < plan.Passes.Length; p++)
        {
            if (job.Tape != null && !plan.IsInvertible && segments.Starts(p))
            {
                Copy(state, tape, length);
                tape += length;
            }

            Pass(worker, DensityDirection.Forward, plan.Passes[p], state, state, entries);
        }

        if (job.Tape != null && plan.IsInvertible && segments.Kept > 0)
        {
            Copy(state, tape, length);
        }

        (int first, int samples) = Samples(unit);
        for (int s = 0; s < samples; s++)
        {
            if (job.Readout is { } readout)
            {
                int count = readout.Places.Length;
                Read(readout, state + s, new Span<T>(job.Values + (long)(first + s) * count, count), space);
            }

            if (job.Final is { } final)
            {
                Unpack(state + s, plan.FinalStrides, final.Coefficients(first + s));
            }
        }
    }

    private void Backward(int worker, int unit, int group, DensityEntries<T> entries)
    {
        Job job = _job;
        DensityPlan plan = job.Plan;
        Workspace space = _spaces[worker];
        Segments segments = Segments.Of(plan);
        if (segments.Kept == 0)
        {
            return;
        }

        long length = plan.StateLength;
        Grow(ref space.Costate, length);
        Grow(ref space.State, length * segments.Length);
        T* costate = space.Costate.Pointer;
        T* states = space.State.Pointer;
        T* tape = job.Tape + unit * segments.Kept * length;
        Seed(costate, unit, space);
        int parts = IsSpread(plan) ? Parts : 1;
        Grow(ref space.Sums, (long)parts * plan.SumCount * Row);
        new Span<T>(space.Sums.Pointer, parts * plan.SumCount * Row).Clear();

        if (plan.IsInvertible)
        {
            Copy(tape, states, length);
            for (int p = plan.Passes.Length - 1; p >= plan.FirstDifferentiable; p--)
            {
                Pass(worker, DensityDirection.Undo, plan.Passes[p], states, costate, entries);
            }
        }
        else
        {
            for (int segment = segments.Kept - 1; segment >= 0; segment--)
            {
                (int from, int to) = segments.Range(segment);
                Copy(tape + segment * length, states, length);
                for (int p = from; p + 1 < to; p++)
                {
                    Pass(worker, DensityDirection.Forward, plan.Passes[p], states + (p - from) * length, states + (p + 1 - from) * length, entries);
                }

                for (int p = to - 1; p >= from; p--)
                {
                    Pass(worker, DensityDirection.Replay, plan.Passes[p], states + (p - from) * length, costate, entries);
                }
            }
        }

        Differentiate(space, unit, group, parts);
    }

    /// <summary>From the maps' sums to gradients, sample by sample.</summary>
    private void Differentiate(Workspace space, int unit, int group, int parts)
    {
        Job job = _job;
        DensityPlan plan = job.Plan;
        int trainables = plan.Program.TrainableCount, inputs = plan.Program.InputCount;
        (int first, int samples) = Samples(unit);
        Span<double> numbers = space.Numbers(plan.SumCount + EntryTable.WorkLength(plan) + inputs);
        Span<double> sums = numbers[..plan.SumCount], work = numbers[plan.SumCount..^inputs], toInputs = numbers[^inputs..];
        for (int s = 0; s < samples; s++)
        {
            for (int e = 0; e < plan.SumCount; e++)
            {
                double sum = 0;
                for (int part = 0; part < parts; part++)
                {
                    T* row = space.Sums.Pointer + ((long)part * plan.SumCount + e) * Row;
                    for (int lane = plan.HasLaneQubits ? 0 : s; lane < (plan.HasLaneQubits ? Row : s + 1); lane++)
                    {
                        sum += double.CreateChecked(row[lane]);
                    }
                }

                sums[e] = sum;
            }

            toInputs.Clear();
            foreach (NumericOperation operation in plan.Operations)
            {
                if (operation.IsDifferentiable)
                {
                    EntryTable.Differentiate(
                        operation, new ReadOnlySpan<T>(job.Parameters, trainables), Inputs(first + s), sums.Slice(operation.Gradient, operation.Entries),
                        _partials.AsSpan(group * trainables, trainables), toInputs, work);
                }
            }

            for (int i = 0; job.InputGradients != null && i < inputs; i++)
            {
                job.InputGradients[(long)(first + s) * inputs + i] = T.CreateChecked(toInputs[i]);
            }
        }
    }

    private ReadOnlySpan<T> Inputs(int sample)
    {
        int count = _job.Plan.Program.InputCount;
        return new ReadOnlySpan<T>(_job.Inputs + (long)sample * count, count);
    }

    /// <summary>Entries that differ between samples: in every lane those of its sample.</summary>
    private T* OwnEntries(Workspace space, int unit)
    {
        DensityPlan plan = _job.Plan;
        if (!plan.HasInputs)
        {
            return null;
        }

        Grow(ref space.Entries, (long)plan.EntryCount * Row);
        (int first, int samples) = Samples(unit);
        foreach (NumericOperation operation in plan.Operations)
        {
            if (!operation.HasInputs)
            {
                continue;
            }

            Span<double> entries = space.Numbers(operation.Entries);
            T* rows = space.Entries.Pointer + (long)operation.Offset * Row;
            for (int s = 0; s < samples; s++)
            {
                EntryTable.Fill(operation, new ReadOnlySpan<T>(_job.Parameters, plan.Program.TrainableCount), Inputs(first + s), entries);
                if (plan.HasLaneQubits)
                {
                    Broadcast(entries, rows);
                    continue;
                }

                for (int e = 0; e < entries.Length; e++)
                {
                    rows[(long)e * Row + s] = T.CreateChecked(entries[e]);
                }
            }
        }

        return space.Entries.Pointer;
    }

    private (int First, int Count) Samples(int unit) =>
        _job.Plan.HasLaneQubits ? (unit, 1) : (unit * Row, Math.Min(Row, _job.Batch - unit * Row));

    private void Pass(int worker, DensityDirection direction, DensityPass pass, T* state, T* other, DensityEntries<T> entries)
    {
        if (IsSpread(_job.Plan))
        {
            _spread.Run(direction, pass, state, other, entries);
        }
        else
        {
            Pass(_machines[worker], direction, pass, state, other, entries, _spaces[worker].Sums.Pointer, 0, pass.Bases.Length);
        }
    }

    private static void Pass(
        DensityMachine<T> machine, DensityDirection direction, DensityPass pass, T* state, T* other, DensityEntries<T> entries, T* sums, int first, int end)
    {
        switch (direction)
        {
            case DensityDirection.Forward: machine.Forward(pass, state, other, entries, first, end); break;
            case DensityDirection.Replay: machine.Replay(pass, state, other, entries, sums, first, end); break;
            default: machine.Undo(pass, state, other, entries, sums, first, end); break;
        }
    }

    private void Load(T* state, int unit)
    {
        DensityPlan plan = _job.Plan;
        (int first, int samples) = Samples(unit);
        if (plan.HasLaneQubits && _job.Initial is { } initial)
        {
            // Rows lie side by side in runs of 64.
            const long RunRows = 64;
            for (long row = 0; row < plan.Coefficients / Row; row += RunRows)
            {
                Copy(initial.Pointer(first) + row * Row, state + DensityPlan.RowPlace(row) * Row, RunRows * Row);
            }

            return;
        }

        new Span<T>(state, (int)plan.StateLength).Clear();
        for (int s = 0; s < samples; s++)
        {
            if (_job.Initial is { } states)
            {
                T* source = states.Pointer(first + s);
                for (long i = 0; i < plan.Coefficients; i++)
                {
                    state[DensityPlan.RowPlace(i) * Row + s] = source[i];
                }
            }
            else
            {
                for (int zs = 0; zs < 1 << plan.QubitCount; zs++)
                {
                    state[ReadoutPlaces.Place(zs, plan.InitialStrides) + s] = T.One;
                }
            }
        }
    }

    private void Seed(T* costate, int unit, Workspace space)
    {
        DensityPlan plan = _job.Plan;
        ReadoutPlaces readout = _job.Readout!;
        int count = readout.Places.Length;
        new Span<T>(costate, (int)plan.StateLength).Clear();
        (int first, int samples) = Samples(unit);
        Span<double> weights = space.Numbers(count);
        for (int s = 0; s < samples; s++)
        {
            T* own = _job.Cotangents + (long)(first + s) * count;
            for (int k = 0; k < count; k++)
            {
                weights[k] = double.CreateChecked(own[k]);
            }

            if (readout.IsBorn)
            {
                ReadoutPlaces.ToProbabilities(weights);
            }

            for (int k = 0; k < count; k++)
            {
                costate[readout.Places[k] + s] += T.CreateChecked(weights[k]);
            }
        }
    }

    private static void Read(ReadoutPlaces readout, T* state, Span<T> values, Workspace space)
    {
        if (!readout.IsBorn)
        {
            for (int k = 0; k < values.Length; k++)
            {
                values[k] = state[readout.Places[k]];
            }

            return;
        }

        Span<double> numbers = space.Numbers(values.Length);
        for (int k = 0; k < values.Length; k++)
        {
            numbers[k] = double.CreateChecked(state[readout.Places[k]]);
        }

        ReadoutPlaces.ToProbabilities(numbers);
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = T.CreateChecked(numbers[k]);
        }
    }

    private static void Unpack(T* state, long[] strides, Span<T> coefficients)
    {
        // An index is split in two halves, whose places add up.
        int half = strides.Length / 2;
        long[] low = PlacesOf(strides.AsSpan(0, half)), high = PlacesOf(strides.AsSpan(half));
        for (int h = 0, i = 0; h < high.Length; h++)
        {
            T* own = state + high[h];
            for (int l = 0; l < low.Length; l++)
            {
                coefficients[i++] = own[low[l]];
            }
        }
    }

    private static long[] PlacesOf(ReadOnlySpan<long> strides)
    {
        var places = new long[1 << (2 * strides.Length)];
        for (int i = 0; i < places.Length; i++)
        {
            for (int q = 0; q < strides.Length; q++)
            {
                places[i] += ((i >> (2 * q)) & 3) * strides[q];
            }
        }

        return places;
    }

    private static void Copy(T* from, T* to, long length) => Buffer.MemoryCopy(from, to, length * sizeof(T), length * sizeof(T));

    /// <summary>A pass whose blocks are shared out among the threads.</summary>
    private sealed class SpreadPass(DensitySession<T> session) : IWork
    {
        private DensityDirection _direction;
        private DensityPass _pass = null!;
        private T* _state;
        private T* _other;
        private DensityEntries<T> _entries;

        public void Run(DensityDirection direction, DensityPass pass, T* state, T* other, DensityEntries<T> entries)
        {
            _direction = direction;
            _pass = pass;
            _state = state;
            _other = other;
            _entries = entries;
            session._pool.Run(this, Math.Min(Parts, pass.Bases.Length));
            _pass = null!;
        }

        public void Do(int worker, int item)
        {
            int blocks = _pass.Bases.Length, parts = Math.Min(Parts, blocks);
            T* sums = _direction == DensityDirection.Forward ? null : session._spaces[0].Sums.Pointer + (long)item * session._job.Plan.SumCount * Row;
            Pass(
                session._machines[worker], _direction, _pass, _state, _other, _entries, sums,
                (int)((long)item * blocks / parts), (int)((item + 1L) * blocks / parts));
        }
    }

    /// <summary>What one call has to do, with plain pointers into memory that the caller holds fixed.</summary>
    private sealed class Job
    {
        public required DensityPlan Plan;
        public required int Batch;
        public T* Parameters;
        public T* Inputs;
        public DensityMatrixBatch<T>? Initial;
        public DensityMatrixBatch<T>? Final;
        public ReadoutPlaces? Readout;
        public T* Values;
        public T* Tape;
        public T* Cotangents;
        public T* InputGradients;
    }

    /// <summary>Memory of one worker.</summary>
    private sealed class Workspace : IDisposable
    {
        public NativeBuffer<T> State = new(0);
        public NativeBuffer<T> Costate = new(0);
        public NativeBuffer<T> Entries = new(0);
        public NativeBuffer<T> Sums = new(0);
        private double[] _numbers = [];

        /// <summary>Numbers that hold until the next call.</summary>
        public Span<double> Numbers(int count)
        {
            if (_numbers.Length < count)
            {
                _numbers = new double[count];
            }

            return _numbers.AsSpan(0, count);
        }

        public void Dispose()
        {
            State.Dispose();
            Costate.Dispose();
            Entries.Dispose();
            Sums.Dispose();
        }
    }

    /// <summary>
    /// The passes that a backward run goes through, cut into segments of about the square root of their number. A forward run keeps the state
    /// before each segment; the backward run works out the others again, a segment at a time. A unitary program keeps its final state only.
    /// Source of the scheme: Griewank and Walther 2000 (docs/references.md: GriewankWalther2000).
    /// </summary>
    private readonly record struct Segments(int First, int End, int Length, int Kept)
    {
        public static Segments Of(DensityPlan plan)
        {
            int first = plan.FirstDifferentiable, end = plan.Passes.Length, count = end - first;
            int length = plan.IsInvertible ? 1 : (int)Math.Ceiling(Math.Sqrt(count));
            return new Segments(first, end, length, count == 0 ? 0 : plan.IsInvertible ? 1 : (count + length - 1) / length);
        }

        public bool Starts(int pass) => pass >= First && (pass - First) % Length == 0;

        public (int From, int To) Range(int segment) => (First + segment * Length, Math.Min(End, First + (segment + 1) * Length));
    }
}

/// <summary>Which way a pass goes.</summary>
internal enum DensityDirection
{
    /// <summary>State forward, into the same memory or other.</summary>
    Forward,

    /// <summary>Co-state back, from the state before the pass.</summary>
    Replay,

    /// <summary>State and co-state back.</summary>
    Undo,
}
