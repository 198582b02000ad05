using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Backends;
using QDiff.Engine.Density;
using QDiff.Engine.Observables;
using QDiff.Engine.States;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Density;

/// <summary>
/// Runs of one precision on density matrices on a device. Entries of maps are worked out on the host in double; a batch that does not fit the device's
/// memory goes through it in parts, which changes no bit: every state has its own groups, and sums over samples are taken on the host in their order.
/// </summary>
internal sealed class DensityRuns<T>(DeviceSession session, Action<string> notify)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ZeroDensityKernel<T> _zero = new(session);
    private readonly BlockKernel<T> _blocks = new(session);
    private readonly BlockAdjointKernel<T> _adjoint = new(session);
    private readonly ShrinkKernel<T> _shrink = new(session);
    private readonly SumKernel<T> _sum = new(session);
    private readonly GatherKernel<T> _gather = new(session);
    private readonly ScatterKernel<T> _scatter = new(session);
    private readonly WalshHadamardKernel<T> _transform = new(session);

    public void Evolve(DensityPlan plan, Bindings<T> bindings, DensityMatrixBatch<T> states)
    {
        PartLoop parts = Parts(states.Batch, plan.Coefficients, plan.Coefficients);
        while (parts.Next())
        {
            try
            {
                using var part = new Part(session, plan, bindings, parts.Start, parts.Count);
                using var device = Initial(plan, states, parts.Start, parts.Count);
                Forward(part, device, part.Tables.Passes.Length);
                device.CopyTo(states.Coefficients(parts.Start, parts.Count));
            }
            catch (DeviceException full) when (parts.CanHalve(full))
            {
                parts.Halve();
            }
        }
    }

    public void Measure(DensityMatrixBatch<T> states, Readout readout, Span<T> values)
    {
        int[] places = Places(readout, states.QubitCount);
        PartLoop parts = Parts(states.Batch, states.CoefficientCount, states.CoefficientCount + readout.Count);
        while (parts.Next())
        {
            try
            {
                using var device = session.Rent<T>(parts.Count * states.CoefficientCount);
                device.CopyFrom(states.Coefficients(parts.Start, parts.Count));
                Read(readout, places, device, states.CoefficientCount, parts.Count, values.Slice(parts.Start * readout.Count, parts.Count * readout.Count));
            }
            catch (DeviceException full) when (parts.CanHalve(full))
            {
                parts.Halve();
            }
        }
    }

    public void Run(DensityPlan plan, Readout readout, Bindings<T> bindings, int batch, Span<T> values, DensityMatrixBatch<T>? initial)
    {
        int[] places = Places(readout, plan.QubitCount);
        PartLoop parts = Parts(batch, plan.Coefficients, plan.Coefficients + readout.Count);
        while (parts.Next())
        {
            try
            {
                using var part = new Part(session, plan, bindings, parts.Start, parts.Count);
                using var device = Initial(plan, initial, parts.Start, parts.Count);
                Forward(part, device, part.Tables.Passes.Length);
                Read(readout, places, device, plan.Coefficients, parts.Count, values.Slice(parts.Start * readout.Count, parts.Count * readout.Count));
            }
            catch (DeviceException full) when (parts.CanHalve(full))
            {
                parts.Halve();
            }
        }
    }

    public void Backward(DensityTape<T> tape, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients)
    {
        var record = (DensityRecord<T>)tape.Payload;
        DensityPlan plan = tape.Plan;
        var tables = BlockTables.Of(plan, typeof(T) == typeof(double));
        var gradients = new Gradients(plan, record);
        if (tables.FirstDifferentiable == tables.Passes.Length)
        {
            inputGradients.Clear();
            gradients.Finish(parameterGradients);
            return;
        }

        int values = tape.Readout.Count;
        int[] places = Places(tape.Readout, plan.QubitCount);
        PartLoop parts = Parts(tape.Batch, plan.Coefficients, NumbersBackward(tables, plan) + values);
        while (parts.Next())
        {
            try
            {
                using var part = new Part(session, plan, new Bindings<T>(record.Parameters, record.Inputs), parts.Start, parts.Count);
                using var costates = session.Rent<T>(parts.Count * plan.Coefficients);
                Seed(tape.Readout, places, cotangents.Slice(parts.Start * values, parts.Count * values), costates, plan.Coefficients, parts.Count);
                gradients.Add(parts.Start, Backward(part, record.Initial, costates), inputGradients);
            }
            catch (DeviceException full) when (parts.CanHalve(full))
            {
                parts.Halve();
            }
        }

        gradients.Finish(parameterGradients);
    }

    // States before every pass that a gradient goes through or that follows one, the co-state, and what the longest pass keeps.
    private static long NumbersBackward(BlockTables tables, DensityPlan plan)
    {
        BlockPass[] passes = tables.Passes[tables.FirstDifferentiable..];
        return plan.Coefficients * (passes.Length + 1 + passes.Select(pass => pass.SavedCount).DefaultIfEmpty(0).Max())
            + passes.Select(pass => (long)pass.SumCount * pass.Count).DefaultIfEmpty(0).Max() + plan.SumCount;
    }

    private static int[] Places(Readout readout, int qubits) =>
        Array.ConvertAll(new ReadoutPlaces(readout, [.. Enumerable.Range(0, qubits).Select(q => 1L << (2 * q))]).Places, place => (int)place);

    // [count, sums in the order of the passes]
    private T[] Backward(Part part, DensityMatrixBatch<T>? initial, DeviceBuffer<T> costates)
    {
        DensityPlan plan = part.Plan;
        BlockTables tables = part.Tables;
        int from = tables.FirstDifferentiable, count = part.Count, total = plan.SumCount;
        using var sums = session.Rent<T>((long)count * total);
        var before = new List<DeviceBuffer<T>>();
        try
        {
            before.Add(Initial(plan, initial, part.First, count));
            Forward(part, before[0], from);
            for (int p = from; p + 1 < tables.Passes.Length; p++)
            {
                before.Add(session.Rent<T>(count * plan.Coefficients));
                Forward(part, tables.Passes[p], before[^2], before[^1]);
            }

            int end = total;
            for (int p = tables.Passes.Length - 1; p >= from; p--)
            {
                BlockPass pass = tables.Passes[p];
                end -= pass.SumCount;
                if (pass.ShrinkMask != 0)
                {
                    _shrink.Launch(count, costates.View, costates.View, plan.Coefficients, pass.ShrinkMask, T.CreateChecked(pass.ShrinkFactor));
                    continue;
                }

                using var saved = session.Rent<T>((long)count * pass.Count * pass.SavedCount * pass.Size);
                using var parts = session.Rent<T>((long)count * pass.Count * pass.SumCount);
                _adjoint.Launch(
                    count, before[p - from].View, costates.View, saved.View, parts.View, part.Steps.View, part.Places.View, part.Entries.View, part.Launch(pass));
                if (pass.SumCount > 0)
                {
                    _sum.Launch(count, parts.View, sums.View, pass.Count, pass.SumCount, end, total);
                }
            }
        }
        finally
        {
            before.ForEach(buffer => buffer.Dispose());
        }

        var numbers = new T[count * total];
        sums.CopyTo(numbers);
        return numbers;
    }

    private void Forward(Part part, DeviceBuffer<T> states, int passes)
    {
        for (int p = 0; p < passes; p++)
        {
            Forward(part, part.Tables.Passes[p], states, states);
        }
    }

    private void Forward(Part part, BlockPass pass, DeviceBuffer<T> from, DeviceBuffer<T> to)
    {
        if (pass.ShrinkMask != 0)
        {
            _shrink.Launch(part.Count, from.View, to.View, part.Plan.Coefficients, pass.ShrinkMask, T.CreateChecked(pass.ShrinkFactor));
        }
        else
        {
            _blocks.Launch(part.Count, from.View, to.View, part.Steps.View, part.Places.View, part.Entries.View, part.Launch(pass));
        }
    }

    private DeviceBuffer<T> Initial(DensityPlan plan, DensityMatrixBatch<T>? initial, int first, int count)
    {
        var states = session.Rent<T>(count * plan.Coefficients);
        if (initial is null)
        {
            _zero.Launch(count, states.View, plan.Coefficients);
        }
        else
        {
            states.CopyFrom(initial.Coefficients(first, count));
        }

        return states;
    }

    private void Read(Readout readout, int[] places, DeviceBuffer<T> states, long coefficients, int count, Span<T> values)
    {
        using var devicePlaces = session.Upload<int>(places);
        using var device = session.Rent<T>(values.Length);
        _gather.Launch(count, states.View, devicePlaces.View, device.View, coefficients);
        if (readout.IsBorn)
        {
            _transform.Launch(count, device.View, places.Length, T.CreateChecked(1.0 / places.Length));
        }

        device.CopyTo(values);
    }

    private void Seed(Readout readout, int[] places, ReadOnlySpan<T> cotangents, DeviceBuffer<T> costates, long coefficients, int count)
    {
        using var devicePlaces = session.Upload<int>(places);
        using var weights = session.Upload(cotangents);
        if (readout.IsBorn)
        {
            _transform.Launch(count, weights.View, places.Length, T.CreateChecked(1.0 / places.Length));
        }

        costates.Clear();
        _scatter.Launch(count, weights.View, devicePlaces.View, costates.View, coefficients);
    }

    // Spans reach so many numbers.
    private PartLoop Parts(int batch, long coefficients, long numbers) =>
        new(session, batch, numbers * Unsafe.SizeOf<T>(), notify, int.MaxValue / coefficients);

    /// <summary>Some samples of a run with everything that their passes read.</summary>
    private sealed class Part : IDisposable
    {
        public Part(DeviceSession session, DensityPlan plan, Bindings<T> bindings, int first, int count)
        {
            Plan = plan;
            Tables = BlockTables.Of(plan, typeof(T) == typeof(double));
            First = first;
            Count = count;
            Steps = session.Upload<int>(Tables.Steps);
            Places = session.Upload<int>(Tables.Tables);
            Entries = session.Upload<T>(EntriesOf(plan, bindings, first, count));
        }

        public DensityPlan Plan { get; }

        public BlockTables Tables { get; }

        public int First { get; }

        public int Count { get; }

        public DeviceBuffer<int> Steps { get; }

        public DeviceBuffer<int> Places { get; }

        public DeviceBuffer<T> Entries { get; }

        public BlockLaunch Launch(BlockPass pass) => new()
        {
            Coefficients = (int)Plan.Coefficients,
            Size = pass.Size,
            Blocks = pass.Count,
            Offsets = pass.Offsets,
            Bases = pass.Bases,
            FirstStep = pass.FirstStep,
            StepCount = pass.StepCount,
            EntryStride = Plan.HasInputs ? Plan.EntryCount : 0,
            ReplayCount = pass.ReplayCount,
            SavedCount = pass.SavedCount,
            SumCount = pass.SumCount,
        };

        public void Dispose()
        {
            Steps.Dispose();
            Places.Dispose();
            Entries.Dispose();
        }

        // [count, entries] where any map differs between samples, else one row.
        private static T[] EntriesOf(DensityPlan plan, Bindings<T> bindings, int first, int count)
        {
            int rows = plan.HasInputs ? count : 1, inputs = plan.Program.InputCount;
            var entries = new T[(long)rows * plan.EntryCount];
            var numbers = new double[plan.Operations.Select(operation => operation.Entries).DefaultIfEmpty(0).Max()];
            foreach (NumericOperation operation in plan.Operations)
            {
                for (int row = 0; row < rows; row++)
                {
                    if (row == 0 || operation.HasInputs)
                    {
                        EntryTable.Fill(operation, bindings.Parameters, operation.HasInputs ? bindings.Inputs.Slice((first + row) * inputs, inputs) : [], numbers);
                    }

                    for (int e = 0; e < operation.Entries; e++)
                    {
                        entries[(long)row * plan.EntryCount + operation.Offset + e] = T.CreateChecked(numbers[e]);
                    }
                }
            }

            return entries;
        }
    }

    /// <summary>From the maps' sums to gradients, in double.</summary>
    private sealed class Gradients(DensityPlan plan, DensityRecord<T> record)
    {
        private readonly int[] _order = BlockTables.Of(plan, typeof(T) == typeof(double)).GradientOfSum;
        private readonly double[] _toParameters = new double[plan.Program.TrainableCount];
        private readonly double[] _toInputs = new double[plan.Program.InputCount];
        private readonly double[] _all = new double[plan.SumCount];
        private readonly double[] _own = new double[plan.SumCount];
        private readonly double[] _work = new double[EntryTable.WorkLength(plan)];

        /// <summary>Adds samples. Maps that all share are differentiated once, at the end.</summary>
        public void Add(int first, T[] sums, Span<T> inputGradients)
        {
            int inputs = _toInputs.Length;
            for (int s = 0; s * _order.Length < sums.Length; s++)
            {
                for (int e = 0; e < _order.Length; e++)
                {
                    double sum = double.CreateChecked(sums[s * _order.Length + e]);
                    _own[_order[e]] = sum;
                    _all[_order[e]] += sum;
                }

                Array.Clear(_toInputs);
                Differentiate(_own, hasInputs: true, record.Inputs.AsSpan((first + s) * inputs, inputs));
                for (int i = 0; i < inputs && !inputGradients.IsEmpty; i++)
                {
                    inputGradients[(first + s) * inputs + i] = T.CreateChecked(_toInputs[i]);
                }
            }
        }

        public void Finish(Span<T> parameterGradients)
        {
            Differentiate(_all, hasInputs: false, []);
            for (int p = 0; p < parameterGradients.Length; p++)
            {
                parameterGradients[p] = T.CreateChecked(_toParameters[p]);
            }
        }

        private void Differentiate(double[] sums, bool hasInputs, ReadOnlySpan<T> inputs)
        {
            foreach (NumericOperation operation in plan.Operations)
            {
                if (operation.IsDifferentiable && operation.HasInputs == hasInputs)
                {
                    EntryTable.Differentiate<T>(
                        operation, record.Parameters, inputs, sums.AsSpan(operation.Gradient, operation.Entries), _toParameters, _toInputs, _work);
                }
            }
        }
    }
}
