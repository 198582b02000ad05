using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Circuits;
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
internal sealed unsafe class WideMachine<TLane, T> : WideMachine<T>, IWork
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
    private void FillCoefficients(int sample)
    {
        var table = _job.Plan!.SlotTable;
        int inputs = _job.Plan.Circuit.InputCount;
        for (int s = 0; s < table.Slots.Length; s++)
        {
            double angle = _job.SharedAngles[s];
            for (int t = table.FirstInput[s]; t < table.FirstInput[s + 1]; t++)
            {
                angle += table.Inputs[t].Weight * double.CreateChecked(_job.Inputs[(long)sample * inputs + table.Inputs[t].Index]);
            }

            _angles[s] = angle;
        }

        for (int s = 0; s < table.Slots.Length; s++)
        {
            double first, second;
            if (table.Slots[s].IsRotation)
            {
                var (sin, cos) = Math.SinCos(0.5 * _angles[s]);
                double sign = cos < 0 ? -1 : 1;
                first = -sign * sin / (1 + sign * cos);
                second = sign * sin;
            }
            else
            {
                (second, first) = Math.SinCos(_angles[s]);
            }

            _coefficients[2 * s] = T.CreateChecked(first);
            _coefficients[2 * s + 1] = T.CreateChecked(second);
        }
    }

    private void Forward(int sample)
    {
        long length = 2L << _job.Qubits;
        T* state = _job.Tape != null ? _job.Tape + sample * length : _state;
        _tiles = state;
        if (_job.InitialReal != null)
        {
            Spread(Loop.Load, 1 << _tileBits);
        }
        else
        {
            Spread(Loop.Clear, 1 << _tileBits);
            state[0] = T.One;
        }

        if (_plan is not null)
        {
            foreach (var block in _plan.Blocks)
            {
                FillMatrices(block);
                _block = block;
                Spread(Loop.Forward, block.Count);
            }

            if (_job.FinalReal != null)
            {
                StoreState(_plan.FinalFrame);
            }
        }

        if (_job.Values != null)
        {
            Read();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LoadTiles(int begin, int end)
    {
        int n = TLane.Count;
        T* real = _job.InitialReal + _sample * _job.Dimension, imaginary = _job.InitialImaginary + _sample * _job.Dimension;
        for (int tile = begin; tile < end; tile++)
        {
            T* to = Tile(_tiles, tile);
            TLane.Load(real + (long)tile * n).Store(to);
            TLane.Load(imaginary + (long)tile * n).Store(to + n);
        }
    }

    private void StoreState(WideFrame frame)
    {
        // The global phase and the signs that the shears left out.
        var slots = _job.Plan!.SlotTable.Slots;
        var (sin, cos) = Math.SinCos(_angles[slots.Length - 1]);
        double sign = 1;
        for (int s = 0; s < slots.Length; s++)
        {
            sign *= slots[s].IsRotation && Math.Cos(0.5 * _angles[s]) < 0 ? -1 : 1;
        }

        _phaseR = T.CreateChecked(sign * cos);
        _phaseI = T.CreateChecked(sign * sin);
        _frame = frame;
        Spread(Loop.Store, 1 << _tileBits);
    }

    private void StoreAmplitudes(int begin, int end)
    {
        T* real = _job.FinalReal + _sample * _job.Dimension, imaginary = _job.FinalImaginary + _sample * _job.Dimension;
        for (int x = begin; x < end; x++)
        {
            T* at = At(_tiles, _frame.Place(x));
            T r = at[0], i = at[TLane.Count];
            real[x] = r * _phaseR - i * _phaseI;
            imaginary[x] = r * _phaseI + i * _phaseR;
        }
    }

    private static T* At(T* state, int place) =>
        state + (long)(place / TLane.Count) * (2 * TLane.Count) + place % TLane.Count;

    private void ForwardBlocks(int begin, int end, int worker)
    {
        for (int index = begin; index < end; index++)
        {
            int origin = _block.Origin(index);
            T* tiles = _block.IsWhole ? _tiles : Scratch(worker);
            if (!_block.IsWhole)
            {
                Gather(_tiles, origin, _block.Offsets, tiles);
            }

            foreach (var step in _block.Steps)
            {
                switch (step)
                {
                    case WideTranspose transpose:
                        Transpose(transpose, tiles, 0, transpose.GroupCount);
                        break;
                    case WideDense dense:
                        BindMatrix(dense, origin, worker);
                        DenseKernel<TLane, T>.Forward(tiles, dense.Geometry, Matrix(worker), 0, dense.Geometry.OuterCount);
                        break;
                    case WideRotation rotation:
                        ForwardRotation(rotation, tiles, origin, worker);
                        break;
                }
            }

            if (!_block.IsWhole)
            {
                Scatter(tiles, _tiles, origin, _block.Offsets);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(T* tiles, int origin, int[] offsets, T* block)
    {
        int n = TLane.Count;
        for (int k = 0; k < offsets.Length; k++)
        {
            T* from = tiles + (long)(origin ^ offsets[k]) * (2 * n), to = block + (long)k * (2 * n);
            TLane.Load(from).Store(to);
            TLane.Load(from + n).Store(to + n);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(T* block, T* tiles, int origin, int[] offsets)
    {
        int n = TLane.Count;
        for (int k = 0; k < offsets.Length; k++)
        {
            T* from = block + (long)k * (2 * n), to = tiles + (long)(origin ^ offsets[k]) * (2 * n);
            TLane.Load(from).Store(to);
            TLane.Load(from + n).Store(to + n);
        }
    }

    private void Transpose(WideTranspose step, T* tiles)
    {
        _transpose = step;
        _tiles = tiles;
        Spread(Loop.Transpose, step.GroupCount);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(WideTranspose step, T* tiles, int begin, int end)
    {
        int n = TLane.Count;
        int[] offsets = step.RowOffsets;
        T** rows = stackalloc T*[n];
        for (int group = begin; group < end; group++)
        {
            int origin = step.Origin(group);
            for (int r = 0; r < n; r++)
            {
                rows[r] = tiles + (long)(origin ^ offsets[r]) * (2 * n);
            }

            Transposer<TLane, T>.Square(rows, 0);
            Transposer<TLane, T>.Square(rows, n);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ForwardRotation(WideRotation wide, T* tiles, int origin, int worker)
    {
        var step = wide.Step;
        PhaseTable<TLane, T> table = default;
        PhaseTable<TLane, T>* phases = null;
        Bind(wide, origin, worker, ref table);
        if (step.HasPhases)
        {
            phases = &table;
        }

        RotationPass[] passes = step.ForwardPasses;
        int last = passes.Length - 1;
        for (int p = 0; p < step.FirstForwardBlocked; p++)
        {
            ForwardPass(tiles, passes[p], worker, p == last ? phases : null, 0, passes[p].Geometry.OuterCount);
        }

        int blocks = step.FirstForwardBlocked <= last ? step.ForwardBlocks : 0;
        for (int block = 0; block < blocks; block++)
        {
            for (int p = step.FirstForwardBlocked; p <= last; p++)
            {
                int count = passes[p].Geometry.OuterCount / blocks;
                ForwardPass(tiles, passes[p], worker, p == last ? phases : null, block * count, (block + 1) * count);
            }
        }
    }

    private void ForwardPass(T* tiles, RotationPass pass, int worker, PhaseTable<TLane, T>* phases, int begin, int end)
    {
        T* first = Shears(worker, pass, 0), second = Shears(worker, pass, 1);
        if (pass.IsTriple)
        {
            RotationKernel<TLane, T>.ForwardTriple(tiles, pass.Geometry, first, second, Shears(worker, pass, 2), begin, end);
        }
        else
        {
            RotationKernel<TLane, T>.Forward(tiles, pass.Geometry, first, second, phases, begin, end);
        }
    }

    /// <summary>The coefficients of one of a pass's rotations, which are kept by qubit.</summary>
    private T* Shears(int worker, RotationPass pass, int local) =>
        pass.Slot(local) == RotationStep.None ? _idle : Bound(worker) + 2 * (_blockBits + pass.Geometry.LocalQubits[local]) * TLane.Count;

    /// <summary>The coefficients of a step for every lane of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Bind(WideRotation wide, int origin, int worker, ref PhaseTable<TLane, T> table)
    {
        var step = wide.Step;
        for (int b = 0; b < _blockBits; b++)
        {
            Bind(step.Rotations[b], origin, Bound(worker) + 2 * (_blockBits + b) * TLane.Count, _idle);
        }

        if (!step.HasPhases)
        {
            return;
        }

        int n = TLane.Count;
        T* idle = _idle + 2 * n, bound = Bound(worker);
        T** phases = stackalloc T*[_blockBits];
        TLane real = TLane.Broadcast(T.One), imaginary = TLane.Zero;
        foreach (int slot in wide.LanePhases)
        {
            Bind(slot, origin, bound, idle);
            TLane c = TLane.Load(bound), s = TLane.Load(bound + n);
            TLane next = TLane.NegFma(imaginary, s, real * c);
            imaginary = TLane.Fma(real, s, imaginary * c);
            real = next;
        }

        for (int b = 0; b < _blockBits; b++)
        {
            phases[b] = bound + b * (2 * n);
            Bind(step.Phases[b], origin, phases[b], idle);
        }

        table.Fill(Phases(worker), step.Passes[^1].Geometry, phases, real, imaginary);
    }

    /// <summary>The two coefficients of a slot. In a lane, or a block, in which the qubit's values are exchanged, it turns the other way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Bind(int slot, int origin, T* to, T* idle)
    {
        int n = TLane.Count;
        if (slot == RotationStep.None)
        {
            TLane.Load(idle).Store(to);
            TLane.Load(idle + n).Store(to + n);
            return;
        }

        var wide = _plan!.Slots[slot];
        TLane way = TLane.Load(_signs + (long)wide.LaneMask * n) * TLane.Broadcast(wide.BlockSign(origin) > 0 != wide.Negative ? T.One : -T.One);
        TLane first = TLane.Broadcast(_coefficients[2 * wide.Slot]);
        (_job.Plan!.SlotTable.Slots[wide.Slot].IsRotation ? way * first : first).Store(to);
        (way * TLane.Broadcast(_coefficients[2 * wide.Slot + 1])).Store(to + n);
    }

    /// <summary>The matrices of a sweep's dense gates in every lane of a block whose origin has no part in them.</summary>
    private void FillMatrices(WideBlock block)
    {
        int n = TLane.Count;
        foreach (var step in block.Steps)
        {
            if (step is not WideDense dense)
            {
                continue;
            }

            int size = 1 << dense.Step.Operation.Qubits.Length;
            var values = dense.Step.Operation.Gate.Matrix(ParameterValues(dense.Step, _job.Plan!));
            T* matrix = Matrix(dense);
            for (int lane = 0; lane < n; lane++)
            {
                int flip = dense.LocalFlip(lane);
                for (int ab = 0; ab < size * size; ab++)
                {
                    var entry = values[(ab / size) ^ flip, (ab % size) ^ flip];
                    matrix[ab * 2 * n + lane] = T.CreateChecked(entry.Real);
                    matrix[ab * 2 * n + n + lane] = T.CreateChecked(entry.Imaginary);
                }
            }
        }
    }

    private void BindMatrix(WideDense dense, int origin, int worker)
    {
        int n = TLane.Count, size = 1 << dense.Step.Operation.Qubits.Length, flip = dense.OuterFlip(origin);
        T* from = Matrix(dense), to = Matrix(worker);
        for (int ab = 0; ab < size * size; ab++)
        {
            T* entry = from + (ab ^ (flip * size + flip)) * 2 * n;
            TLane.Load(entry).Store(to + ab * 2 * n);
            TLane.Load(entry + n).Store(to + ab * 2 * n + n);
        }
    }

    private double[] ParameterValues(DenseStep step, Plan plan)
    {
        var parameters = step.Operation.Parameters;
        var values = new double[parameters.Length];
        for (int p = 0; p < values.Length; p++)
        {
            values[p] = parameters[p].Evaluate(parameters[p].Kind switch
            {
                ParameterKind.Trainable => double.CreateChecked(_job.Parameters[parameters[p].Index]),
                ParameterKind.Input => double.CreateChecked(_job.Inputs[(long)_sample * plan.Circuit.InputCount + parameters[p].Index]),
                _ => 0,
            });
        }

        return values;
    }

    private void Read()
    {
        var readout = _readout!;
        T* values = _job.Values + (long)_sample * readout.Count;
        if (readout.IsBorn)
        {
            _frame = readout.Frame;
            Spread(Loop.Probabilities, 1 << _tileBits);
            return;
        }

        foreach (var step in readout.Steps)
        {
            switch (step)
            {
                case WideReadTranspose transpose:
                    Transpose(transpose.Transpose, _tiles);
                    break;
                case WideParityRead parity:
                    _geometry = parity.Geometry;
                    Spread(Loop.ReadParities, parity.Geometry.OuterCount);
                    foreach (var output in parity.Outputs)
                    {
                        values[output.Output] = T.CreateChecked(SumParts(output.Bit, output));
                    }

                    break;
                case WidePairRead pair:
                    (_geometry, _text) = (pair.Geometry, pair.Text);
                    Spread(Loop.ReadPair, pair.Geometry.OuterCount);
                    values[pair.Sign.Output] = T.CreateChecked(SumParts(0, pair.Sign));
                    break;
            }
        }

        // The tape keeps states where the plan's steps left them.
        if (_job.Tape != null)
        {
            UndoReadTransposes(_tiles);
        }
    }

    private void ReadProbabilities(int begin, int end)
    {
        T* values = _job.Values + (long)_sample * _readout!.Count;
        for (int x = begin; x < end; x++)
        {
            T* at = At(_tiles, _frame.Place(x));
            values[x] = at[0] * at[0] + at[TLane.Count] * at[TLane.Count];
        }
    }

    private void UndoReadTransposes(T* tiles)
    {
        for (int s = _readout!.Steps.Length - 1; s >= 0; s--)
        {
            if (_readout.Steps[s] is WideReadTranspose transpose)
            {
                Transpose(transpose.Transpose, tiles);
            }
        }
    }

    /// <summary>The signed sum over parts and lanes of one vector of the sums, in double.</summary>
    private double SumParts(int index, WideOutput output)
    {
        double sum = 0;
        for (int part = 0; part < _loopParts; part++)
        {
            T* at = Sums(part) + (long)index * TLane.Count;
            for (int lane = 0; lane < TLane.Count; lane++)
            {
                sum += output.Sign(lane) * double.CreateChecked(at[lane]);
            }
        }

        return sum;
    }

    private void Backward(int sample, int group)
    {
        long length = 2L << _job.Qubits;
        _tiles = _job.Tape + sample * length;
        Spread(Loop.CopyTape, 1 << _tileBits);
        Weigh(sample);
        Array.Clear(_slotGradients);
        var plan = _job.Plan!;
        double* partial = _job.PartialGradients + (long)group * plan.Circuit.TrainableCount;
        T* inputGradients = _job.InputGradients == null ? null : _job.InputGradients + (long)sample * plan.Circuit.InputCount;
        for (int b = _plan!.Blocks.Length - 1; b >= _plan.FirstDifferentiable; b--)
        {
            _block = _plan.Blocks[b];
            FillMatrices(_block);
            Spread(Loop.Backward, _block.Count);
            StoreGradients(_block, partial, inputGradients);
        }

        for (int slot = 0; slot < plan.Slots.Length; slot++)
        {
            foreach (var (parameter, factor) in plan.Slots[slot].Terms)
            {
                AddGradient(parameter, factor * parameter.Scale * _slotGradients[slot], partial, inputGradients);
            }
        }
    }

    private static void AddGradient(Parameter parameter, double gradient, double* partial, T* inputGradients)
    {
        if (!parameter.Differentiable)
        {
            return;
        }

        if (parameter.Kind == ParameterKind.Trainable)
        {
            partial[parameter.Index] += gradient;
        }
        else if (inputGradients != null)
        {
            inputGradients[parameter.Index] += T.CreateChecked(gradient);
        }
    }

    private void Weigh(int sample)
    {
        var readout = _readout!;
        T* cotangents = _job.Cotangents + (long)sample * readout.Count;
        if (readout.IsBorn)
        {
            _frame = readout.Frame;
            Spread(Loop.WeighProbabilities, 1 << _tileBits);
            return;
        }

        foreach (var step in readout.Steps)
        {
            switch (step)
            {
                case WideReadTranspose transpose:
                    Transpose(transpose.Transpose, _state);
                    Transpose(transpose.Transpose, _costate);
                    break;
                case WideParityRead parity:
                    Clear(_weights, _tileBits + 1);
                    foreach (var output in parity.Outputs)
                    {
                        Folding<TLane, T>.Add(_weights, output.Bit, Signed(cotangents[output.Output], output));
                    }

                    _geometry = parity.Geometry;
                    Spread(Loop.WeighParities, parity.Geometry.OuterCount);
                    break;
                case WidePairRead pair:
                    Clear(_weights, PairKernel<TLane, T>.Vectors);
                    PairKernel<TLane, T>.AddString(_weights, pair.Text, Signed(cotangents[pair.Sign.Output], pair.Sign));
                    _geometry = pair.Geometry;
                    Spread(Loop.WeighPair, pair.Geometry.OuterCount);
                    break;
            }
        }

        UndoReadTransposes(_state);
        UndoReadTransposes(_costate);
    }

    private void WeighProbabilities(int begin, int end)
    {
        T* cotangents = _job.Cotangents + (long)_sample * _readout!.Count;
        for (int x = begin; x < end; x++)
        {
            int place = _frame.Place(x);
            T* from = At(_state, place), to = At(_costate, place);
            to[0] = cotangents[x] * from[0];
            to[TLane.Count] = cotangents[x] * from[TLane.Count];
        }
    }

    private static TLane Signed(T value, WideOutput output)
    {
        T* lanes = stackalloc T[TLane.Count];
        for (int lane = 0; lane < TLane.Count; lane++)
        {
            lanes[lane] = output.Sign(lane) > 0 ? value : -value;
        }

        return TLane.Load(lanes);
    }

    private void BackwardBlocks(int begin, int end, int part, int worker)
    {
        int n = TLane.Count;
        T* gradients = Gradients(part);
        Clear(gradients, _block.SlotCount + _block.DenseCount * DenseVectors);
        for (int index = begin; index < end; index++)
        {
            int origin = _block.Origin(index);
            T* state = _block.IsWhole ? _state : Scratch(worker), costate = _block.IsWhole ? _costate : CostateScratch(worker);
            if (!_block.IsWhole)
            {
                Gather(_state, origin, _block.Offsets, state);
                Gather(_costate, origin, _block.Offsets, costate);
            }

            for (int s = _block.Steps.Length - 1; s >= 0; s--)
            {
                switch (_block.Steps[s])
                {
                    case WideTranspose transpose:
                        Transpose(transpose, state, 0, transpose.GroupCount);
                        Transpose(transpose, costate, 0, transpose.GroupCount);
                        break;
                    case WideDense dense:
                        BackwardDense(dense, state, costate, origin, worker, gradients + (_block.SlotCount + (long)dense.Index * DenseVectors) * n);
                        break;
                    case WideRotation rotation:
                        BackwardRotation(rotation, state, costate, origin, worker, gradients);
                        break;
                }
            }

            if (!_block.IsWhole)
            {
                Scatter(state, _state, origin, _block.Offsets);
                Scatter(costate, _costate, origin, _block.Offsets);
            }
        }
    }

    private void BackwardRotation(WideRotation wide, T* state, T* costate, int origin, int worker, T* gradients)
    {
        var step = wide.Step;
        int n = TLane.Count, last = step.Passes.Length - 1;
        PhaseTable<TLane, T> table = default;
        PhaseTable<TLane, T>* phases = null;
        Bind(wide, origin, worker, ref table);
        if (step.HasPhases)
        {
            phases = &table;
        }

        T* sums = StepSums(worker), phaseSums = sums + 2L * step.Passes.Length * n;
        Clear(sums, 2 * step.Passes.Length + _blockBits + 1);
        int blocks = step.FirstBlocked <= last ? step.Passes[last].Geometry.OuterCount : 0;
        for (int block = 0; block < blocks; block++)
        {
            for (int p = last; p >= step.FirstBlocked; p--)
            {
                RotationKernel<TLane, T>.Backward(
                    state, costate, step.Passes[p].Geometry, Shears(worker, step.Passes[p], 0), Shears(worker, step.Passes[p], 1), p == last ? phases : null,
                    sums + 2L * p * n, phaseSums, block, block + 1);
            }
        }

        for (int p = step.FirstBlocked - 1; p >= 0; p--)
        {
            RotationKernel<TLane, T>.Backward(
                state, costate, step.Passes[p].Geometry, Shears(worker, step.Passes[p], 0), Shears(worker, step.Passes[p], 1), p == last ? phases : null,
                sums + 2L * p * n, phaseSums, 0, step.Passes[p].Geometry.OuterCount);
        }

        for (int p = 0; p <= last; p++)
        {
            AddSum(step.Passes[p].Slot0, origin, sums + 2L * p * n, gradients);
            AddSum(step.Passes[p].Slot1, origin, sums + (2L * p + 1) * n, gradients);
        }

        for (int b = 0; b < _blockBits; b++)
        {
            AddSum(step.Phases[b], origin, phaseSums + (long)b * n, gradients);
        }

        foreach (int slot in wide.LanePhases)
        {
            AddSum(slot, origin, phaseSums + (long)_blockBits * n, gradients);
        }
    }

    private void AddSum(int slot, int origin, T* sum, T* gradients)
    {
        if (slot != RotationStep.None)
        {
            TLane value = TLane.Load(sum);
            Folding<TLane, T>.Add(gradients, slot - _block.FirstSlot, _plan!.Slots[slot].BlockSign(origin) > 0 ? value : -value);
        }
    }

    private void BackwardDense(WideDense dense, T* state, T* costate, int origin, int worker, T* gradients)
    {
        int n = TLane.Count, size = 1 << dense.Step.Operation.Qubits.Length, flip = dense.OuterFlip(origin);
        T* cross = Cross(worker);
        Clear(cross, DenseVectors);
        BindMatrix(dense, origin, worker);
        DenseKernel<TLane, T>.Backward(state, costate, dense.Geometry, Matrix(worker), dense.IsDifferentiable ? cross : null, 0, dense.Geometry.OuterCount);
        for (int ab = 0; dense.IsDifferentiable && ab < size * size; ab++)
        {
            int entry = ab ^ (flip * size + flip);
            Folding<TLane, T>.Add(gradients, 2 * ab, TLane.Load(cross + entry * 2 * n));
            Folding<TLane, T>.Add(gradients, 2 * ab + 1, TLane.Load(cross + entry * 2 * n + n));
        }
    }

    private void StoreGradients(WideBlock block, double* partial, T* inputGradients)
    {
        int parts = PartCount(block.Count, 1);
        for (int s = 0; s < block.SlotCount; s++)
        {
            var slot = _plan!.Slots[block.FirstSlot + s];
            double sum = 0;
            for (int part = 0; part < parts; part++)
            {
                T* at = Gradients(part) + (long)s * TLane.Count;
                for (int lane = 0; lane < TLane.Count; lane++)
                {
                    sum += slot.Sign(lane) * double.CreateChecked(at[lane]);
                }
            }

            _slotGradients[slot.Slot] += (_job.Plan!.Slots[slot.Slot].IsRotation ? 1 : -2) * sum;
        }

        foreach (var step in block.Steps)
        {
            if (step is WideDense { IsDifferentiable: true } dense)
            {
                StoreGradients(dense, block, partial, inputGradients);
            }
        }
    }

    private void StoreGradients(WideDense dense, WideBlock block, double* partial, T* inputGradients)
    {
        int n = TLane.Count, size = 1 << dense.Step.Operation.Qubits.Length;
        double[] values = ParameterValues(dense.Step, _job.Plan!);
        for (int p = 0; p < values.Length; p++)
        {
            var parameter = dense.Step.Operation.Parameters[p];
            if (!parameter.Differentiable)
            {
                continue;
            }

            var derivative = dense.Step.Operation.Gate.Derivative(values, p);
            double sum = 0;
            for (int part = 0; part < PartCount(block.Count, 1); part++)
            {
                T* entries = Gradients(part) + (block.SlotCount + (long)dense.Index * DenseVectors) * n;
                for (int lane = 0; lane < n; lane++)
                {
                    int flip = dense.LocalFlip(lane);
                    for (int ab = 0; ab < size * size; ab++)
                    {
                        var entry = derivative[(ab / size) ^ flip, (ab % size) ^ flip];
                        T* cross = entries + ab * 2 * n + lane;
                        sum += double.CreateChecked(cross[0]) * entry.Real - double.CreateChecked(cross[n]) * entry.Imaginary;
                    }
                }
            }

            AddGradient(parameter, 2 * parameter.Scale * sum, partial, inputGradients);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Clear(T* memory, long vectors)
    {
        for (long v = 0; v < vectors; v++)
        {
            TLane.Zero.Store(memory + v * TLane.Count);
        }
    }
}
