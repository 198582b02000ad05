using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Engine.Cpu;

/// <summary>
/// Takes one state at a time through a job, with the lanes along its amplitudes. With a pool the loop over amplitudes is spread over
/// its threads; sums are taken in a fixed number of parts, so that they do not depend on how many there are.
/// </summary>
internal abstract class WideMachine<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Lane bits of the machine's vectors.</summary>
    public abstract int LaneBits { get; }

    /// <summary>Makes ready for a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="plan">The job's circuit; null to read states as they are.</param>
    /// <param name="readout">What to read; null for nothing.</param>
    /// <param name="pool">Threads for one state; null when other threads take other states.</param>
    public abstract void Begin(TileJob<T> job, WidePlan? plan, WideReadout? readout, WorkerPool? pool);

    /// <summary>Takes one sample through the job that was begun.</summary>
    public abstract void Execute(int sample, int group);

    public abstract void Dispose();
}

/// <summary>The machinery for one vector width and precision.</summary>
internal sealed unsafe partial class WideMachine<TLane, T> : WideMachine<T>, IWork
    where TLane : unmanaged, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaximumParts = 32;

    /// <summary>Least number of tiles, or of groups of them, in a part.</summary>
    private const int LeastInPart = 8;
    private const int DenseVectors = 2 * 64;

    private NativeBuffer<T>? _memory;
    private TileJob<T> _job = null!;
    private WidePlan? _plan;
    private WideReadout? _readout;
    private WorkerPool? _pool;

    // The loop that is being spread over threads, and what it is about: fields, so that steady work allocates nothing.
    private Loop _loop;
    private int _loopCount;
    private int _loopParts;
    private WideBlock _block = null!;
    private WideTranspose _transpose = null!;
    private PassGeometry _geometry = null!;
    private WideFrame _frame = null!;
    private PairString _text;
    private T* _tiles;
    private T _phaseR;
    private T _phaseI;

    private int _tileBits;
    private int _blockBits;
    private int _sample;

    private T* _state;
    private T* _costate;
    private T* _idle;
    private T* _signs;
    private T* _matrices;
    private T* _weights;
    private T* _parts;
    private T* _sums;
    private T* _workers;
    private long _partVectors;
    private long _sumVectors;
    private long _workerVectors;
    private double[] _angles = [];
    private double[] _slotGradients = [];

    // Of every slot of the plan: the shears a, b of a rotation, or cos, sin of a phase.
    private T[] _coefficients = [];

    private enum Loop
    {
        Clear,
        Load,
        Store,
        Transpose,
        Forward,
        Backward,
        Probabilities,
        ReadParities,
        ReadPair,
        CopyTape,
        WeighProbabilities,
        WeighParities,
        WeighPair,
    }

    public override int LaneBits => BitOperations.Log2((uint)TLane.Count);

    public override void Dispose() => _memory?.Dispose();

    public override void Begin(TileJob<T> job, WidePlan? plan, WideReadout? readout, WorkerPool? pool)
    {
        _job = job;
        _plan = plan;
        _readout = readout;
        _pool = pool;
        _tileBits = job.Qubits - LaneBits;
        _blockBits = plan is { Blocks.Length: > 0 } ? plan.Blocks[0].TileBits : 0;
        int slots = job.Plan?.SlotTable.Slots.Length ?? 0;
        if (_angles.Length < slots)
        {
            _angles = new double[slots];
            _slotGradients = new double[slots];
            _coefficients = new T[2 * slots];
        }

        long needed = Layout(null);
        if (_memory is null || _memory.Length < needed)
        {
            _memory?.Dispose();
            _memory = new NativeBuffer<T>(needed);
        }

        Layout(_memory.Pointer);
        Clear(_idle, 4);
        TLane.Broadcast(T.One).Store(_idle + 2 * TLane.Count);
        for (int mask = 0; mask < TLane.Count; mask++)
        {
            for (int lane = 0; lane < TLane.Count; lane++)
            {
                _signs[mask * TLane.Count + lane] = T.CreateChecked(new WideSlot(0, mask, false).Sign(lane));
            }
        }
    }

    public override void Execute(int sample, int group)
    {
        _sample = sample;
        if (_plan is not null)
        {
            FillCoefficients(sample);
        }

        if (_job.IsBackward)
        {
            Backward(sample, group);
        }
        else
        {
            Forward(sample);
        }
    }

    void IWork.Do(int worker, int item) => DoPart(item, worker);

    private long Layout(T* memory)
    {
        int n = TLane.Count;
        long at = 0;
        T* Take(long vectors)
        {
            T* start = memory + at;
            at += (vectors * n + 15) / 16 * 16;
            return start;
        }

        bool backward = _job.IsBackward;
        long numbers = 2L << _job.Qubits;
        WideBlock[] blocks = _plan?.Blocks ?? [];
        _state = Take(_job.Tape != null && !backward ? 0 : numbers / n);
        _costate = Take(backward ? numbers / n : 0);
        _idle = Take(4);
        _signs = Take(n);
        _matrices = Take((_plan?.MostDense ?? 0) * DenseVectors);
        _weights = Take(Math.Max(_tileBits + 1, PairKernel<TLane, T>.Vectors));
        _partVectors = PhaseTable<TLane, T>.Vectors + _tileBits + 1;
        _parts = Take(MaximumParts * _partVectors);
        _sumVectors = backward && _plan is not null ? _plan.MostSlots + _plan.MostDense * DenseVectors : 0;
        _sums = Take(blocks.Length == 0 ? 0 : PartCount(blocks[0].Count, 1) * _sumVectors);
        _workerVectors = ScratchVectors(blocks) * (backward ? 2 : 1) + BoundVectors + StepSumVectors + PhaseTable<TLane, T>.Vectors + 2 * DenseVectors;
        _workers = Take((_pool?.Threads ?? 1) * _workerVectors);
        return at;
    }

    /// <summary>Vectors of the tiles of a block; none when the state is its only block.</summary>
    private static long ScratchVectors(WideBlock[] blocks) => blocks.Length == 0 || blocks[0].IsWhole ? 0 : 2L << blocks[0].TileBits;

    /// <summary>Vectors of the coefficients of a step: two for the phase of each qubit, and two for its rotation.</summary>
    private int BoundVectors => 4 * _blockBits;

    /// <summary>Vectors of the sums of a step: one for each rotation, with one to spare in the last pass, and each phase, and one for those of the lanes.</summary>
    private int StepSumVectors => 2 * (_blockBits / 2 + 1) + _blockBits + 1;

    /// <summary>Cuts a loop into parts, done on the pool's threads when there is one.</summary>
    private void Spread(Loop loop, int count)
    {
        _loop = loop;
        _loopCount = count;
        _loopParts = PartCount(count, loop is Loop.Forward or Loop.Backward ? 1 : LeastInPart);
        if (_pool is null || _loopParts == 1)
        {
            for (int part = 0; part < _loopParts; part++)
            {
                DoPart(part, 0);
            }
        }
        else
        {
            _pool.Run(this, _loopParts);
        }
    }

    private static int PartCount(int count, int leastInPart) => Math.Clamp(count / leastInPart, 1, MaximumParts);

    private void DoPart(int part, int worker)
    {
        int begin = (int)((long)part * _loopCount / _loopParts), end = (int)((part + 1L) * _loopCount / _loopParts);
        switch (_loop)
        {
            case Loop.Clear:
                Clear(Tile(_tiles, begin), 2L * (end - begin));
                break;
            case Loop.Load:
                LoadTiles(begin, end);
                break;
            case Loop.Store:
                StoreAmplitudes(begin << LaneBits, end << LaneBits);
                break;
            case Loop.Transpose:
                Transpose(_transpose, _tiles, begin, end);
                break;
            case Loop.Forward:
                ForwardBlocks(begin, end, worker);
                break;
            case Loop.Backward:
                BackwardBlocks(begin, end, part, worker);
                break;
            case Loop.Probabilities:
                ReadProbabilities(begin << LaneBits, end << LaneBits);
                break;
            case Loop.ReadParities:
                Clear(Sums(part), _tileBits + 1);
                ParityKernel<TLane, T>.Read(_tiles, _geometry, Table(part), Sums(part), begin, end);
                break;
            case Loop.ReadPair:
                Clear(Table(part), PairKernel<TLane, T>.Vectors);
                PairKernel<TLane, T>.Read(_tiles, _geometry, Table(part), begin, end);
                PairKernel<TLane, T>.Expectation(Table(part), _text).Store(Sums(part));
                break;
            case Loop.CopyTape:
                long bytes = (long)(end - begin) * 2 * TLane.Count * sizeof(T);
                Buffer.MemoryCopy(Tile(_tiles, begin), Tile(_state, begin), bytes, bytes);
                Clear(Tile(_costate, begin), 2L * (end - begin));
                break;
            case Loop.WeighProbabilities:
                WeighProbabilities(begin << LaneBits, end << LaneBits);
                break;
            case Loop.WeighParities:
                ParityKernel<TLane, T>.Weigh(_state, _costate, _geometry, Table(part), _weights, begin, end);
                break;
            case Loop.WeighPair:
                PairKernel<TLane, T>.Weigh(_state, _costate, _geometry, _weights, begin, end);
                break;
        }
    }

    private static T* Tile(T* tiles, int tile) => tiles + (long)tile * (2 * TLane.Count);

    /// <summary>Scratch of one part of a readout: first room for a phase table, then sums.</summary>
    private T* Table(int part) => _parts + part * _partVectors * TLane.Count;

    private T* Sums(int part) => Table(part) + PhaseTable<TLane, T>.Vectors * TLane.Count;

    /// <summary>Gradient sums of one part of a sweep: for each slot, then for the entries of each dense gate.</summary>
    private T* Gradients(int part) => _sums + part * _sumVectors * TLane.Count;

    // Scratch of one worker: state and co-state of a block, then what a step needs.
    private T* Scratch(int worker) => _workers + worker * _workerVectors * TLane.Count;

    private T* CostateScratch(int worker) => Scratch(worker) + ScratchVectors(_plan!.Blocks) * TLane.Count;

    private T* Bound(int worker) => CostateScratch(worker) + (_job.IsBackward ? ScratchVectors(_plan!.Blocks) * TLane.Count : 0);

    private T* StepSums(int worker) => Bound(worker) + BoundVectors * TLane.Count;

    private T* Phases(int worker) => StepSums(worker) + StepSumVectors * TLane.Count;

    private T* Matrix(int worker) => Phases(worker) + PhaseTable<TLane, T>.Vectors * TLane.Count;

    private T* Cross(int worker) => Matrix(worker) + DenseVectors * TLane.Count;

    private T* Matrix(WideDense dense) => _matrices + (long)dense.Index * (DenseVectors * TLane.Count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Clear(T* memory, long vectors)
    {
        for (long v = 0; v < vectors; v++)
        {
            TLane.Zero.Store(memory + v * TLane.Count);
        }
    }
}
