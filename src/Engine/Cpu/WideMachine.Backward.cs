using System.Numerics;
using QDiff.Engine.Circuits;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Cpu;

// The sweep back over state and co-state.
internal sealed unsafe partial class WideMachine<TLane, T>
{
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
}
