using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QDiff.Engine.Backends;
using QDiff.Engine.Circuits;
using QDiff.Engine.Observables;
using QDiff.Engine.Planning;
using QDiff.Engine.Trajectories;
using QDiff.Kernels.Devices;
using QDiff.Kernels.StateVectors;

namespace QDiff.Kernels.Trajectories;

/// <summary>
/// Runs trajectories with the kernels of this folder. Angles and matrices are worked out on the host in double. Rows that do not fit into the device's memory are run in
/// parts, which changes no bit: every trajectory has its own group, and gradients are summed on the host in the order of the rows.
/// </summary>
internal sealed class DeviceTrajectorySession<T, TPrecision>(DeviceSession session, KernelLimits limits, Action<string> notify) : TrajectorySession<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TPrecision : IPrecision<T>
{
    private readonly FrameKernel _frames = new(session);
    private readonly TrajectoryKernel<T, TPrecision> _forward = new(session);
    private readonly TrajectoryAdjointKernel<T, TPrecision> _adjoint = new(session);
    private readonly ConditionalWeakTable<TrajectoryPlan, LoadedTrajectories> _programs = [];
    private readonly ConditionalWeakTable<TrajectoryPlan, LoadedTrajectories> _gradientPrograms = [];

    private DeviceSession Device => session;

    private static int NumberBytes => Unsafe.SizeOf<T>();

    public override void Run(
        TrajectoryPlan plan, Readout? readout, Bindings<T> bindings, int batch, TrajectoryRun run, Span<T> values, Span<bool> bits)
    {
        var loaded = Load(_programs, plan, forGradients: false);
        var program = loaded.Program;
        var room = new Room(this, plan, program, readout, run, TrajectoryKernel<T, TPrecision>.SharedNumbers);
        int rows = batch * run.Trajectories, bitCount = plan.Program.BitCount;
        var parts = new PartLoop(session, rows, room.RowBytes + (room.IsLarge ? (2L << program.Bits) * NumberBytes : 0), notify);
        while (parts.Next())
        {
            try
            {
                Part(loaded, room, bindings, parts.Start, parts.Count, values, bits);
            }
            catch (DeviceException full) when (parts.CanHalve(full))
            {
                parts.Halve();
            }
        }

        void Part(
            LoadedTrajectories loaded, Room room, Bindings<T> bindings, int start, int count, Span<T> values, Span<bool> bits)
        {
            using var rowsOnDevice = new Rows(this, room, bindings, start, count);
            using var states = session.Rent<T>(room.IsLarge ? (long)count * (2L << program.Bits) : 0);
            using var target = session.Rent<T>((long)count * room.Values);
            Launch(loaded, rowsOnDevice, count);
            _forward.Launch(
                count, room.Threads, room.IsLarge, states.View, loaded.Passes.View, loaded.Tables.View, loaded.Code.View, loaded.Numbers.View,
                rowsOnDevice.Coefficients.View, rowsOnDevice.Signs.View, rowsOnDevice.Bits.View, rowsOnDevice.Records.View, rowsOnDevice.Scales.View,
                rowsOnDevice.Strings.View, target.View, rowsOnDevice.Shape);
            if (readout is null)
            {
                rowsOnDevice.Bits.CopyTo(MemoryMarshal.AsBytes(bits.Slice(start * bitCount, count * bitCount)));
            }
            else
            {
                target.CopyTo(values.Slice(start * room.Values, count * room.Values));
            }
        }
    }

