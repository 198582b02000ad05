using System.Numerics;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.States;
using QDiff.Kernels.Devices;
using QDiff.Kernels.Programs;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// Runs programs on state vectors with the kernels of this folder. States that fit into a group's shared memory go through the fused kernels, larger
/// ones through sweeps. A batch that does not fit into the device's memory is run in parts.
/// </summary>
internal sealed unsafe class DeviceStateSession<T, TPrecision>(DeviceSession session, KernelLimits limits, Action<string> notify) : StateSession<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TPrecision : IPrecision<T>
{
    private readonly CircuitKernel<T> _circuit = new(session);
    private readonly CircuitAdjointKernel<T> _circuitAdjoint = new(session);
    private readonly SweepKernel<T> _sweep = new(session);
    private readonly SweepAdjointKernel<T> _sweepAdjoint = new(session);
    private readonly ExpectationKernel<T> _expectation = new(session);
    private readonly CoStateKernel<T> _costate = new(session);
    private readonly BornKernel<T> _born = new(session);
    private readonly PermutationKernel<T> _permutation = new(session);
    private readonly BasisStateKernel<T> _basisState = new(session);
    private readonly AngleKernel<T, TPrecision> _angle = new(session);
    private readonly SumKernel<T, TPrecision> _sum = new(session);
    private readonly GradientKernel<T, TPrecision> _gradient = new(session);
    private readonly ConditionalWeakTable<Plan, LoadedProgram> _forward = [];
    private readonly ConditionalWeakTable<Plan, LoadedProgram> _adjoint = [];
    private readonly Dictionary<int, LoadedProgram> _plain = [];

    private static int NumberBytes => sizeof(T);

    public override void Apply(Plan plan, Numbers<T> parameters, Numbers<T> inputs, StateVectorBatch<T> states)
    {
        var loaded = ForwardProgram(plan);
        Forward(new Job { Loaded = loaded, Parameters = parameters, Inputs = inputs, Batch = states.Batch, Initial = InitialStates<T>.Of(states), Final = states });
        GC.KeepAlive(states);
    }

    public override PlanWork Work(Plan plan, Readout readout, bool given) => ForwardProgram(plan).Program.Work(readout, NumberBytes, given);

    public override void Measure(StateVectorBatch<T> states, Readout readout, Numbers<T> values)
    {
        if (!_plain.TryGetValue(states.QubitCount, out var loaded))
        {
            _plain[states.QubitCount] = loaded = new LoadedProgram(session, new StateProgram(states.QubitCount, limits.BlockBits<T>(CircuitKernel<T>.SharedNumbers)));
        }

        Forward(new Job { Loaded = loaded, Batch = states.Batch, Initial = InitialStates<T>.Of(states), Readout = readout, Values = values });
        GC.KeepAlive(states);
    }

    public override void Run(
        Plan plan, Readout readout, Numbers<T> parameters, Numbers<T> inputs, int batch, Numbers<T> values, InitialStates<T> initial)
    {
        Forward(new Job
        {
            Loaded = ForwardProgram(plan), Parameters = parameters, Inputs = inputs, Batch = batch, Initial = initial, Readout = readout, Values = values,
        });
    }

    public override AdjointRecord<T> Forward(
        Plan plan, Readout readout, Numbers<T> parameters, Numbers<T> inputs, int batch, Numbers<T> values, InitialStates<T> initial)
    {
        var loaded = AdjointProgram(plan);
        var boundParameters = Copy(parameters);
        var boundInputs = Copy(inputs);
        var record = new AdjointRecord<T>(loaded, boundParameters, boundInputs);
        try
        {
            long numbers = (long)batch << loaded.Program.Bits;
            if (2 * BatchParts.Rounding * numbers * NumberBytes <= 0.5 * session.FreeBytes)
            {
                record.States = (session.Rent<T>(numbers), session.Rent<T>(numbers));
            }
            else
            {
                record.HostStates = (new NativeBuffer<T>(numbers), new NativeBuffer<T>(numbers));
            }

            Forward(new Job
            {
                Loaded = loaded, Parameters = new Numbers<T>(boundParameters.View, parameters.Length), Inputs = new Numbers<T>(boundInputs.View, inputs.Length),
                Batch = batch, Initial = initial, Readout = readout, Values = values, Record = record,
            });
            return record;
        }
        catch
        {
            record.Dispose();
            throw;
        }
    }

