using System.Numerics;
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

    /// <summary>Least outer blocks (of 32 groups) in a part: each part makes its own table of phases.</summary>
    private const int LeastInPart = 8;
    private const int DenseNumbers = 2 * 64;

    private NativeBuffer<T>? _memory;
    private TileJob<T> _job = null!;
    private WidePlan? _plan;
    private WideReadout? _readout;
    private WorkerPool? _pool;
    private RangeBody _body = null!;
    private int _bodyCount;
    private int _tileBits;
    private int _sample;

    private T* _state;
    private T* _costate;
    private T* _coefficients;
    private T* _idle;
    private T* _signs;
    private T* _matrix;
    private T* _weights;
    private T* _parts;
    private int _partVectors;
    private double[] _angles = [];
    private double[] _slotGradients = [];

    private delegate void RangeBody(int begin, int end, int part);

    public override int LaneBits => BitOperations.Log2((uint)TLane.Count);

    public override void Dispose() => _memory?.Dispose();

    public override void Begin(TileJob<T> job, WidePlan? plan, WideReadout? readout, WorkerPool? pool)
    {
        _job = job;
        _plan = plan;
        _readout = readout;
        _pool = pool;
        _tileBits = job.Qubits - LaneBits;
        int slots = job.Plan?.SlotTable.Slots.Length ?? 0;
        if (_angles.Length < slots)
        {
            _angles = new double[slots];
            _slotGradients = new double[slots];
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

    void IWork.Do(int worker, int item) => DoPart(item);

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
        _state = Take(_job.Tape != null && !backward ? 0 : numbers / n);
        _costate = Take(backward ? numbers / n : 0);
        _coefficients = Take(2L * (_plan?.Slots.Length ?? 0));
        _idle = Take(4);
        _signs = Take(n);
        _matrix = Take(DenseNumbers);
        _weights = Take(Math.Max(_tileBits + 1, PairKernel<TLane, T>.Vectors));
        _partVectors = PhaseTable<TLane, T>.Vectors + Math.Max(DenseNumbers, 3 * (_tileBits + 2));
        _parts = Take((long)MaximumParts * _partVectors);
        return at;
    }

    /// <summary>Cuts a loop into parts, done on the pool's threads when there is one.</summary>
    private void Spread(int count, RangeBody body)
    {
        _body = body;
        _bodyCount = count;
        int parts = PartCount(count);
        if (_pool is null || parts == 1)
        {
            for (int part = 0; part < parts; part++)
            {
                DoPart(part);
            }
        }
        else
        {
            _pool.Run(this, parts);
        }
    }

    private static int PartCount(int count) => Math.Clamp(count / LeastInPart, 1, MaximumParts);

    private void DoPart(int part)
    {
        int parts = PartCount(_bodyCount);
        _body((int)((long)part * _bodyCount / parts), (int)((part + 1L) * _bodyCount / parts), part);
    }

    /// <summary>Scratch of one part: first a phase table, then sums.</summary>
    private T* Table(int part) => _parts + (long)part * _partVectors * TLane.Count;

    private T* Sums(int part) => Table(part) + PhaseTable<TLane, T>.Vectors * TLane.Count;

    private T* Shears(int slot) => slot == RotationStep.None ? _idle : _coefficients + (long)slot * (2 * TLane.Count);

    private T* Phase(int slot) => slot == RotationStep.None ? _idle + 2 * TLane.Count : _coefficients + (long)slot * (2 * TLane.Count);

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

        int n = TLane.Count;
        for (int w = 0; w < _plan!.Slots.Length; w++)
        {
            var slot = _plan.Slots[w];
            double first, second;
            bool isRotation = table.Slots[slot.Slot].IsRotation;
            if (isRotation)
            {
                var (sin, cos) = Math.SinCos(0.5 * _angles[slot.Slot]);
                double sign = cos < 0 ? -1 : 1;
                first = -sign * sin / (1 + sign * cos);
                second = sign * sin;
            }
            else
            {
                (second, first) = Math.SinCos(_angles[slot.Slot]);
            }

            // A lane in which the qubit's values are exchanged turns the other way.
            TLane way = TLane.Load(_signs + (long)slot.LaneMask * n) * TLane.Broadcast(slot.Negative ? -T.One : T.One);
            TLane a = TLane.Broadcast(T.CreateChecked(first));
            T* at = _coefficients + (long)w * (2 * n);
            (isRotation ? way * a : a).Store(at);
            (way * TLane.Broadcast(T.CreateChecked(second))).Store(at + n);
        }
    }

    private void Forward(int sample)
    {
        long length = 2L << _job.Qubits;
        T* state = _job.Tape != null ? _job.Tape + sample * length : _state;
        if (_job.InitialReal != null)
        {
            LoadState(state, sample);
        }
        else
        {
            Spread(1 << _tileBits, (begin, end, _) => Clear(state + (long)begin * 2 * TLane.Count, 2L * (end - begin)));
            state[0] = T.One;
        }

        if (_plan is not null)
        {
            foreach (var step in _plan.Steps)
            {
                Forward(step, state);
            }

            if (_job.FinalReal != null)
            {
                StoreState(_plan.FinalStorage.Frame(_job.Plan!.FinalMap), state, sample);
            }
        }

        if (_job.Values != null)
        {
            Read(state, sample);
        }
    }

    private void LoadState(T* state, int sample)
    {
        int n = TLane.Count;
        T* real = _job.InitialReal + sample * _job.Dimension, imaginary = _job.InitialImaginary + sample * _job.Dimension;
        Spread(1 << _tileBits, (begin, end, _) =>
        {
            for (long tile = begin; tile < end; tile++)
            {
                TLane.Load(real + tile * n).Store(state + tile * (2 * n));
                TLane.Load(imaginary + tile * n).Store(state + tile * (2 * n) + n);
            }
        });
    }

    private void StoreState(WideFrame frame, T* state, int sample)
    {
        // The global phase and the signs that the shears left out.
        var slots = _job.Plan!.SlotTable.Slots;
        var (sin, cos) = Math.SinCos(_angles[slots.Length - 1]);
        double sign = 1;
        for (int s = 0; s < slots.Length; s++)
        {
            sign *= slots[s].IsRotation && Math.Cos(0.5 * _angles[s]) < 0 ? -1 : 1;
        }

        T phaseR = T.CreateChecked(sign * cos), phaseI = T.CreateChecked(sign * sin);
        T* real = _job.FinalReal + sample * _job.Dimension, imaginary = _job.FinalImaginary + sample * _job.Dimension;
        Spread(1 << _tileBits, (begin, end, _) =>
        {
            for (int x = begin << LaneBits; x < end << LaneBits; x++)
            {
                T* at = At(state, frame.Place(x));
                T r = at[0], i = at[TLane.Count];
                real[x] = r * phaseR - i * phaseI;
                imaginary[x] = r * phaseI + i * phaseR;
            }
        });
    }

    private static T* At(T* state, int place) =>
        state + (long)(place / TLane.Count) * (2 * TLane.Count) + place % TLane.Count;

    private void Forward(WideStep step, T* state)
    {
        switch (step)
        {
            case WideTranspose transpose:
                Transpose(transpose, state);
                break;
            case WideDense dense:
                FillMatrix(dense, _job.Plan!);
                Spread(dense.Geometry.OuterCount, (begin, end, _) => DenseKernel<TLane, T>.Forward(state, dense.Geometry, _matrix, begin, end));
                break;
            case WideRotation rotation:
                ForwardRotation(rotation, state);
                break;
        }
    }

    private void Transpose(WideTranspose step, T* state)
    {
        int n = TLane.Count;
        int[] offsets = step.RowOffsets;
        Spread(step.GroupCount, (begin, end, _) =>
        {
            T** rows = stackalloc T*[n];
            for (int group = begin; group < end; group++)
            {
                int origin = step.Origin(group);
                for (int r = 0; r < n; r++)
                {
                    rows[r] = state + (long)(origin ^ offsets[r]) * (2 * n);
                }

                Transposer<TLane, T>.Square(rows, 0);
                Transposer<TLane, T>.Square(rows, n);
            }
        });
    }

    private void ForwardRotation(WideRotation wide, T* state)
    {
        var step = wide.Step;
        int last = step.Passes.Length - 1;
        for (int p = 0; p < step.FirstBlocked; p++)
        {
            var pass = step.Passes[p];
            bool withPhases = p == last && step.HasPhases;
            Spread(pass.Geometry.OuterCount, (begin, end, part) =>
            {
                PhaseTable<TLane, T> table = default;
                FillPhases(wide, withPhases, part, ref table);
                RotationKernel<TLane, T>.Forward(
                    state, pass.Geometry, Shears(pass.Slot0), Shears(pass.Slot1), withPhases ? &table : null, begin, end);
            });
        }

        if (step.FirstBlocked > last)
        {
            return;
        }

        Spread(step.Passes[last].Geometry.OuterCount, (begin, end, part) =>
        {
            PhaseTable<TLane, T> table = default;
            FillPhases(wide, step.HasPhases, part, ref table);
            for (int block = begin; block < end; block++)
            {
                for (int p = step.FirstBlocked; p <= last; p++)
                {
                    var pass = step.Passes[p];
                    RotationKernel<TLane, T>.Forward(
                        state, pass.Geometry, Shears(pass.Slot0), Shears(pass.Slot1), p == last && step.HasPhases ? &table : null, block, block + 1);
                }
            }
        });
    }

    private void FillPhases(WideRotation wide, bool wanted, int part, ref PhaseTable<TLane, T> table)
    {
        if (!wanted)
        {
            return;
        }

        T** phases = stackalloc T*[_tileBits];
        for (int b = 0; b < _tileBits; b++)
        {
            phases[b] = Phase(wide.Step.Phases[b]);
        }

        TLane real = TLane.Broadcast(T.One), imaginary = TLane.Zero;
        foreach (int slot in wide.LanePhases)
        {
            TLane c = TLane.Load(Phase(slot)), s = TLane.Load(Phase(slot) + TLane.Count);
            TLane next = TLane.NegFma(imaginary, s, real * c);
            imaginary = TLane.Fma(real, s, imaginary * c);
            real = next;
        }

        table.Fill(Table(part), wide.Step.Passes[^1].Geometry, phases, real, imaginary);
    }

    private void FillMatrix(WideDense dense, Plan plan)
    {
        int n = TLane.Count, size = 1 << dense.Step.Operation.Qubits.Length;
        var values = dense.Step.Operation.Gate.Matrix(ParameterValues(dense.Step, plan));
        for (int lane = 0; lane < n; lane++)
        {
            int flip = dense.LocalFlip(lane);
            for (int ab = 0; ab < size * size; ab++)
            {
                var entry = values[(ab / size) ^ flip, (ab % size) ^ flip];
                _matrix[ab * 2 * n + lane] = T.CreateChecked(entry.Real);
                _matrix[ab * 2 * n + n + lane] = T.CreateChecked(entry.Imaginary);
            }
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

    private void Read(T* state, int sample)
    {
        var readout = _readout!;
        T* values = _job.Values + (long)sample * readout.Count;
        if (readout.IsBorn)
        {
            Spread(1 << _tileBits, (begin, end, _) =>
            {
                for (int x = begin << LaneBits; x < end << LaneBits; x++)
                {
                    T* at = At(state, readout.Frame.Place(x));
                    values[x] = at[0] * at[0] + at[TLane.Count] * at[TLane.Count];
                }
            });
            return;
        }

        foreach (var step in readout.Steps)
        {
            switch (step)
            {
                case WideReadTranspose transpose:
                    Transpose(transpose.Transpose, state);
                    break;
                case WideParityRead parity:
                    Spread(parity.Geometry.OuterCount, (begin, end, part) =>
                    {
                        Clear(Sums(part), _tileBits + 1);
                        ParityKernel<TLane, T>.Read(state, parity.Geometry, Table(part), Sums(part), begin, end);
                    });
                    foreach (var output in parity.Outputs)
                    {
                        values[output.Output] = T.CreateChecked(SumParts(parity.Geometry.OuterCount, output.Bit, output.Sign));
                    }

                    break;
                case WidePairRead pair:
                    Spread(pair.Geometry.OuterCount, (begin, end, part) =>
                    {
                        Clear(Table(part), PairKernel<TLane, T>.Vectors);
                        PairKernel<TLane, T>.Read(state, pair.Geometry, Table(part), begin, end);
                        PairKernel<TLane, T>.Expectation(Table(part), pair.Text).Store(Sums(part));
                    });
                    values[pair.Sign.Output] = T.CreateChecked(SumParts(pair.Geometry.OuterCount, 0, pair.Sign.Sign));
                    break;
            }
        }

        // The tape keeps states where the plan's steps left them.
        if (_job.Tape != null)
        {
            UndoReadTransposes(state);
        }
    }

    private void UndoReadTransposes(T* state)
    {
        foreach (var step in _readout!.Steps.Reverse())
        {
            if (step is WideReadTranspose transpose)
            {
                Transpose(transpose.Transpose, state);
            }
        }
    }

    /// <summary>The signed sum over parts and lanes of one vector of the sums, in double.</summary>
    private double SumParts(int count, int index, Func<int, int> sign)
    {
        double sum = 0;
        for (int part = 0; part < PartCount(count); part++)
        {
            T* at = Sums(part) + (long)index * TLane.Count;
            for (int lane = 0; lane < TLane.Count; lane++)
            {
                sum += sign(lane) * double.CreateChecked(at[lane]);
            }
        }

        return sum;
    }

    private void Backward(int sample, int group)
    {
        long length = 2L << _job.Qubits;
        T* tape = _job.Tape + sample * length;
        Spread(1 << _tileBits, (begin, end, _) =>
        {
            long at = (long)begin * 2 * TLane.Count, count = (long)(end - begin) * 2 * TLane.Count;
            Buffer.MemoryCopy(tape + at, _state + at, count * sizeof(T), count * sizeof(T));
            Clear(_costate + at, 2L * (end - begin));
        });
        Weigh(sample);
        Array.Clear(_slotGradients);
        var plan = _job.Plan!;
        double* partial = _job.PartialGradients + (long)group * plan.Circuit.TrainableCount;
        T* inputGradients = _job.InputGradients == null ? null : _job.InputGradients + (long)sample * plan.Circuit.InputCount;
        for (int s = _plan!.Steps.Length - 1; s >= _plan.FirstDifferentiable; s--)
        {
            switch (_plan.Steps[s])
            {
                case WideTranspose transpose:
                    Transpose(transpose, _state);
                    Transpose(transpose, _costate);
                    break;
                case WideDense dense:
                    BackwardDense(dense, partial, inputGradients);
                    break;
                case WideRotation rotation:
                    BackwardRotation(rotation);
                    break;
            }
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
            Spread(1 << _tileBits, (begin, end, _) =>
            {
                for (int x = begin << LaneBits; x < end << LaneBits; x++)
                {
                    int place = readout.Frame.Place(x);
                    T* from = At(_state, place), to = At(_costate, place);
                    to[0] = cotangents[x] * from[0];
                    to[TLane.Count] = cotangents[x] * from[TLane.Count];
                }
            });
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

                    Spread(parity.Geometry.OuterCount, (begin, end, part) =>
                        ParityKernel<TLane, T>.Weigh(_state, _costate, parity.Geometry, Table(part), _weights, begin, end));
                    break;
                case WidePairRead pair:
                    Clear(_weights, PairKernel<TLane, T>.Vectors);
                    PairKernel<TLane, T>.AddString(_weights, pair.Text, Signed(cotangents[pair.Sign.Output], pair.Sign));
                    Spread(pair.Geometry.OuterCount, (begin, end, _) =>
                        PairKernel<TLane, T>.Weigh(_state, _costate, pair.Geometry, _weights, begin, end));
                    break;
            }
        }

        UndoReadTransposes(_state);
        UndoReadTransposes(_costate);
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

    private void BackwardRotation(WideRotation wide)
    {
        var step = wide.Step;
        int n = TLane.Count, last = step.Passes.Length - 1;
        if (step.FirstBlocked <= last)
        {
            int count = step.Passes[last].Geometry.OuterCount;
            Spread(count, (begin, end, part) =>
            {
                PhaseTable<TLane, T> table = default;
                FillPhases(wide, step.HasPhases, part, ref table);
                T* sums = Sums(part), phaseSums = sums + 2L * step.Passes.Length * n;
                Clear(sums, 2 * step.Passes.Length + _tileBits + 1);
                for (int block = begin; block < end; block++)
                {
                    for (int p = last; p >= step.FirstBlocked; p--)
                    {
                        BackwardPass(step, p, p == last && step.HasPhases ? &table : null, sums, phaseSums, block, block + 1);
                    }
                }
            });
            for (int p = step.FirstBlocked; p <= last; p++)
            {
                StoreRotationGradients(step.Passes[p], p, count);
            }

            StorePhaseGradients(wide, count);
        }

        for (int p = step.FirstBlocked - 1; p >= 0; p--)
        {
            int own = p, count = step.Passes[p].Geometry.OuterCount;
            bool withPhases = p == last && step.HasPhases;
            Spread(count, (begin, end, part) =>
            {
                PhaseTable<TLane, T> table = default;
                FillPhases(wide, withPhases, part, ref table);
                T* sums = Sums(part), phaseSums = sums + 2L * step.Passes.Length * n;
                Clear(sums, 2 * step.Passes.Length + _tileBits + 1);
                BackwardPass(step, own, withPhases ? &table : null, sums, phaseSums, begin, end);
            });
            StoreRotationGradients(step.Passes[p], p, count);
            if (withPhases)
            {
                StorePhaseGradients(wide, count);
            }
        }
    }

    private void BackwardPass(RotationStep step, int index, PhaseTable<TLane, T>* phases, T* sums, T* phaseSums, int begin, int end)
    {
        var pass = step.Passes[index];
        RotationKernel<TLane, T>.Backward(
            _state, _costate, pass.Geometry, Shears(pass.Slot0), Shears(pass.Slot1), phases, sums + 2L * index * TLane.Count, phaseSums, begin, end);
    }

    private void StoreRotationGradients(RotationPass pass, int index, int count)
    {
        StoreGradient(pass.Slot0, count, 2 * index, 1);
        StoreGradient(pass.Slot1, count, 2 * index + 1, 1);
    }

    private void StorePhaseGradients(WideRotation wide, int count)
    {
        int first = 2 * wide.Step.Passes.Length;
        for (int b = 0; b < _tileBits; b++)
        {
            StoreGradient(wide.Step.Phases[b], count, first + b, -2);
        }

        foreach (int slot in wide.LanePhases)
        {
            StoreGradient(slot, count, first + _tileBits, -2);
        }
    }

    private void StoreGradient(int wideSlot, int count, int index, double factor)
    {
        if (wideSlot != RotationStep.None)
        {
            var slot = _plan!.Slots[wideSlot];
            _slotGradients[slot.Slot] += factor * SumParts(count, index, slot.Sign);
        }
    }

    private void BackwardDense(WideDense dense, double* partial, T* inputGradients)
    {
        int n = TLane.Count, size = 1 << dense.Step.Operation.Qubits.Length, count = dense.Geometry.OuterCount;
        FillMatrix(dense, _job.Plan!);
        Spread(count, (begin, end, part) =>
        {
            Clear(Sums(part), DenseNumbers);
            DenseKernel<TLane, T>.Backward(_state, _costate, dense.Geometry, _matrix, dense.IsDifferentiable ? Sums(part) : null, begin, end);
        });
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
            for (int part = 0; part < PartCount(count); part++)
            {
                for (int lane = 0; lane < n; lane++)
                {
                    int flip = dense.LocalFlip(lane);
                    for (int ab = 0; ab < size * size; ab++)
                    {
                        var entry = derivative[(ab / size) ^ flip, (ab % size) ^ flip];
                        T* cross = Sums(part) + ab * 2 * n + lane;
                        sum += double.CreateChecked(cross[0]) * entry.Real - double.CreateChecked(cross[n]) * entry.Imaginary;
                    }
                }
            }

            AddGradient(parameter, 2 * parameter.Scale * sum, partial, inputGradients);
        }
    }

    private static void Clear(T* memory, long vectors)
    {
        for (long v = 0; v < vectors; v++)
        {
            TLane.Zero.Store(memory + v * TLane.Count);
        }
    }
}