    public override void Backward(TrajectoryTape<T> tape, ReadOnlySpan<T> cotangents, Span<T> parameterGradients, Span<T> inputGradients)
    {
        TrajectoryPlan plan = tape.Plan;
        var record = (TrajectoryRecord<T>)tape.Payload;
        var loaded = Load(_gradientPrograms, plan, forGradients: true);
        var program = loaded.Program;
        var room = new Room(this, plan, program, tape.Readout, tape.Run, TrajectoryAdjointKernel<T, TPrecision>.SharedNumbers);
        var gradients = new TrajectoryGradients<T>(plan, program, record, tape.Run.Trajectories);
        int rows = tape.Batch * tape.Run.Trajectories, columns = gradients.Columns;
        long own = room.IsLarge ? 4L << program.Bits : 0, kept = (long)program.MostKept * (2L << program.Bits);
        if (program.FirstStep == program.StepCount)
        {
            gradients.CopyTo(parameterGradients, inputGradients);
            return;
        }

        var parts = new PartLoop(
            session, rows, room.RowBytes + (own + kept + columns) * NumberBytes, notify, int.MaxValue / Math.Max(columns, program.RecordCount + 2));
        while (parts.Next())
        {
            try
            {
                Part(parts.Start, parts.Count, cotangents);
            }
            catch (DeviceException full) when (parts.CanHalve(full))
            {
                parts.Halve();
            }
        }

        gradients.CopyTo(parameterGradients, inputGradients);

        void Part(int start, int count, ReadOnlySpan<T> cotangents)
        {
            using var rowsOnDevice = new Rows(this, room, new Bindings<T>(record.Parameters, record.Inputs), start, count);
            using var states = session.Rent<T>(count * (own + kept));
            using var weights = session.Upload(cotangents.Slice(start * room.Values, count * room.Values));
            using var target = session.Rent<T>((long)count * columns);
            target.Clear();
            var shape = rowsOnDevice.Shape;
            shape.Kept = count * own;
            shape.KeptCount = program.MostKept;
            shape.Columns = columns;
            Launch(loaded, rowsOnDevice, count);
            _adjoint.Launch(
                count, room.Threads, room.IsLarge, states.View, loaded.Passes.View, loaded.Tables.View, loaded.Code.View, loaded.Numbers.View,
                rowsOnDevice.Coefficients.View, rowsOnDevice.Signs.View, rowsOnDevice.Bits.View, rowsOnDevice.Records.View, rowsOnDevice.Scales.View,
                rowsOnDevice.Strings.View, weights.View, target.View, shape);
            var sums = new T[count * columns];
            target.CopyTo(sums);
            int[] records = [];
            if (program.DenseGradients > 0)
            {
                records = new int[count * (program.RecordCount + 2)];
                rowsOnDevice.Records.CopyTo(records);
            }

            gradients.Add(start, count, sums, records);
        }
    }

    private LoadedTrajectories Load(ConditionalWeakTable<TrajectoryPlan, LoadedTrajectories> programs, TrajectoryPlan plan, bool forGradients) =>
        programs.TryGetValue(plan, out var known) ? known
            : programs.GetValue(plan, p => new LoadedTrajectories(session, new TrajectoryProgram(p, forGradients)));

    private void Launch(LoadedTrajectories loaded, Rows rows, int count)
    {
        if (loaded.Program.KnownFrames)
        {
            _frames.Launch(count, loaded.Code.View, loaded.Numbers.View, rows.Signs.View, rows.Bits.View, rows.Records.View, rows.Shape);
        }
    }

    /// <summary>What one run needs for each row.</summary>
    private sealed class Room
    {
        public Room(
            DeviceTrajectorySession<T, TPrecision> owner, TrajectoryPlan plan, TrajectoryProgram program, Readout? readout, TrajectoryRun run,
            Func<int, int, long> sharedNumbers)
        {
            Plan = plan;
            Program = program;
            Run = run;
            Readout = readout;
            Values = readout?.Count ?? 0;
            Strings = readout is null ? [] : program.Strings(readout);
            IsLarge = program.Bits > owner.LargestBlock(sharedNumbers);
            Threads = owner.Threads(IsLarge ? 0 : program.Bits, sharedNumbers);
            RowBytes = plan.SignCount + plan.Program.BitCount + (program.RecordCount + 2L) * (sizeof(int) + sizeof(double))
                + (Values + OwnNumbers(program)) * NumberBytes;
        }

        public TrajectoryPlan Plan { get; }

        public TrajectoryProgram Program { get; }

        public TrajectoryRun Run { get; }

        public Readout? Readout { get; }

        public int Values { get; }

        public int[] Strings { get; }

        /// <summary>Whether states lie in global memory.</summary>
        public bool IsLarge { get; }