    public override void Backward(
        AdjointRecord<T> record, Readout readout, int batch, Numbers<T> cotangents, Numbers<T> parameterGradients, Numbers<T> inputGradients)
    {
        var loaded = record.Program;
        var program = loaded.Program;
        int columns = program.Columns, inputCount = (int)(record.Inputs.Length / batch), groups = SumKernel<T, TPrecision>.Groups(batch);
        using var sums = session.Rent<double>((long)groups * Math.Max(1, columns));
        sums.Clear();
        var dense = program.Dense.Exists(gate => gate.Column >= 0) ? new DenseGradients(record, parameterGradients.Length, inputGradients.Length, session) : null;

        long gradients = columns + (inputGradients.Length > 0 ? inputCount : 0), kept = record.States is null ? 2L << program.Bits : 0;
        long bytes = NumberBytes * (program.RowNumbers + readout.Count + gradients + kept + (program.IsWhole ? 0 : (4L << program.Bits) + SweepSums(program)));
        BatchParts.Run(session, batch, bytes, notify, (start, count) =>
        {
            using var coefficients = Coefficients(
                loaded, new Numbers<T>(record.Parameters.View, record.Parameters.Length), new Numbers<T>(record.Inputs.View, record.Inputs.Length), start, count, inputCount);
            using var weights = cotangents.Read(session, (long)start * readout.Count, (long)count * readout.Count);
            using var angles = session.Rent<T>((long)count * Math.Max(1, columns));
            if (columns > 0 && program.IsWhole)
            {
                BackwardWhole(record, readout, start, count, coefficients, weights.View, angles);
            }
            else if (columns > 0)
            {
                BackwardSweeps(record, readout, start, count, coefficients, weights.View, angles);
            }

            dense?.Take(program, angles, start, count, inputCount);
            if (inputGradients.Length > 0)
            {
                using var target = inputGradients.Write(session, (long)start * inputCount, (long)count * inputCount);
                _gradient.LaunchInputs(count, angles.View, loaded.InputTerms.View, loaded.InputWeights.View, target.View, inputCount, columns);
                dense?.AddInputs(target.View, start, count, inputCount);
            }

            // Last, when nothing can fail any more and be run again: these add to what earlier parts left.
            dense?.Commit();
            if (columns > 0)
            {
                _sum.LaunchRows(1, angles.View, sums.View, new SumShape { Rows = count, FirstRow = start, Groups = groups, Columns = columns });
            }
        });

        if (parameterGradients.Length > 0)
        {
            using var totals = session.Rent<double>(Math.Max(1, columns));
            if (columns > 0)
            {
                _sum.LaunchTotals(sums.View, totals.View, new SumShape { Groups = groups, Columns = columns });
            }

            using var target = parameterGradients.Write(session, 0, parameterGradients.Length);
            _gradient.LaunchParameters(totals.View, loaded.ParameterTerms.View, loaded.ParameterWeights.View, target.View, (int)parameterGradients.Length);
            dense?.AddParameters(target.View);
        }
    }

    private LoadedProgram ForwardProgram(Plan plan) => Load(_forward, plan, limits.BlockBits<T>(CircuitKernel<T>.SharedNumbers));

    // State and co-state go through a block together; their storage must be the one that the forward run left.
    private LoadedProgram AdjointProgram(Plan plan) => Load(_adjoint, plan, limits.BlockBits<T>(CircuitAdjointKernel<T>.SharedNumbers));

    private LoadedProgram Load(ConditionalWeakTable<Plan, LoadedProgram> programs, Plan plan, int blockBits) =>
        programs.TryGetValue(plan, out var known) ? known
            : programs.GetValue(plan, p => new LoadedProgram(session, new StateProgram(p, blockBits, limits.RunBits<T>(blockBits))));

