using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Backends;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Engine.Cpu;

/// <summary>What a CPU backend keeps for one precision: a machine for each worker, and memory that is used again.</summary>
internal sealed unsafe partial class CpuSession<T> : IWork, IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Tiles are summed in at most this many groups of neighbours, whatever the number of threads, so that sums do not depend on it.
    /// </summary>
    private const int MaximumGroups = 64;

    /// <summary>States of this many qubits are shared out among the threads, smaller ones of a batch are done one by each.</summary>
    private const int SpreadStateFrom = 18;

    /// <summary>States up to this many qubits lie in a core's second-level cache and go through a circuit as a whole, on one thread.</summary>
    private const int LargestWhole = 14;

    /// <summary>Bytes of a block of a larger state: a quarter of a second-level cache, so that state and co-state fit.</summary>
    private const int BlockBytes = 1 << 18;

    /// <summary>A larger state has at least 2^this blocks for the threads to share.</summary>
    private const int LeastBlockBits = 3;

    private readonly WorkerPool _pool;
    private readonly TileMachine<T>[] _machines;

    // With few lanes, for trajectories of large registers.
    private readonly TileMachine<T>[] _narrowMachines;
    private readonly TapePool<T> _tapes = new();
    private readonly TileJob<T> _job = new();
    private readonly ConditionalWeakTable<Readout, ReadoutPlan>[] _plainReadouts = new ConditionalWeakTable<Readout, ReadoutPlan>[Guard.MaximumQubits + 1];
    private readonly ConditionalWeakTable<Plan, WidePlan> _widePlans = [];
    private readonly WideMachine<T>[] _wideMachines;
    private readonly CpuOptions _options;
    private NativeBuffer<T> _shared = new(0);
    private NativeBuffer<double> _partials = new(0);
    private NativeBuffer<T> _rowGradients = new(0);
    private double[] _sharedAngles = [];
    private TileMachine<T>[] _tileMachines;
    private int _tiles;
    private int _groups;
    private bool _isWide;
    private WidePlan? _widePlan;
    private WideReadout? _wideReadout;

    public CpuSession(WorkerPool pool, LaneWidth width, CpuOptions options)
    {
        _pool = pool;
        _options = options;
        _wideMachines = new WideMachine<T>[pool.Threads];
        _machines = new TileMachine<T>[pool.Threads];
        _narrowMachines = new TileMachine<T>[pool.Threads];
        _tileMachines = _machines;
        for (int i = 0; i < _machines.Length; i++)
        {
            _machines[i] = Machine(width);
            _narrowMachines[i] = Machine(width < LaneWidth.Bits128 ? width : LaneWidth.Bits128);
            _wideMachines[i] = typeof(T) == typeof(float)
                ? (WideMachine<T>)(object)WideSingleMachine(width)
                : (WideMachine<T>)(object)WideDoubleMachine(width);
        }
    }

    private int LaneCount => _machines[0].LaneCount;

    private static TileMachine<T> Machine(LaneWidth width) => typeof(T) == typeof(float)
        ? (TileMachine<T>)(object)SingleMachine(width)
        : (TileMachine<T>)(object)DoubleMachine(width);

    public void Bind(Plan plan, Bindings<T> bindings, int batch)
    {
        fixed (T* parameters = bindings.Parameters, inputs = bindings.Inputs)
        {
            Prepare(plan, null, batch, plan.QubitCount, 1L << plan.Circuit.QubitCount);
            Bind(plan, parameters, inputs);
        }
    }

    // The tiles see raw pointers: KeepAlive holds what owns them until the last tile is done.
    public void Apply(Plan plan, Bindings<T> bindings, StateVectorBatch<T> states)
    {
        fixed (T* parameters = bindings.Parameters, inputs = bindings.Inputs)
        {
            Prepare(plan, null, states.Batch, plan.QubitCount, states.Dimension);
            Bind(plan, parameters, inputs);
            _job.InitialReal = _job.FinalReal = states.RealPointer(0);
            _job.InitialImaginary = _job.FinalImaginary = states.ImaginaryPointer(0);
            RunTiles();
            GC.KeepAlive(states);
        }
    }

    public void Measure(StateVectorBatch<T> states, Readout readout, Span<T> values)
    {
        // A register of one qubit is read as two, of which the second is 0.
        int qubits = Math.Max(2, states.QubitCount);
        bool isWide = IsWide(qubits, states.Batch);
        fixed (T* output = values)
        {
            Prepare(null, isWide ? null : PlainReadout(readout, qubits), states.Batch, qubits, states.Dimension);
            _wideReadout = isWide ? new WideReadout(readout, IndexMap.Identity(qubits), new WideStorage(qubits, _wideMachines[0].LaneBits)) : null;
            _job.InitialReal = states.RealPointer(0);
            _job.InitialImaginary = states.ImaginaryPointer(0);
            _job.Values = output;
            RunTiles();
            GC.KeepAlive(states);
        }
    }

    public void Run(
        Plan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, StateVectorBatch<T>? initial, TapeRecord<T>? record)
    {
        fixed (T* parameters = bindings.Parameters, inputs = bindings.Inputs, output = values)
        {
            PrepareRead(plan, readout, batch);
            Bind(plan, parameters, inputs);
            if (initial is not null)
            {
                _job.InitialReal = initial.RealPointer(0);
                _job.InitialImaginary = initial.ImaginaryPointer(0);
            }

            _job.Values = output;
            _job.Tape = record is null ? null : record.States.Pointer;
            RunTiles();
            GC.KeepAlive(initial);
            GC.KeepAlive(record);
        }
    }

    /// <summary>A record with room for the final states and with the bound values in it.</summary>
    public TapeRecord<T> NewRecord(Plan plan, Bindings<T> bindings, int batch)
    {
        long length = IsWide(plan.QubitCount, batch)
            ? (long)batch * 2 << plan.QubitCount
            : (batch + LaneCount - 1L) / LaneCount * _machines[0].TileLength(plan.QubitCount);
        return NewRecord(bindings, length);
    }

    private TapeRecord<T> NewRecord(Bindings<T> bindings, long stateLength)
    {
        var states = _tapes.Rent(stateLength);
        var bound = _tapes.Rent(bindings.Parameters.Length + bindings.Inputs.Length);
        bindings.Parameters.CopyTo(new Span<T>(bound.Pointer, bindings.Parameters.Length));
        bindings.Inputs.CopyTo(new Span<T>(bound.Pointer + bindings.Parameters.Length, bindings.Inputs.Length));
        return new TapeRecord<T>(_tapes, states, bound, bindings.Parameters.Length);
    }

    public void Backward(AdjointTape<T> tape, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients)
    {
        var record = (TapeRecord<T>)tape.Payload;
        var plan = tape.Plan;
        int trainables = plan.Circuit.TrainableCount;
        fixed (T* weights = cotangents, toInputs = inputGradients)
        {
            PrepareRead(plan, tape.Readout, tape.Batch);
            Bind(plan, record.Bindings.Pointer, record.Bindings.Pointer + record.ParameterCount);
            ClearPartials(trainables);
            _job.Tape = record.States.Pointer;
            _job.Cotangents = weights;
            inputGradients.Clear();
            _job.InputGradients = toInputs;
            RunTiles();
            GC.KeepAlive(tape);
        }

        SumPartials(parameterGradients);
    }

    private void ClearPartials(int trainables)
    {
        Grow(ref _partials, (long)_groups * trainables);
        new Span<double>(_partials.Pointer, _groups * trainables).Clear();
        _job.PartialGradients = _partials.Pointer;
    }

    private void SumPartials(Span<T> parameterGradients)
    {
        int trainables = parameterGradients.Length;
        for (int p = 0; p < trainables; p++)
        {
            double sum = 0;
            for (int group = 0; group < _groups; group++)
            {
                sum += _partials.Pointer[(long)group * trainables + p];
            }

            parameterGradients[p] = T.CreateChecked(sum);
        }
    }

    public void Dispose()
    {
        foreach (var machine in _machines.Concat(_narrowMachines))
        {
            machine.Dispose();
        }

        foreach (var machine in _wideMachines)
        {
            machine.Dispose();
        }

        _tapes.Dispose();
        _shared.Dispose();
        _partials.Dispose();
        _rowGradients.Dispose();
    }

    void IWork.Do(int worker, int item)
    {
        int first = (int)((long)item * _tiles / _groups), end = (int)((item + 1L) * _tiles / _groups);
        if (_isWide)
        {
            DoWide(_wideMachines[worker], first, end, item, null);
            return;
        }

        var machine = _tileMachines[worker];
        machine.Begin(_job);
        for (int tile = first; tile < end; tile++)
        {
            machine.Execute(tile, item);
        }
    }

    private void DoWide(WideMachine<T> machine, int first, int end, int group, WorkerPool? pool)
    {
        machine.Begin(_job, _widePlan, _wideReadout, pool);
        for (int sample = first; sample < end; sample++)
        {
            machine.Execute(sample, group);
        }
    }

    private static TileMachine<float> SingleMachine(LaneWidth width) => width switch
    {
        LaneWidth.Bits512 => new TileMachine<Lane512Single, float>(),
        LaneWidth.Bits256 => new TileMachine<Lane256Single, float>(),
        LaneWidth.Bits128 => new TileMachine<Lane128Single, float>(),
        _ => new TileMachine<LaneScalar<float>, float>(),
    };

    private static TileMachine<double> DoubleMachine(LaneWidth width) => width switch
    {
        LaneWidth.Bits512 => new TileMachine<Lane512Double, double>(),
        LaneWidth.Bits256 => new TileMachine<Lane256Double, double>(),
        LaneWidth.Bits128 => new TileMachine<Lane128Double, double>(),
        _ => new TileMachine<LaneScalar<double>, double>(),
    };

    private static WideMachine<float> WideSingleMachine(LaneWidth width) => width switch
    {
        LaneWidth.Bits512 => new WideMachine<Lane512Single, float>(),
        LaneWidth.Bits256 => new WideMachine<Lane256Single, float>(),
        LaneWidth.Bits128 => new WideMachine<Lane128Single, float>(),
        _ => new WideMachine<LaneScalar<float>, float>(),
    };

    private static WideMachine<double> WideDoubleMachine(LaneWidth width) => width switch
    {
        LaneWidth.Bits512 => new WideMachine<Lane512Double, double>(),
        LaneWidth.Bits256 => new WideMachine<Lane256Double, double>(),
        LaneWidth.Bits128 => new WideMachine<Lane128Double, double>(),
        _ => new WideMachine<LaneScalar<double>, double>(),
    };

    /// <summary>Whether states are run one at a time: large ones, and those of a batch that would leave most lanes empty.</summary>
    private bool IsWide(int qubits, int batch) =>
        qubits >= WidePlan.LeastQubits(_wideMachines[0].LaneBits) && (qubits >= _options.AmplitudeLanesFrom || 4 * batch <= LaneCount);

    private int BlockQubits(int qubits)
    {
        int fitting = Math.Min(BitOperations.Log2((uint)(BlockBytes / (2 * sizeof(T)))), qubits - LeastBlockBits);
        return Math.Max(_options.BlockQubits ?? (qubits > LargestWhole ? fitting : qubits), WidePlan.LeastBlockQubits(_wideMachines[0].LaneBits));
    }

    /// <summary>What a run with its readout does for one sample, for states that are given.</summary>
    public PlanWork Work(Plan plan, Readout readout, int batch)
    {
        var wide = IsWide(plan.QubitCount, batch) ? Wide(plan) : null;
        long stateBytes = 2L * sizeof(T) << plan.QubitCount;

        // Given states are read once; where a state does not stay in a cache it is also written as it is loaded, and read by the readout.
        return new PlanWork(
            (wide?.ForwardOperations ?? plan.ForwardOperations) + OperationCount.Readout(plan.For(readout), plan.QubitCount, backward: false),
            stateBytes * (wide is { Transfers: > 0 } ? wide.Transfers + 3 : 1));
    }

    // The lookups come first because a delegate that captures costs memory each time, wanted or not.
    private WidePlan Wide(Plan plan) => _widePlans.TryGetValue(plan, out var known) ? known : _widePlans.GetValue(plan, p => new WidePlan(p, _wideMachines[0].LaneBits, BlockQubits(p.QubitCount)));

    private void Prepare(Plan? plan, ReadoutPlan? readout, int batch, int qubits, long dimension, TileMachine<T>[]? tiled = null)
    {
        _isWide = tiled is null && IsWide(qubits, batch);
        _tileMachines = tiled ?? _machines;
        _widePlan = _isWide && plan is not null ? Wide(plan) : null;
        _wideReadout = null;
        int lanes = _tileMachines[0].LaneCount;
        _tiles = _isWide ? batch : (batch + lanes - 1) / lanes;
        _groups = Math.Min(MaximumGroups, _tiles);
        _job.Plan = plan;
        _job.Readout = readout;
        _job.Batch = batch;
        _job.Qubits = qubits;
        _job.Dimension = dimension;
        _job.Parameters = _job.Inputs = null;
        _job.InitialReal = _job.InitialImaginary = _job.FinalReal = _job.FinalImaginary = null;
        _job.Values = _job.Tape = _job.Cotangents = _job.InputGradients = null;
        _job.PartialGradients = null;
        _job.Trajectories = null;
        _job.RowsPerSample = 1;
        _job.Bits = null;
    }

    private void Bind(Plan plan, T* parameters, T* inputs)
    {
        var table = plan.SlotTable;
        if (_sharedAngles.Length < table.Slots.Length)
        {
            _sharedAngles = new double[table.Slots.Length];
        }

        table.SharedParts(new ReadOnlySpan<T>(parameters, plan.Circuit.TrainableCount), _sharedAngles);
        Grow(ref _shared, 2L * _tileMachines[0].LaneCount * table.Slots.Length);
        _job.Parameters = parameters;
        _job.Inputs = inputs;
        _job.SharedAngles = _sharedAngles;
        _job.SharedCoefficients = _shared.Pointer;
        if (!_isWide)
        {
            _tileMachines[0].FillShared(_job, _shared.Pointer);
        }
    }

    private void RunTiles()
    {
        if (_isWide && (_groups == 1 || _job.Qubits >= SpreadStateFrom))
        {
            for (int group = 0; group < _groups; group++)
            {
                DoWide(_wideMachines[0], (int)((long)group * _tiles / _groups), (int)((group + 1L) * _tiles / _groups), group, _pool);
            }
        }
        else
        {
            _pool.Run(this, _groups);
        }
    }

    private void PrepareRead(Plan plan, Readout readout, int batch)
    {
        bool isWide = IsWide(plan.QubitCount, batch);
        Prepare(plan, isWide ? null : plan.For(readout), batch, plan.QubitCount, 1L << plan.Circuit.QubitCount);
        _wideReadout = isWide ? _widePlan!.For(readout) : null;
    }

    private ReadoutPlan PlainReadout(Readout readout, int qubits) =>
        (_plainReadouts[qubits] ??= []).TryGetValue(readout, out var known) ? known : AddPlainReadout(readout, qubits);

    private ReadoutPlan AddPlainReadout(Readout readout, int qubits) =>
        _plainReadouts[qubits].GetValue(readout, r => new ReadoutPlan(r, IndexMap.Identity(qubits)));

    private static void Grow<TItem>(ref NativeBuffer<TItem> buffer, long length)
        where TItem : unmanaged
    {
        if (buffer.Length < length)
        {
            buffer.Dispose();
            buffer = new NativeBuffer<TItem>(length);
        }
    }
}
