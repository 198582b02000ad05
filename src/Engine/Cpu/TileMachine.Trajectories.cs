using QDiff.Engine.Planning;

namespace QDiff.Engine.Cpu;

// Trajectories: every lane is one of them, with its own Pauli frame, draws and classical bits.
internal sealed unsafe partial class TileMachine<TLane, T>
{
    private readonly PauliFrames _frames = new();
    private LocalFrame[] _denseFrames = [];
    private readonly KeptStates<T> _kept = new();
    private readonly double[] _growth = new double[TLane.Count];
    private T* _selections;
    private T* _inverses;
    private T* _tree;

    private void ExecuteTrajectories(TrajectoryPlan plan, int tile, int first, int rows, int group)
    {
        _kept.Begin(_qubits);
        Array.Fill(_growth, 1);
        _frames.Begin(plan, _job.Seed, _job.FirstTrajectory + first, rows);
        if (_denseFrames.Length < plan.Steps.DenseCount * TLane.Count)
        {
            _denseFrames = new LocalFrame[plan.Steps.DenseCount * TLane.Count];
        }

        if (!_job.IsBackward)
        {
            T* state = _job.Tape != null ? _job.Tape + tile * TileLength(_qubits) : _state;
            RunTrajectories(plan, state, first, rows);
            if (_job.Values != null)
            {
                Read(_job.Readout!, state, first, rows);
            }

            if (_job.Bits != null)
            {
                ReadBits(plan, state, first, rows);
            }

            return;
        }

        if (plan.Replays)
        {
            RunTrajectories(plan, _state, first, rows);
        }
        else
        {
            for (int s = 0; s < plan.Steps.Steps.Length; s++)
            {
                PrepareStep(plan, s, first, rows, null);
            }

            _frames.Advance(plan.Events.Length);
            LoadTape(tile);
        }

        Sweep(plan.Steps, first, rows, group);
    }

    /// <summary>From |0…0⟩ to the final states.</summary>
    private void RunTrajectories(TrajectoryPlan plan, T* state, int first, int rows)
    {
        var steps = plan.Steps.Steps;
        int start = plan.Steps.ProductSteps;
        for (int s = 0; s < start; s++)
        {
            PrepareStep(plan, s, first, rows, null);
        }

        WriteProduct(plan.Steps, state);
        for (int s = start; s < steps.Length; s++)
        {
            PrepareStep(plan, s, first, rows, state);
            if (steps[s] is not SelectionStep selection)
            {
                Forward(steps[s], state);
            }
            else if (s + 1 < steps.Length && steps[s + 1] is SelectionStep { ReadWithPrevious: { } both })
            {
                ReducedKernel<TLane, T>.ApplyAndRead(state, both, Matrices(selection), _cross);
            }
            else
            {
                DenseKernel<TLane, T>.Forward(state, selection.Geometry, Matrices(selection), 0, selection.Geometry.OuterCount);
            }
        }

        _frames.Advance(plan.Events.Length);
    }

    private T* Matrices(SelectionStep step) => _selections + (long)step.MatrixOffset * TLane.Count;

    private T* Inverses(SelectionStep step) => _inverses + (long)step.MatrixOffset * TLane.Count;

    /// <summary>Brings the frames up to a step and works out its angles or matrices.</summary>
    private void PrepareStep(TrajectoryPlan plan, int index, int first, int rows, T* state)
    {
        _frames.Advance(plan.EventEnds[index]);
        switch (plan.Steps.Steps[index])
        {
            case RotationStep rotation:
                for (int q = 0; q < _qubits; q++)
                {
                    FillSlot(plan.Steps, rotation.Rotations[q]);
                    FillSlot(plan.Steps, rotation.Phases[q]);
                }

                break;
            case DenseStep dense:
                FillFramedMatrix(dense, first, rows);
                break;
            case SelectionStep selection:
                Select(selection, rows, state, _job.IsBackward && index >= plan.Steps.FirstDifferentiable);
                break;
        }
    }