    private void Forward(Job job)
    {
        var program = job.Loaded.Program;
        int inputCount = (int)(job.Inputs.Length / job.Batch), values = job.Readout?.Count ?? 0;
        long states = program.IsWhole
            ? (job.Initial.AreOnHost ? 2L << program.LogicalBits : 0) + (job.Record?.HostStates is null ? 0 : 2L << program.Bits)
            : (job.Record?.States is null ? 2L << program.Bits : 0) + (job.Final is null ? 0 : 2L << program.LogicalBits)
                + Sums(ExpectationKernel<T>.Chunks(program.Bits), job.Readout?.Strings.Count ?? 0);
        BatchParts.Run(session, job.Batch, NumberBytes * (states + program.RowNumbers + inputCount + values), notify, (start, count) =>
        {
            using var coefficients = Coefficients(job.Loaded, job.Parameters, job.Inputs, start, count, inputCount);
            using var target = job.Values.Write(session, (long)start * values, (long)count * values);
            if (program.IsWhole)
            {
                ForwardWhole(job, start, count, coefficients, target.View);
            }
            else
            {
                ForwardSweeps(job, start, count, coefficients, target.View);
            }
        });
    }

    private void ForwardWhole(Job job, int start, int count, DeviceBuffer<T> coefficients, ArrayView<T> values)
    {
        var program = job.Loaded.Program;
        long given = job.Initial.AreGiven ? (long)count << program.LogicalBits : 0, kept = job.Record is null ? 0 : (long)count << program.Bits;
        using var copies = session.Rent<T>(job.Initial.AreOnHost ? 2 * given : 0);
        ArrayView<T> initialRe = copies.View, initialIm = copies.View;
        if (job.Initial.AreOnHost)
        {
            (initialRe, initialIm) = (copies.View.SubView(0, given), copies.View.SubView(given, given));
            job.Initial.CopyTo(session, start, 0, given, initialRe, initialIm);
        }
        else if (job.Initial.AreGiven)
        {
            (initialRe, initialIm) = job.Initial.View((long)start << program.LogicalBits, given);
        }

        using var own = job.Record?.HostStates is null ? null : session.Rent<T>(2 * kept);
        long first = (long)start << program.Bits;
        ArrayView<T> finalRe = initialRe, finalIm = initialIm;
        if (job.Record is not null)
        {
            finalRe = own?.View.SubView(0, kept) ?? job.Record.States!.Value.Re.View.SubView(first, kept);
            finalIm = own?.View.SubView(kept, kept) ?? job.Record.States!.Value.Im.View.SubView(first, kept);
        }

        var shape = Shape(program, job.Readout);
        shape.Flags |= (job.Initial.AreGiven ? CircuitShape.Given : 0) | (job.Final is null ? 0 : CircuitShape.KeepLogical)
            | (job.Record is null ? 0 : CircuitShape.KeepStored);
        _circuit.Launch(
            count, limits.Threads<T>(program.Bits, CircuitKernel<T>.SharedNumbers), initialRe, initialIm, finalRe, finalIm, job.Loaded.Passes.View,
            job.Loaded.Tables.View, coefficients.View, Strings(job.Loaded, job.Readout), values, shape);
        if (job.Final is { } final)
        {
            Download(initialRe, final.RealPointer(start), given);
            Download(initialIm, final.ImaginaryPointer(start), given);
        }

        if (job.Record?.HostStates is { } host)
        {
            Download(finalRe, host.Re.Pointer + first, kept);
            Download(finalIm, host.Im.Pointer + first, kept);
        }
    }

    private void ForwardSweeps(Job job, int start, int count, DeviceBuffer<T> coefficients, ArrayView<T> values)
    {
        var program = job.Loaded.Program;
        long numbers = (long)count << program.Bits, first = (long)start << program.Bits;
        using var own = job.Record?.States is null ? session.Rent<T>(2 * numbers) : null;
        var re = own?.View.SubView(0, numbers) ?? job.Record!.States!.Value.Re.View.SubView(first, numbers);
        var im = own?.View.SubView(numbers, numbers) ?? job.Record!.States!.Value.Im.View.SubView(first, numbers);
        if (job.Initial.AreGiven)
        {
            job.Initial.CopyTo(session, start, first, numbers, re, im);
        }
        else
        {
            re.MemSetToZero(session.Stream);
            im.MemSetToZero(session.Stream);
            _basisState.Launch(count, re, program.Bits);
        }

        int threads = limits.Threads<T>(program.BlockBits, CircuitKernel<T>.SharedNumbers);
        foreach (var sweep in program.Sweeps)
        {
            _sweep.Launch(count, threads, re, im, job.Loaded.Passes.View, job.Loaded.Tables.View, coefficients.View, sweep);
        }

        var shape = StoredShape(program, job.Readout);
        if (job.Readout is { IsBorn: true })
        {
            _born.Launch(count, re, im, job.Loaded.LogicalFlips.View, values, shape);
        }
        else if (job.Readout is { } readout)
        {
            ReadExpectations(program, readout, count, re, im, Strings(job.Loaded, readout), values, shape);
        }

        if (job.Final is { } final)
        {
            using var ordered = session.Rent<T>(2 * numbers);
            var orderedRe = ordered.View.SubView(0, numbers);
            var orderedIm = ordered.View.SubView(numbers, numbers);
            _permutation.Launch(count, re, im, orderedRe, orderedIm, job.Loaded.LogicalFlips.View, coefficients.View, shape);
            Download(orderedRe, final.RealPointer(start), numbers);
            Download(orderedIm, final.ImaginaryPointer(start), numbers);
        }

        if (job.Record?.HostStates is { } host)
        {
            Download(re, host.Re.Pointer + first, numbers);
            Download(im, host.Im.Pointer + first, numbers);
        }
    }

