using System.Numerics;
using QDiff.Engine.Circuits;
using QDiff.Engine.Planning;
using QDiff.Engine.States;

namespace QDiff.Engine.Cpu;

/// <summary>One thread's machinery for taking tiles through a job, with its own scratch memory, which is kept from job to job.</summary>
internal abstract unsafe class TileMachine<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>States in a tile.</summary>
    public abstract int LaneCount { get; }

    /// <summary>Numbers in a tile of that many qubits.</summary>
    public long TileLength(int qubits) => (long)LaneCount * 2 << qubits;

    /// <summary>Coefficients of every slot without inputs, into memory of 2 vectors for each slot.</summary>
    public abstract void FillShared(TileJob<T> job, T* destination);

    /// <summary>Makes ready for a job.</summary>
    public abstract void Begin(TileJob<T> job);

    /// <summary>Takes one tile through the job that was begun.</summary>
    public abstract void Execute(int tile, int group);

    public abstract void Dispose();
}

/// <summary>The machinery for one vector width and precision.</summary>
internal sealed unsafe partial class TileMachine<TLane, T> : TileMachine<T>
    where TLane : unmanaged, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int DenseVectors = 2 * 64;
    private NativeBuffer<T>? _memory;
    private TileJob<T> _job = null!;
    private int _qubits;

    private T* _state;
    private T* _costate;
    private T* _coefficients;
    private T* _idle;
    private T* _inputs;
    private T* _inputGradients;
    private T* _slotGradients;
    private T* _dense;
    private T* _cross;
    private T* _phaseMemory;
    private T* _sums;
    private T* _phaseSums;
    private T* _values;
    private T* _pair;
    private T* _block;
    private T* _qubitStates;

    public override int LaneCount => TLane.Count;

    public override void Dispose()
    {
        _memory?.Dispose();
        _kept.Dispose();
    }

    public override void Begin(TileJob<T> job)
    {
        _job = job;
        _qubits = job.Qubits;
        if (_memory is null || _memory.Length < Layout(null))
        {
            long needed = Layout(null);
            _memory?.Dispose();
            _memory = new NativeBuffer<T>(needed);
        }

        Layout(_memory.Pointer);
        TLane.Zero.Store(_idle);
        TLane.Zero.Store(_idle + TLane.Count);
        TLane.Broadcast(T.One).Store(_idle + 2 * TLane.Count);
        TLane.Zero.Store(_idle + 3 * TLane.Count);
    }

    public override void Execute(int tile, int group)
    {
        int first = tile * TLane.Count;
        int rows = Math.Min(TLane.Count, _job.Batch - first);
        if (_job.Trajectories is { } trajectories)
        {
            LoadInputs(trajectories.Steps, first, rows);
            ExecuteTrajectories(trajectories, tile, first, rows, group);
            return;
        }

        if (_job.Plan is { } plan)
        {
            LoadInputs(plan, first, rows);
            FillCoefficients(plan, first, rows);
        }

        if (_job.IsBackward)
        {
            Backward(_job.Plan!, tile, first, rows, group);
        }
        else
        {
            Forward(tile, first, rows);
        }
    }

    public override void FillShared(TileJob<T> job, T* destination)
    {
        var table = job.Plan!.SlotTable;
        for (int s = 0; s < table.Slots.Length; s++)
        {
            if (table.Slots[s].IsShared)
            {
                StoreCoefficients(table.Slots[s].IsRotation, TLane.Broadcast(T.CreateChecked(job.SharedAngles[s])), destination + (long)s * (2 * TLane.Count));
            }
        }
    }

    /// <summary>Hands out the scratch memory, or with null only says how much is needed.</summary>
    private long Layout(T* memory)
    {
        int n = TLane.Count;
        long at = 0;
        T* Take(long vectors)
        {
            T* start = memory + at;

            // A whole number of cache lines each, whatever the vector width.
            at += (vectors * n + 15) / 16 * 16;
            return start;
        }

        var plan = _job.Plan;
        long amplitudes = 1L << _qubits;
        int inputs = plan?.Circuit.InputCount ?? 0, slots = plan?.SlotTable.Slots.Length ?? 0, dense = plan?.DenseCount ?? 0;
        bool backward = _job.IsBackward;
        _state = Take(_job.Tape != null && !backward ? 0 : 2 * amplitudes);
        _costate = Take(backward ? 2 * amplitudes : 0);
        _coefficients = Take(2L * slots);
        _idle = Take(4);
        _inputs = Take(inputs);
        _inputGradients = Take(backward ? inputs : 0);
        _slotGradients = Take(backward ? slots : 0);
        _dense = Take((long)DenseVectors * dense);
        _cross = Take(DenseVectors);
        _phaseMemory = Take(PhaseTable<TLane, T>.Vectors);
        _sums = Take(2L * _qubits + 2);
        _phaseSums = Take(_qubits + 1);
        _values = Take(_job.Readout is { IsBorn: false } readout ? readout.Count : 0);
        _pair = Take(PairKernel<TLane, T>.Vectors);
        _block = Take(n);
        _qubitStates = Take(4L * _qubits);
        var trajectories = _job.Trajectories;
        _selections = Take(trajectories?.MatrixVectors ?? 0);
        _inverses = Take(backward ? trajectories?.MatrixVectors ?? 0 : 0);
        _tree = Take(trajectories?.Sampled.Length > 0 ? 2 * amplitudes : 0);
        return at;
    }

    private T* Coefficients(int slot)
    {
        long offset = (long)slot * (2 * TLane.Count);
        return _job.Plan!.SlotTable.Slots[slot].IsUniform ? _job.SharedCoefficients + offset : _coefficients + offset;
    }

    private T* Shears(int slot) => slot == RotationStep.None ? _idle : Coefficients(slot);

    private T* Phase(int slot) => slot == RotationStep.None ? _idle + 2 * TLane.Count : Coefficients(slot);

    private void LoadInputs(Plan plan, int first, int rows)
    {
        int count = plan.Circuit.InputCount;
        if (count > 0 && _job.RowsPerSample == 1)
        {
            Transposer<TLane, T>.In(_job.Inputs + (long)first * count, count, rows, count, _inputs, TLane.Count);
            return;
        }

        for (int s = 0; s < TLane.Count; s++)
        {
            T* row = _job.Inputs + (long)SampleOf(first + Math.Min(s, rows - 1)) * count;
            for (int k = 0; k < count; k++)
            {
                _inputs[(long)k * TLane.Count + s] = row[k];
            }
        }
    }

    private int SampleOf(int row) => row / _job.RowsPerSample;

    private void FillCoefficients(Plan plan, int first, int rows)
    {
        int n = TLane.Count;
        var table = plan.SlotTable;
        for (int s = 0; s < table.Slots.Length; s++)
        {
            if (!table.Slots[s].IsShared)
            {
                StoreCoefficients(table.Slots[s].IsRotation, Angle(table, s), _coefficients + (long)s * (2 * n));
            }
        }

        foreach (var step in plan.Steps)
        {
            if (step is DenseStep dense)
            {
                FillMatrix(dense, first, rows);
            }
        }
    }

    private TLane Angle(SlotTable table, int slot)
    {
        var angle = TLane.Broadcast(T.CreateChecked(_job.SharedAngles[slot]));
        for (int t = table.FirstInput[slot]; t < table.FirstInput[slot + 1]; t++)
        {
            var (index, weight) = table.Inputs[t];
            angle = TLane.Fma(TLane.Broadcast(T.CreateChecked(weight)), TLane.Load(_inputs + (long)index * TLane.Count), angle);
        }

        return angle;
    }

    /// <summary>
    /// Of a phase α: cos α, sin α. Of a rotation θ: a = −tan(θ/4), b = sin(θ/2) where cos(θ/2) ≥ 0; elsewhere those of θ − 2π,
    /// which is minus the rotation. That sign is a global phase; <see cref="RotationSign"/> finds it where it matters.
    /// </summary>
    private static void StoreCoefficients(bool isRotation, TLane angle, T* destination)
    {
        int n = TLane.Count;
        if (isRotation)
        {
            var (sin, cos) = LaneTrigonometry.SinCos<TLane, T>(angle * TLane.Broadcast(T.CreateChecked(0.5)));
            TLane sign = TLane.SignOf(cos), one = TLane.Broadcast(T.One);
            sin *= sign;
            cos *= sign;
            (-sin / (one + cos)).Store(destination);
            sin.Store(destination + n);
        }
        else
        {
            var (sin, cos) = LaneTrigonometry.SinCos<TLane, T>(angle);
            cos.Store(destination);
            sin.Store(destination + n);
        }
    }

    private static TLane RotationSign(TLane angle) =>
        TLane.SignOf(LaneTrigonometry.SinCos<TLane, T>(angle * TLane.Broadcast(T.CreateChecked(0.5))).Cos);

    private void FillMatrix(DenseStep step, int first, int rows)
    {
        int n = TLane.Count, size = 1 << step.Operation.Qubits.Length;
        T* matrix = _dense + (long)step.Index * (DenseVectors * n);
        for (int s = 0; s < n; s++)
        {
            if (s > 0 && step.IsShared)
            {
                break;
            }

            var values = step.Operation.Gate.Matrix(ParameterValues(step, first + Math.Min(s, rows - 1)));
            for (int ab = 0; ab < size * size; ab++)
            {
                T real = T.CreateChecked(values[ab / size, ab % size].Real), imaginary = T.CreateChecked(values[ab / size, ab % size].Imaginary);
                T* entry = matrix + (long)ab * (2 * n);
                if (step.IsShared)
                {
                    TLane.Broadcast(real).Store(entry);
                    TLane.Broadcast(imaginary).Store(entry + n);
                }
                else
                {
                    entry[s] = real;
                    entry[n + s] = imaginary;
                }
            }
        }
    }

    private double[] ParameterValues(DenseStep step, int row)
    {
        var parameters = step.Operation.Parameters;
        var values = new double[parameters.Length];
        for (int p = 0; p < values.Length; p++)
        {
            values[p] = parameters[p].Evaluate(parameters[p].Kind switch
            {
                ParameterKind.Trainable => double.CreateChecked(_job.Parameters[parameters[p].Index]),
                ParameterKind.Input => double.CreateChecked(_job.Inputs[(long)SampleOf(row) * _job.Plan!.Circuit.InputCount + parameters[p].Index]),
                _ => 0,
            });
        }

        return values;
    }

    private void Forward(int tile, int first, int rows)
    {
        T* state = _job.Tape != null ? _job.Tape + tile * TileLength(_qubits) : _state;
        int start = 0;
        if (_job.InitialReal != null)
        {
            LoadStates(state, first, rows);
        }
        else
        {
            start = _job.Plan!.ProductSteps;
            WriteProduct(_job.Plan, state);
        }

        if (_job.Plan is { } plan)
        {
            for (int s = start; s < plan.Steps.Length; s++)
            {
                Forward(plan.Steps[s], state);
            }

            if (_job.FinalReal != null)
            {
                ScaleByGlobalPhase(plan, state);
                Transposer<TLane, T>.AmplitudesOut(state, plan.FinalMap, 0, _block, _job.FinalReal + first * _job.Dimension, _job.Dimension, rows);
                Transposer<TLane, T>.AmplitudesOut(state, plan.FinalMap, 1, _block, _job.FinalImaginary + first * _job.Dimension, _job.Dimension, rows);
            }
        }

        if (_job.Values != null)
        {
            Read(_job.Readout!, state, first, rows);
        }
    }

    private void LoadStates(T* state, int first, int rows)
    {
        int n = TLane.Count;
        long dimension = _job.Dimension;
        Transposer<TLane, T>.In(_job.InitialReal + first * dimension, dimension, rows, (int)dimension, state, 2 * n);
        Transposer<TLane, T>.In(_job.InitialImaginary + first * dimension, dimension, rows, (int)dimension, state + n, 2 * n);
        new Span<T>(state + dimension * 2 * n, (int)((1L << _qubits) - dimension) * 2 * n).Clear();
    }

    private void WriteProduct(Plan plan, T* state)
    {
        int n = TLane.Count;
        for (int q = 0; q < _qubits; q++)
        {
            bool isSet = ((plan.InitialIndex >> q) & 1) != 0;
            TLane ur = TLane.Broadcast(isSet ? T.Zero : T.One), ui = TLane.Zero, vr = TLane.Broadcast(isSet ? T.One : T.Zero), vi = TLane.Zero;
            for (int s = 0; s < plan.ProductSteps; s++)
            {
                var step = (RotationStep)plan.Steps[s];
                T* shear = Shears(step.Rotations[q]);
                TLane a = TLane.Load(shear), b = TLane.Load(shear + n);
                ur = TLane.Fma(a, vr, ur);
                vr = TLane.Fma(b, ur, vr);
                ur = TLane.Fma(a, vr, ur);
                ui = TLane.Fma(a, vi, ui);
                vi = TLane.Fma(b, ui, vi);
                ui = TLane.Fma(a, vi, ui);
                T* phase = Phase(step.Phases[q]);
                TLane c = TLane.Load(phase), t = TLane.Load(phase + n);
                TLane real = TLane.NegFma(ui, t, ur * c);
                ui = TLane.Fma(ur, t, ui * c);
                ur = real;
                real = TLane.Fma(vi, t, vr * c);
                vi = TLane.NegFma(vr, t, vi * c);
                vr = real;
            }

            T* qubitState = _qubitStates + (long)q * (4 * n);
            ur.Store(qubitState);
            ui.Store(qubitState + n);
            vr.Store(qubitState + 2 * n);
            vi.Store(qubitState + 3 * n);
        }

        ProductState<TLane, T>.Write(state, plan.InitialMap, _qubitStates);
    }

    private void Forward(PlanStep step, T* state)
    {
        if (step is DenseStep dense)
        {
            DenseKernel<TLane, T>.Forward(state, dense.Geometry, _dense + (long)dense.Index * (DenseVectors * TLane.Count), 0, dense.Geometry.OuterCount);
            return;
        }

        var rotation = (RotationStep)step;
        PhaseTable<TLane, T> table = default;
        PhaseTable<TLane, T>* phases = null;
        if (rotation.HasPhases)
        {
            FillPhases(rotation, ref table);
            phases = &table;
        }

        RotationPass[] passes = rotation.ForwardPasses;
        int last = passes.Length - 1;
        for (int p = 0; p < rotation.FirstForwardBlocked; p++)
        {
            ForwardPass(state, passes[p], p == last ? phases : null, 0, passes[p].Geometry.OuterCount);
        }

        int blocks = rotation.FirstForwardBlocked <= last ? rotation.ForwardBlocks : 0;
        for (int block = 0; block < blocks; block++)
        {
            for (int p = rotation.FirstForwardBlocked; p <= last; p++)
            {
                int count = passes[p].Geometry.OuterCount / blocks;
                ForwardPass(state, passes[p], p == last ? phases : null, block * count, (block + 1) * count);
            }
        }
    }

    private void ForwardPass(T* state, RotationPass pass, PhaseTable<TLane, T>* phases, int begin, int end)
    {
        if (pass.IsTriple)
        {
            RotationKernel<TLane, T>.ForwardTriple(state, pass.Geometry, Shears(pass.Slot0), Shears(pass.Slot1), Shears(pass.Slot2), begin, end);
        }
        else
        {
            RotationKernel<TLane, T>.Forward(state, pass.Geometry, Shears(pass.Slot0), Shears(pass.Slot1), phases, begin, end);
        }
    }

    private void FillPhases(RotationStep step, ref PhaseTable<TLane, T> table)
    {
        T** phases = stackalloc T*[_qubits];
        for (int q = 0; q < _qubits; q++)
        {
            phases[q] = Phase(step.Phases[q]);
        }

        table.Fill(_phaseMemory, step.Passes[^1].Geometry, phases, TLane.Broadcast(T.One), TLane.Zero);
    }

    /// <summary>Multiplies by e^{iφ} of the plan's global phase and by the signs that the shears left out.</summary>
    private void ScaleByGlobalPhase(Plan plan, T* state)
    {
        int n = TLane.Count;
        var table = plan.SlotTable;
        T* phase = Coefficients(table.Slots.Length - 1);
        TLane real = TLane.Load(phase), imaginary = TLane.Load(phase + n);
        for (int s = 0; s < table.Slots.Length; s++)
        {
            if (table.Slots[s].IsRotation)
            {
                var sign = RotationSign(Angle(table, s));
                real *= sign;
                imaginary *= sign;
            }
        }

        for (long k = 0; k < 1L << _qubits; k++)
        {
            T* at = state + k * (2 * n);
            TLane r = TLane.Load(at), i = TLane.Load(at + n);
            TLane.NegFma(i, imaginary, r * real).Store(at);
            TLane.Fma(r, imaginary, i * real).Store(at + n);
        }
    }

    private void Read(ReadoutPlan plan, T* state, int first, int rows)
    {
        int n = TLane.Count;
        if (plan.IsBorn)
        {
            ReadBorn(plan, state, first, rows);
            return;
        }

        foreach (var pass in plan.ParityPasses)
        {
            Clear(_phaseSums, _qubits + 1);
            ParityKernel<TLane, T>.Read(state, pass.Geometry, _phaseMemory, _phaseSums, 0, pass.Geometry.OuterCount);
            foreach (var (bit, output) in pass.Outputs)
            {
                TLane.Load(_phaseSums + (long)bit * n).Store(_values + (long)output * n);
            }
        }

        foreach (var pass in plan.PairPasses)
        {
            Clear(_pair, PairKernel<TLane, T>.Vectors);
            PairKernel<TLane, T>.Read(state, pass.Geometry, _pair, 0, pass.Geometry.OuterCount);
            foreach (var text in pass.Strings)
            {
                PairKernel<TLane, T>.Expectation(_pair, text).Store(_values + (long)text.Output * n);
            }
        }

        SignValues(plan);
        Transposer<TLane, T>.Out(_values, n, _job.Values + (long)first * plan.Count, plan.Count, rows, plan.Count);
    }

    private void ReadBorn(ReadoutPlan plan, T* state, int first, int rows)
    {
        int n = TLane.Count;
        for (int x = 0; x < plan.Count; x += n)
        {
            int columns = Math.Min(n, plan.Count - x);
            for (int k = 0; k < columns; k++)
            {
                ParityKernel<TLane, T>.Square(state, plan.Map.Physical(x + k)).Store(_block + (long)k * n);
            }

            Transposer<TLane, T>.Out(_block, n, _job.Values + (long)first * plan.Count + x, plan.Count, rows, columns);
        }

        FlipOutcomes(plan.Count, first, rows);
    }

    private void Backward(Plan plan, int tile, int first, int rows, int group)
    {
        LoadTape(tile);
        Sweep(plan, first, rows, group);
    }

    private void LoadTape(int tile)
    {
        long length = TileLength(_qubits);
        Buffer.MemoryCopy(_job.Tape + tile * length, _state, length * sizeof(T), length * sizeof(T));
    }

    /// <summary>From the final states back to the first step with a gradient.</summary>
    private void Sweep(Plan plan, int first, int rows, int group)
    {
        Weigh(_job.Readout!, first, rows);
        Clear(_slotGradients, plan.SlotTable.Slots.Length);
        Clear(_inputGradients, plan.Circuit.InputCount);
        double* partial = _job.PartialGradients + (long)group * plan.Circuit.TrainableCount;
        for (int s = plan.Steps.Length - 1; s >= plan.FirstDifferentiable; s--)
        {
            Backward(plan.Steps[s], first, rows, partial);
        }

        SpreadSlotGradients(plan, rows, partial);
        if (_job.InputGradients != null)
        {
            int count = plan.Circuit.InputCount;
            Transposer<TLane, T>.Out(_inputGradients, TLane.Count, _job.InputGradients + (long)first * count, count, rows, count);
        }
    }

    /// <summary>The co-state λ = Σ_k c_k P_k ψ.</summary>
    private void Weigh(ReadoutPlan plan, int first, int rows)
    {
        int n = TLane.Count;
        Clear(_costate, 2L << _qubits);
        T* cotangents = _job.Cotangents + (long)first * plan.Count;
        if (plan.IsBorn)
        {
            for (int x = 0; x < plan.Count; x += n)
            {
                int columns = Math.Min(n, plan.Count - x);
                if (_job.Trajectories is null)
                {
                    Transposer<TLane, T>.In(cotangents + x, plan.Count, rows, columns, _block, n);
                }
                else
                {
                    LoadFlipped(cotangents, x, plan.Count, rows, columns);
                }

                for (int k = 0; k < columns; k++)
                {
                    ParityKernel<TLane, T>.AddScaled(_state, _costate, plan.Map.Physical(x + k), TLane.Load(_block + (long)k * n));
                }
            }

            return;
        }

        Transposer<TLane, T>.In(cotangents, plan.Count, rows, plan.Count, _values, n);
        SignValues(plan);
        foreach (var pass in plan.ParityPasses)
        {
            Clear(_phaseSums, _qubits + 1);
            foreach (var (bit, output) in pass.Outputs)
            {
                Folding<TLane, T>.Add(_phaseSums, bit, TLane.Load(_values + (long)output * n));
            }

            ParityKernel<TLane, T>.Weigh(_state, _costate, pass.Geometry, _phaseMemory, _phaseSums, 0, pass.Geometry.OuterCount);
        }

        foreach (var pass in plan.PairPasses)
        {
            Clear(_pair, PairKernel<TLane, T>.Vectors);
            foreach (var text in pass.Strings)
            {
                PairKernel<TLane, T>.AddString(_pair, text, TLane.Load(_values + (long)text.Output * n));
            }

            PairKernel<TLane, T>.Weigh(_state, _costate, pass.Geometry, _pair, 0, pass.Geometry.OuterCount);
        }
    }

    private void Backward(PlanStep step, int first, int rows, double* partial)
    {
        if (step is SelectionStep selection)
        {
            BackwardSelection(selection);
            return;
        }

        if (step is DenseStep dense)
        {
            BackwardDense(dense, first, rows, partial);
            return;
        }

        var rotation = (RotationStep)step;
        PhaseTable<TLane, T> table = default;
        PhaseTable<TLane, T>* phases = null;
        if (rotation.HasPhases)
        {
            FillPhases(rotation, ref table);
            phases = &table;
        }

        int n = TLane.Count, last = rotation.Passes.Length - 1;
        Clear(_sums, 2 * rotation.Passes.Length);
        Clear(_phaseSums, _qubits + 1);
        int blocks = rotation.FirstBlocked <= last ? rotation.Passes[last].Geometry.OuterCount : 0;
        for (int block = 0; block < blocks; block++)
        {
            for (int p = last; p >= rotation.FirstBlocked; p--)
            {
                BackwardPass(rotation, p, phases, block, block + 1);
            }
        }

        for (int p = rotation.FirstBlocked - 1; p >= 0; p--)
        {
            BackwardPass(rotation, p, phases, 0, rotation.Passes[p].Geometry.OuterCount);
        }

        for (int p = 0; p <= last; p++)
        {
            StoreGradient(rotation.Passes[p].Slot0, TLane.Load(_sums + (2L * p) * n));
            StoreGradient(rotation.Passes[p].Slot1, TLane.Load(_sums + (2L * p + 1) * n));
        }

        var minusTwo = TLane.Broadcast(T.CreateChecked(-2));
        for (int q = 0; q < _qubits && rotation.HasPhases; q++)
        {
            StoreGradient(rotation.Phases[q], minusTwo * TLane.Load(_phaseSums + (long)q * n));
        }
    }

    private void BackwardPass(RotationStep step, int index, PhaseTable<TLane, T>* phases, int begin, int end)
    {
        var pass = step.Passes[index];
        RotationKernel<TLane, T>.Backward(
            _state, _costate, pass.Geometry, Shears(pass.Slot0), Shears(pass.Slot1), index == step.Passes.Length - 1 ? phases : null,
            _sums + 2L * index * TLane.Count, _phaseSums, begin, end);
    }

    private void StoreGradient(int slot, TLane gradient)
    {
        if (slot != RotationStep.None)
        {
            gradient.Store(_slotGradients + (long)slot * TLane.Count);
        }
    }

    private void BackwardDense(DenseStep step, int first, int rows, double* partial)
    {
        int n = TLane.Count, size = 1 << step.Operation.Qubits.Length;
        T* cross = step.IsDifferentiable ? _cross : null;
        Clear(_cross, DenseVectors);
        DenseKernel<TLane, T>.Backward(
            _state, _costate, step.Geometry, _dense + (long)step.Index * (DenseVectors * n), cross, 0, step.Geometry.OuterCount);
        for (int s = 0; s < rows && step.IsDifferentiable; s++)
        {
            double[] values = ParameterValues(step, first + s);
            var frame = LocalFrameOf(step, s);
            for (int p = 0; p < values.Length; p++)
            {
                var parameter = step.Operation.Parameters[p];
                if (!parameter.Differentiable || !frame.IsActive)
                {
                    continue;
                }

                var derivative = step.Operation.Gate.Derivative(values, p);
                double sum = 0;
                for (int ab = 0; ab < size * size; ab++)
                {
                    var entry = frame.Entry(derivative, ab / size, ab % size);
                    sum += double.CreateChecked(_cross[ab * 2 * n + s]) * entry.Real - double.CreateChecked(_cross[ab * 2 * n + n + s]) * entry.Imaginary;
                }

                sum *= 2 * parameter.Scale;
                if (parameter.Kind == ParameterKind.Trainable)
                {
                    partial[parameter.Index] += sum;
                }
                else
                {
                    _inputGradients[(long)parameter.Index * n + s] += T.CreateChecked(sum);
                }
            }
        }
    }

    /// <summary>From the gradients of merged angles to those of parameters, summed over the samples of the tile, and of inputs.</summary>
    private void SpreadSlotGradients(Plan plan, int rows, double* partial)
    {
        int n = TLane.Count;
        for (int slot = 0; slot < plan.Slots.Length; slot++)
        {
            for (int t = 0; t < plan.Slots[slot].Terms.Length; t++)
            {
                var (parameter, factor) = plan.Slots[slot].Terms[t];
                if (!parameter.Differentiable)
                {
                    continue;
                }

                T* gradient = SignedGradient(plan.Slots[slot], slot, t);

                double weight = factor * parameter.Scale;
                if (parameter.Kind == ParameterKind.Trainable)
                {
                    double sum = 0;
                    for (int s = 0; s < rows; s++)
                    {
                        sum += double.CreateChecked(gradient[s]);
                    }

                    partial[parameter.Index] += weight * sum;
                }
                else
                {
                    T* input = _inputGradients + (long)parameter.Index * n;
                    TLane.Fma(TLane.Broadcast(T.CreateChecked(weight)), TLane.Load(gradient), TLane.Load(input)).Store(input);
                }
            }
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
