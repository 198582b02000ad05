using System.Runtime.CompilerServices;
using QDiff.Engine.Circuits;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Cpu;

// What the angles of a sample make of the steps: coefficients of rotations and phases, and matrices.
internal sealed unsafe partial class WideMachine<TLane, T>
{
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
}