    private void ReadExpectations(
        StateProgram program, Readout readout, int count, ArrayView<T> re, ArrayView<T> im, ArrayView<int> strings, ArrayView<T> values, StateShape shape)
    {
        int chunks = ExpectationKernel<T>.Chunks(program.Bits);
        using var parts = session.Rent<T>((long)count * chunks * readout.Count);
        _expectation.Launch(count, re, im, strings, parts.View, shape);
        Reduce(count, chunks, readout.Count, parts, values, readout.Count, 0);
    }

    /// <summary>Adds rows up, in a fixed order, into some columns of a wider table.</summary>
    private void Reduce(int outer, int rows, int columns, DeviceBuffer<T> parts, ArrayView<T> target, int targetColumns, int firstColumn)
    {
        int groups = SumKernel<T, TPrecision>.Groups(rows);
        var shape = new SumShape { Rows = rows, Groups = groups, Columns = columns, TotalColumns = targetColumns, FirstColumn = firstColumn };
        using var sums = session.Rent<double>((long)outer * groups * columns);
        sums.Clear();
        _sum.LaunchRows(outer, parts.View, sums.View, shape);
        _sum.LaunchGroups(outer, sums.View, target, shape);
    }

    private void BackwardWhole(
        AdjointRecord<T> record, Readout readout, int start, int count, DeviceBuffer<T> coefficients, ArrayView<T> cotangents, DeviceBuffer<T> angles)
    {
        var program = record.Program.Program;
        long numbers = (long)count << program.Bits;
        using var own = record.HostStates is null ? null : session.Rent<T>(2 * numbers);
        var (re, im) = Final(record, start, numbers, own);
        var shape = Shape(program, readout);
        shape.FirstPass = program.FirstDifferentiable;
        _circuitAdjoint.Launch(
            count, limits.Threads<T>(program.Bits, CircuitAdjointKernel<T>.SharedNumbers), re, im, record.Program.Passes.View, record.Program.Tables.View,
            coefficients.View, Strings(record.Program, readout), cotangents, angles.View, shape);
    }

    private void BackwardSweeps(
        AdjointRecord<T> record, Readout readout, int start, int count, DeviceBuffer<T> coefficients, ArrayView<T> cotangents, DeviceBuffer<T> angles)
    {
        var loaded = record.Program;
        var program = loaded.Program;
        long numbers = (long)count << program.Bits;
        using var states = session.Rent<T>(4 * numbers);
        var re = states.View.SubView(0, numbers);
        var im = states.View.SubView(numbers, numbers);
        var coRe = states.View.SubView(2 * numbers, numbers);
        var coIm = states.View.SubView(3 * numbers, numbers);
        if (record.HostStates is null)
        {
            var (finalRe, finalIm) = Final(record, start, numbers, null);
            re.CopyFrom(session.Stream, finalRe);
            im.CopyFrom(session.Stream, finalIm);
        }
        else
        {
            Final(record, start, numbers, states);
        }

        var shape = StoredShape(program, readout);
        if (readout.IsBorn)
        {
            _born.LaunchCoState(count, re, im, coRe, coIm, loaded.LogicalFlips.View, cotangents, shape);
        }
        else
        {
            _costate.Launch(count, re, im, coRe, coIm, Strings(loaded, readout), cotangents, shape);
        }

        int threads = limits.Threads<T>(program.BlockBits, CircuitAdjointKernel<T>.SharedNumbers), column = program.Columns;
        int blocks = 1 << (program.Bits - program.BlockBits);
        for (int s = program.Sweeps.Length - 1; column > 0; s--)
        {
            var sweep = program.Sweeps[s];
            using var parts = session.Rent<T>((long)count * blocks * sweep.Columns);
            _sweepAdjoint.Launch(
                count, threads, re, im, coRe, coIm, loaded.Passes.View, loaded.Tables.View, coefficients.View, parts.View, sweep);
            column -= sweep.Columns;
            if (sweep.Columns > 0)
            {
                Reduce(count, blocks, sweep.Columns, parts, angles.View, program.Columns, column);
            }
        }
    }