    private void FillSlot(Plan plan, int slot)
    {
        if (slot == RotationStep.None || plan.Slots[slot].IsUniform)
        {
            return;
        }

        int n = TLane.Count;
        var angle = plan.Slots[slot];
        T* destination = _coefficients + (long)slot * (2 * n);
        if (angle.Sign == AngleSlot.Mixed)
        {
            StoreCoefficients(angle.IsRotation, MixedAngle(angle), destination);
            return;
        }

        if (!angle.IsShared)
        {
            var value = Angle(plan.SlotTable, slot);
            StoreCoefficients(angle.IsRotation, angle.Sign == AngleSlot.Unsigned ? value : value * SignVector(angle.Sign), destination);
            return;
        }

        // Tangent and sine change their sign, cosine does not.
        T* shared = _job.SharedCoefficients + (long)slot * (2 * n);
        var sign = SignVector(angle.Sign);
        (angle.IsRotation ? TLane.Load(shared) * sign : TLane.Load(shared)).Store(destination);
        (TLane.Load(shared + n) * sign).Store(destination + n);
    }

    private TLane MixedAngle(AngleSlot slot)
    {
        var sum = TLane.Zero;
        for (int t = 0; t < slot.Terms.Length; t++)
        {
            var (parameter, factor) = slot.Terms[t];
            TLane term;
            if (parameter.Kind == Circuits.ParameterKind.Input)
            {
                term = TLane.Fma(
                    TLane.Broadcast(T.CreateChecked(factor * parameter.Scale)), TLane.Load(_inputs + (long)parameter.Index * TLane.Count),
                    TLane.Broadcast(T.CreateChecked(factor * parameter.Offset)));
            }
            else
            {
                double source = parameter.Kind == Circuits.ParameterKind.Trainable ? double.CreateChecked(_job.Parameters[parameter.Index]) : 0;
                // A period of 4π, as everywhere: large angles would lose digits in the sum.
                term = TLane.Broadcast(T.CreateChecked(Math.IEEERemainder(factor * parameter.Evaluate(source), SlotTable.Period)));
            }

            int sign = slot.SignOfTerm[t];
            sum = sign == AngleSlot.Unsigned ? sum + term : TLane.Fma(SignVector(sign), term, sum);
        }

        return sum;
    }

    /// <summary>1, −1, or 0 in lanes that do not have the rotation.</summary>
    private TLane SignVector(int sign) => SignVector(_frames.Negative(sign), _frames.Present(sign));

    private static TLane SignVector(uint negative, uint present)
    {
        T* values = stackalloc T[TLane.Count];
        for (int s = 0; s < TLane.Count; s++)
        {
            values[s] = ((present >> s) & 1) == 0 ? T.Zero : ((negative >> s) & 1) == 0 ? T.One : T.NegativeOne;
        }

        return TLane.Load(values);
    }

    private void FillFramedMatrix(DenseStep step, int first, int rows)
    {
        int n = TLane.Count, size = 1 << step.Operation.Qubits.Length;
        T* matrix = _dense + (long)step.Index * (DenseVectors * n);
        double[]? values = null;
        for (int s = 0; s < n; s++)
        {
            values = values is not null && step.IsShared
                ? values
                : OperatorSet.Numbers(step.Operation.Gate.Matrix(ParameterValues(step, first + Math.Min(s, rows - 1))));
            var frame = _frames.Local(step.Operation.Qubits.AsSpan(), s);
            _denseFrames[step.Index * n + s] = frame;
            StoreMatrix(matrix, s, values, size, frame, 1);
        }
    }

    private LocalFrame LocalFrameOf(DenseStep step, int lane) =>
        _job.Trajectories is null ? LocalFrame.None : _denseFrames[step.Index * TLane.Count + lane];

    /// <summary>
    /// Draws an operator for every lane and stores P K P/√p, and with <paramref name="undo"/> its inverse; or a copy of the lane's state where the inverse would
    /// let rounding errors grow too much.
    /// </summary>
    private void Select(SelectionStep step, int rows, T* state, bool undo)
    {
        int n = TLane.Count, size = 1 << step.Qubits.Length;
        var set = step.Set;
        if (step.NeedsState && step.ReadWithPrevious is null)
        {
            ReducedKernel<TLane, T>.Read(state, step.Geometry, _cross);
        }

        uint outcomes = 0, simulated = 0;
        for (int s = 0; s < n; s++)
        {
            var frame = s < rows ? _frames.Local(step.Qubits, s) : default;
            var (choice, probability) = frame.IsActive ? Choose(step, frame, s) : (0, 1.0);
            StoreMatrix(Matrices(step), s, set.Operators[choice], size, frame, 1 / Math.Sqrt(probability));
            outcomes |= (uint)(choice & 1) << s;
            simulated |= (uint)((choice ^ frame.X) & 1) << s;
            if (undo)
            {
                StoreMatrix(Inverses(step), s, set.Inverses[choice], size, frame, Math.Sqrt(probability));
                if (frame.IsActive && step.NeedsState)
                {
                    Keep(step, s, set.Conditions[choice], state);
                }
            }
        }

        if (step.Bit != SelectionStep.None)
        {
            _frames.SetBit(step.Bit, outcomes);
        }

        if (step.Resets)
        {
            _frames.SetZero(step.Qubits[0], simulated);
        }
    }