        public int Threads { get; }

        public long RowBytes { get; }

        private static long OwnNumbers(TrajectoryProgram program) => program.OwnMatrixNumbers + (program.HasOwnAngles ? 2 * program.Items.Count : 0);
    }

    private int LargestBlock(Func<int, int, long> sharedNumbers) => limits.BlockBits<T>(sharedNumbers);

    // A state in global memory leaves shared memory to the sums over threads.
    private int Threads(int bits, Func<int, int, long> sharedNumbers)
    {
        if (bits > 0)
        {
            return limits.Threads<T>(bits, sharedNumbers);
        }

        int threads = session.GroupThreads;
        while (threads > 1 && TrajectorySteps<T, TPrecision>.WorkNumbers(threads) * NumberBytes > session.SharedBytes)
        {
            threads /= 2;
        }

        return threads;
    }

    /// <summary>Some rows of a run with everything that they read and write.</summary>
    private sealed class Rows : IDisposable
    {
        private readonly List<IDisposable> _owned = [];

        public Rows(DeviceTrajectorySession<T, TPrecision> owner, Room room, Bindings<T> bindings, int start, int count)
        {
            var (plan, program, run) = (room.Plan, room.Program, room.Run);
            int first = start / run.Trajectories, samples = (start + count - 1) / run.Trajectories - first + 1, records = program.RecordCount + 2;
            int angles = 2 * program.Items.Count, rows = program.HasOwnAngles ? samples : 1;
            T[] coefficients = TrajectoryCoefficients<T>.Of(program, plan.Program.InputCount, bindings, first, samples);
            try
            {
                Coefficients = Own(owner.Device.Upload<T>(coefficients));
                Signs = Own(owner.Device.Rent<sbyte>((long)count * plan.SignCount));
                Bits = Own(owner.Device.Rent<byte>((long)count * plan.Program.BitCount));
                Bits.Clear();
                Records = Own(owner.Device.Rent<int>((long)count * records));
                Scales = Own(owner.Device.Rent<double>((long)count * records));
                Strings = Own(owner.Device.Upload<int>(room.Strings));
            }
            catch
            {
                Dispose();
                throw;
            }

            Shape = new TrajectoryShape
            {
                Bits = program.Bits,
                LogicalBits = plan.Program.QubitCount,
                PlanBits = program.PlanBits,
                Steps = program.EventsEnd,
                StepCount = program.StepCount,
                FirstStep = program.FirstStep,
                EventsEnd = program.EventsEnd,
                LogicalTable = program.LogicalTable,
                Sampled = program.Sampled,
                SampledCount = plan.Sampled.Length,
                LastDraw = plan.DrawCount,
                Values = room.Values,
                Signs = plan.SignCount,
                ClassicalBits = plan.Program.BitCount,
                Records = records,
                AngleStride = program.HasOwnAngles ? angles : 0,
                Matrices = rows * angles,
                OwnMatrices = rows * angles + program.SharedMatrices.Length,
                OwnStride = program.OwnMatrixNumbers,
                RowsPerSample = run.Trajectories,
                FirstRow = start - first * run.Trajectories,
                Flags = (program.KnownFrames ? TrajectoryShape.FramesAreKnown : 0) | (room.Readout is { IsBorn: true } ? TrajectoryShape.Born : 0)
                    | (room.Readout is null ? TrajectoryShape.Sampling : 0),
                Seed = run.Seed,
                FirstNumber = (ulong)(run.First + start),
            };
        }

        public TrajectoryShape Shape { get; }

        public DeviceBuffer<T> Coefficients { get; }

        public DeviceBuffer<sbyte> Signs { get; }

        public DeviceBuffer<byte> Bits { get; }

        public DeviceBuffer<int> Records { get; }

        public DeviceBuffer<double> Scales { get; }

        public DeviceBuffer<int> Strings { get; }

        public void Dispose() => _owned.ForEach(buffer => buffer.Dispose());

        private TBuffer Own<TBuffer>(TBuffer buffer)
            where TBuffer : IDisposable
        {
            _owned.Add(buffer);
            return buffer;
        }
    }
}