    private (ArrayView<T> Re, ArrayView<T> Im) Final(AdjointRecord<T> record, int start, long numbers, DeviceBuffer<T>? own)
    {
        long first = (long)start << record.Program.Program.Bits;
        if (record.States is { } states)
        {
            return (states.Re.View.SubView(first, numbers), states.Im.View.SubView(first, numbers));
        }

        var (re, im) = (own!.View.SubView(0, numbers), own.View.SubView(numbers, numbers));
        Upload(record.HostStates!.Value.Re.Pointer + first, re, numbers);
        Upload(record.HostStates!.Value.Im.Pointer + first, im, numbers);
        return (re, im);
    }

    /// <summary>The coefficients of some samples of a batch.</summary>
    private DeviceBuffer<T> Coefficients(LoadedProgram loaded, Numbers<T> parameters, Numbers<T> inputs, int start, int count, int inputCount)
    {
        var program = loaded.Program;
        var coefficients = session.Rent<T>(program.SharedNumbers + (long)count * program.RowNumbers);
        using var bound = parameters.Read(session, 0, parameters.Length);
        using var rows = inputs.Read(session, (long)start * inputCount, (long)count * inputCount);
        var shape = new AngleShape { Slots = program.SlotCount, Inputs = inputCount };
        shape.Entries = program.SharedEntries.Length / AngleShape.EntryLength;
        _angle.Launch(
            1, loaded.SharedEntries.View, loaded.SlotTerms.View, loaded.SlotNumbers.View, bound.View, rows.View, coefficients.View, shape);
        shape.Entries = program.RowEntries.Length / AngleShape.EntryLength;
        _angle.Launch(
            count, loaded.RowEntries.View, loaded.SlotTerms.View, loaded.SlotNumbers.View, bound.View, rows.View, coefficients.View, shape);
        if (program.Dense.Count > 0)
        {
            FillMatrices(program, coefficients, parameters.ToHost(session), inputs.ToHost(session), start, count, inputCount);
        }

        return coefficients;
    }

    private static void FillMatrices(
        StateProgram program, DeviceBuffer<T> coefficients, T[] parameters, T[] inputs, int start, int count, int inputCount)
    {
        foreach (var (step, offset, stride, _) in program.Dense)
        {
            for (int sample = 0; sample < (stride == 0 ? 1 : count); sample++)
            {
                var row = inputs.AsSpan((start + sample) * inputCount, inputCount);
                coefficients.CopyFrom(offset + (long)sample * stride, DenseMatrices.Coefficients<T>(step, parameters, row));
            }
        }
    }

    private DeviceBuffer<T> Copy(Numbers<T> numbers)
    {
        var copy = session.Rent<T>(numbers.Length);
        if (numbers.Length > 0)
        {
            using var source = numbers.Read(session, 0, numbers.Length);
            copy.View.CopyFrom(session.Stream, source.View.SubView(0, numbers.Length));
        }

        return copy;
    }

    private ArrayView<int> Strings(LoadedProgram loaded, Readout? readout) =>
        readout is { IsBorn: false } ? loaded.Strings(readout).View : loaded.LogicalFlips.View;

    private static long SweepSums(StateProgram program) =>
        Sums(1 << (program.Bits - program.BlockBits), program.Sweeps.Max(sweep => sweep.Columns));

    /// <summary>Numbers that adding up rows takes: the rows, and sums of groups of them in double.</summary>
    private static long Sums(int rows, int columns) => (long)columns * (rows + 2 * SumKernel<T, TPrecision>.Groups(rows));