    // Each lane decides for itself, so that no result depends on the tile's other lanes.
    private void Keep(SelectionStep step, int lane, double condition, T* state)
    {
        _growth[lane] *= condition;
        if (_growth[lane] > OperatorSet.LargestCondition)
        {
            _growth[lane] = 1;
            T* copy = _kept.Push(step.Index, lane);
            for (long k = 0; k < 2L << _qubits; k++)
            {
                copy[k] = state[k * TLane.Count + lane];
            }
        }
    }

    private (int Choice, double Probability) Choose(SelectionStep step, LocalFrame frame, int lane)
    {
        int count = step.Set.Operators.Length, size = 1 << step.Qubits.Length;
        if (count == 1 && !step.NeedsState)
        {
            return (0, step.Set.Probabilities![0]);
        }

        double* reduced = stackalloc double[2 * size * size];
        if (step.NeedsState)
        {
            LoadReduced(frame, size, lane, reduced);
        }

        double* probabilities = stackalloc double[count];
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            probabilities[i] = step.Set.Probabilities is { } constant ? constant[i] : Math.Max(0, Probability(step.Set.Effects[i], reduced, size));
            sum += probabilities[i];
        }

        double limit = _frames.Uniform(step.Draw, lane) * sum, running = 0;
        int choice = -1;
        for (int i = 0; i < count; i++)
        {
            if (probabilities[i] > 0)
            {
                choice = i;
                running += probabilities[i];
                if (running > limit)
                {
                    break;
                }
            }
        }

        return (choice, probabilities[choice]);
    }

    /// <summary>The reduced density matrix of the true state of one lane, P M P, of which only a ≤ b is filled.</summary>
    private void LoadReduced(LocalFrame frame, int size, int lane, double* reduced)
    {
        int n = TLane.Count;
        for (int a = 0; a < size; a++)
        {
            for (int b = a; b < size; b++)
            {
                // The half that is not stored is the conjugate of the other.
                int row = a ^ frame.X, column = b ^ frame.X;
                bool conjugate = row > column;
                T* at = _cross + (long)(conjugate ? column * size + row : row * size + column) * (2 * n) + lane;
                double real = double.CreateTruncating(at[0]), imaginary = double.CreateTruncating(at[n]);
                double sign = frame.IsNegative(a, b) ? -1 : 1;
                reduced[2 * (a * size + b)] = sign * real;
                reduced[2 * (a * size + b) + 1] = conjugate ? -sign * imaginary : sign * imaginary;
            }
        }
    }

    /// <summary>Σ_ab (K†K)_ab M_ab of two Hermitian matrices.</summary>
    private static double Probability(double[] effect, double* reduced, int size)
    {
        double sum = 0;
        for (int a = 0; a < size; a++)
        {
            int diagonal = 2 * (a * size + a);
            sum += effect[diagonal] * reduced[diagonal];
            for (int b = a + 1; b < size; b++)
            {
                int entry = 2 * (a * size + b);
                sum += 2 * (effect[entry] * reduced[entry] - effect[entry + 1] * reduced[entry + 1]);
            }
        }

        return sum;
    }

    /// <summary>Stores a matrix, seen through a frame, in one lane; the identity where the lane does not have it.</summary>
    private static void StoreMatrix(T* matrix, int lane, double[] values, int size, LocalFrame frame, double scale)
    {
        int n = TLane.Count;
        for (int a = 0; a < size; a++)
        {
            for (int b = 0; b < size; b++)
            {
                double real = a == b ? 1 : 0, imaginary = 0;
                if (frame.IsActive)
                {
                    int entry = 2 * ((a ^ frame.X) * size + (b ^ frame.X));
                    double signed = frame.IsNegative(a, b) ? -scale : scale;
                    real = signed * values[entry];
                    imaginary = signed * values[entry + 1];
                }

                T* at = matrix + (long)(a * size + b) * (2 * n) + lane;
                at[0] = T.CreateTruncating(real);
                at[n] = T.CreateTruncating(imaginary);
            }
        }
    }

    /// <summary>λ ← M†λ and ψ ← M⁻¹ψ for the drawn M = K/√p, p held fixed; ψ from its copy in lanes that have one.</summary>
    private void BackwardSelection(SelectionStep step)
    {
        int n = TLane.Count, size = 1 << step.Qubits.Length;
        T* matrix = Matrices(step);
        for (int ab = 0; ab < size * size; ab++)
        {
            T* from = matrix + (long)ab * (2 * n), to = _cross + (long)(ab % size * size + ab / size) * (2 * n);
            TLane.Load(from).Store(to);
            (-TLane.Load(from + n)).Store(to + n);
        }

        DenseKernel<TLane, T>.Forward(_costate, step.Geometry, _cross, 0, step.Geometry.OuterCount);
        DenseKernel<TLane, T>.Forward(_state, step.Geometry, Inverses(step), 0, step.Geometry.OuterCount);
        while (_kept.TryPop(step.Index, out int lane, out T* copy))
        {
            for (long k = 0; k < 2L << _qubits; k++)
            {
                _state[k * n + lane] = copy[k];
            }
        }
    }

    /// <summary>The gradient of a term of an angle: with the sign that the term has in each lane.</summary>
    private T* SignedGradient(AngleSlot angle, int slot, int term)
    {
        T* gradient = _slotGradients + (long)slot * TLane.Count;
        if (angle.SignOfTerm.IsEmpty || angle.SignOfTerm[term] == AngleSlot.Unsigned)
        {
            return gradient;
        }

        (TLane.Load(gradient) * SignVector(angle.SignOfTerm[term])).Store(_block);
        return _block;
    }

    /// <summary>P O P = ±O: values of the simulated state become those of the true one, and weights of the true values those of the simulated.</summary>
    private void SignValues(ReadoutPlan plan)
    {
        if (_job.Trajectories is null)
        {
            return;
        }

        for (int k = 0; k < plan.Count; k++)
        {
            uint negative = _frames.Anticommuting(plan.Strings[k].XMask, plan.Strings[k].ZMask);
            if (negative != 0)
            {
                T* value = _values + (long)k * TLane.Count;
                (TLane.Load(value) * SignVector(negative, uint.MaxValue)).Store(value);
            }
        }
    }

    /// <summary>The same for Born probabilities: outcome x of the simulated state is x ⊕ (X part of the frame) of the true one.</summary>
    private void FlipOutcomes(int count, int first, int rows)
    {
        for (int s = 0; s < rows && _job.Trajectories is not null; s++)
        {
            int flips = _frames.XMask(s);
            T* row = _job.Values + (long)(first + s) * count;
            for (int x = 0; x < count; x++)
            {
                int partner = x ^ flips;
                if (x < partner)
                {
                    (row[x], row[partner]) = (row[partner], row[x]);
                }
            }
        }
    }

    private void LoadFlipped(T* cotangents, int from, int count, int rows, int columns)
    {
        for (int s = 0; s < TLane.Count; s++)
        {
            int flips = s < rows ? _frames.XMask(s) : 0;
            for (int k = 0; k < columns; k++)
            {
                _block[(long)k * TLane.Count + s] = s < rows ? cotangents[(long)s * count + ((from + k) ^ flips)] : T.Zero;
            }
        }
    }

    private void ReadBits(TrajectoryPlan plan, T* state, int first, int rows)
    {
        if (plan.Sampled.Length > 0)
        {
            BornTree<TLane, T>.Fill(state, plan.Steps.FinalMap, _tree);
        }

        int bits = plan.Program.BitCount;
        for (int s = 0; s < rows; s++)
        {
            int outcome = plan.Sampled.Length > 0
                ? BornTree<TLane, T>.Draw(_tree, _qubits, s, _frames.Uniform(plan.DrawCount, s), _frames.XMask(s))
                : 0;
            foreach (var (qubit, bit) in plan.Sampled)
            {
                _frames.SetBit(bit, s, ((outcome >> qubit) & 1) != 0);
            }

            for (int b = 0; b < bits; b++)
            {
                _job.Bits[(long)(first + s) * bits + b] = _frames.Bit(b, s);
            }
        }
    }
}