    private static CircuitShape Shape(StateProgram program, Readout? readout) => new()
    {
        Bits = program.Bits,
        LogicalBits = program.LogicalBits,
        Passes = program.PassCount,
        LogicalTable = program.LogicalTable,
        PhaseOffset = program.GlobalPhase.Offset,
        PhaseStride = program.GlobalPhase.Stride,
        Strings = readout?.Strings.Count ?? 0,
        Columns = program.Columns,
        Flags = readout is { IsBorn: true } ? CircuitShape.Born : 0,
    };

    private static StateShape StoredShape(StateProgram program, Readout? readout) => new()
    {
        Bits = program.Bits,
        LogicalBits = program.LogicalBits,
        Offset = program.Frame.Offset,
        Strings = readout?.Strings.Count ?? 0,
        PhaseOffset = program.GlobalPhase.Offset,
        PhaseStride = program.GlobalPhase.Stride,
    };

    private void Upload(T* source, ArrayView<T> target, long length)
    {
        session.HostCopies++;
        target.SubView(0, length).CopyFromCPU(session.Stream, ref *source, length);
    }

    private void Download(ArrayView<T> source, T* target, long length)
    {
        session.HostCopies++;
        source.SubView(0, length).CopyToCPU(session.Stream, ref *target, length);
    }

    /// <summary>One forward run.</summary>
    private sealed class Job
    {
        public required LoadedProgram Loaded { get; init; }

        public Numbers<T> Parameters { get; init; }

        public Numbers<T> Inputs { get; init; }

        public required int Batch { get; init; }

        public InitialStates<T> Initial { get; init; }

        /// <summary>Where the final states go by logical index: the initial states, when given.</summary>
        public StateVectorBatch<T>? Final { get; init; }

        public Readout? Readout { get; init; }

        public Numbers<T> Values { get; init; }

        public AdjointRecord<T>? Record { get; init; }
    }

    /// <summary>The gradients of gates that are given by matrices, gathered on the host.</summary>
    private sealed class DenseGradients(AdjointRecord<T> record, long parameterCount, long inputLength, DeviceSession session)
    {
        private readonly T[] _parameters = new Numbers<T>(record.Parameters.View, record.Parameters.Length).ToHost(session);
        private readonly T[] _inputs = new Numbers<T>(record.Inputs.View, record.Inputs.Length).ToHost(session);
        private readonly double[] _toParameters = new double[parameterCount];
        private readonly double[] _ofPart = new double[parameterCount];
        private readonly double[] _toInputs = new double[inputLength];

        public void Take(StateProgram program, DeviceBuffer<T> angles, int start, int count, int inputCount)
        {
            var columns = new T[(long)count * program.Columns];
            angles.CopyTo(columns);
            Array.Clear(_ofPart);
            Array.Clear(_toInputs);
            for (int sample = 0; sample < count; sample++)
            {
                foreach (var (step, _, _, column) in program.Dense.Where(gate => gate.Column >= 0))
                {
                    DenseMatrices.AddGradients<T>(
                        step, columns.AsSpan(sample * program.Columns + column, PassCode.DenseGradients), _parameters,
                        _inputs.AsSpan((start + sample) * inputCount, inputCount), _ofPart,
                        _toInputs.Length > 0 ? _toInputs.AsSpan((start + sample) * inputCount, inputCount) : []);
                }
            }
        }

        public void Commit()
        {
            for (int p = 0; p < _ofPart.Length; p++)
            {
                _toParameters[p] += _ofPart[p];
            }
        }

        public void AddInputs(ArrayView<T> target, int start, int count, int inputCount) =>
            Add(target, _toInputs.AsSpan(start * inputCount, count * inputCount));

        public void AddParameters(ArrayView<T> target) => Add(target, _toParameters);

        private void Add(ArrayView<T> target, ReadOnlySpan<double> further)
        {
            using var copy = session.Rent<T>(further.Length);
            copy.View.CopyFrom(session.Stream, target.SubView(0, copy.View.Length));
            var values = new T[further.Length];
            copy.CopyTo(values);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = T.CreateChecked(double.CreateChecked(values[i]) + further[i]);
            }

            copy.CopyFrom(values);
            copy.View.CopyTo(session.Stream, target.SubView(0, copy.View.Length));
        }
    }
}
