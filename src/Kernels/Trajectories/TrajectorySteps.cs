using System.Numerics;
using ILGPU;
using ILGPU.Algorithms;
using QDiff.Kernels.StateVectors;
using OperatorSet = QDiff.Engine.Planning.OperatorSet;

namespace QDiff.Kernels.Trajectories;

/// <summary>
/// What the threads of a group do with one trajectory. Its state is where the caller says; the coefficients of a step are put together in shared memory,
/// in one of two halves in turns, so that one barrier separates two steps; what thread 0 decides goes into the row's records.
/// </summary>
internal static class TrajectorySteps<T, TPrecision>
    where T : unmanaged, INumber<T>
    where TPrecision : IPrecision<T>
{
    /// <summary>Side of the matrices of a pass.</summary>
    private const int Side = 8;

    /// <summary>Numbers of shared memory beside the state: two halves of coefficients, a reduced density matrix, and sums over threads.</summary>
    public static int WorkNumbers(int threads) => 2 * PassCode.DenseCoefficients + Side * Side + GroupSum.Scratch(threads);

    /// <summary>From |0…0⟩ to the final state. Ends with a barrier.</summary>
    /// <param name="re">Real parts of the state.</param>
    /// <param name="im">Imaginary parts.</param>
    /// <param name="work">Shared memory of <see cref="WorkNumbers"/>.</param>
    /// <param name="copies">Copies of states, from the row's own on.</param>
    /// <param name="row">The arrays that all trajectories read and the row's places in those of its own.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="keepFrom">The first step before which a state is kept where undoing the step would let errors grow.</param>
    public static void Forward(
        ArrayView<T> re, ArrayView<T> im, ArrayView<T> work, ArrayView<T> copies, TrajectoryRow<T> row, TrajectoryShape shape, int keepFrom)
    {
        int size = 1 << shape.Bits, thread = Group.IdxX, groups = size >> 3, kept = 0;
        for (int k = thread; k < size; k += Group.DimX)
        {
            re[k] = k == 0 ? T.One : T.Zero;
            im[k] = T.Zero;
        }

        var frame = FrameState.Start(0);
        double growth = 1;
        int events = (shape.Flags & TrajectoryShape.FramesAreKnown) != 0 ? shape.EventsEnd : 0;
        for (int s = 0; s < shape.StepCount; s++)
        {
            int step = shape.Steps + s * StepCode.Length, kind = row.Code[step], half = (s & 1) * PassCode.DenseCoefficients;
            int end = row.Code[step + StepCode.EventEnd];
            bool advances = end > events;
            events = advances ? end : events;
            if (advances && thread == 0)
            {
                frame = Frames.Advance(frame, end, row.Code, row.Numbers, row.Signs, row.FirstSign, row.Bits, row.FirstBit, shape.Seed, row.Number);
            }

            if (advances || kind != StepCode.Rotation)
            {
                Group.Barrier();
            }

            if (kind == StepCode.Selection && row.Code[step + StepCode.NeedsState] != 0)
            {
                Reduce(re, im, work, row, step, groups);
            }

            if (kind != StepCode.Rotation)
            {
                if (thread == 0)
                {
                    if (kind == StepCode.Dense)
                    {
                        Record(row, step, Pack(row, step, frame), 1);
                    }
                    else
                    {
                        frame = Select(frame, work, row, shape, step);
                        int record = row.Records[row.FirstRecord + row.Code[step + StepCode.Record]];
                        if (s >= keepFrom && row.Code[step + StepCode.NeedsState] != 0 && TrajectoryFrameCode.IsActive(record))
                        {
                            growth *= row.Numbers[row.Code[step + StepCode.Conditions] + TrajectoryFrameCode.Choice(record)];
                            if (growth > OperatorSet.LargestCondition)
                            {
                                growth = 1;
                                row.Records[row.FirstRecord + row.Code[step + StepCode.Record]] = record | (1 << TrajectoryFrameCode.KeptBit);
                            }
                        }
                    }
                }

                Group.Barrier();
                int own = row.Records[row.FirstRecord + row.Code[step + StepCode.Record]];
                if (TrajectoryFrameCode.IsKept(own))
                {
                    long copy = (2L * kept) << shape.Bits;
                    for (int k = thread; k < size; k += Group.DimX)
                    {
                        copies[copy + k] = re[k];
                        copies[copy + size + k] = im[k];
                    }

                    kept++;
                }

                FillMatrix(work, half, row, step, own, row.Code[step + StepCode.Matrix], false, 0);
                Group.Barrier();
                DensePass.Forward(re, im, row.Passes, row.Tables, work, row.Code[step + StepCode.Pass], 0, half, groups);
                continue;
            }

            FillRotation(work, half, row, step);
            Group.Barrier();
            RotationPass.Forward(re, im, row.Passes, row.Tables, work, row.Code[step + StepCode.Pass], 0, half, groups);
        }

        if (thread == 0 && (shape.Flags & TrajectoryShape.FramesAreKnown) == 0)
        {
            frame = Frames.Advance(frame, shape.EventsEnd, row.Code, row.Numbers, row.Signs, row.FirstSign, row.Bits, row.FirstBit, shape.Seed, row.Number);
            row.Records[row.FirstRecord + shape.Records - 2] = frame.X;
            row.Records[row.FirstRecord + shape.Records - 1] = frame.Z;
        }

        Group.Barrier();
    }

    /// <summary>
    /// Every step undone on state and co-state, the last one first, with the gradients of angles and matrices. λ ← M†λ and ψ ← M⁻¹ψ for the drawn
    /// M = K/√p, p held fixed; ψ from its copy where there is one.
    /// </summary>
    public static void Backward(
        ArrayView<T> re, ArrayView<T> im, ArrayView<T> coRe, ArrayView<T> coIm, ArrayView<T> work, ArrayView<T> copies, TrajectoryRow<T> row,
        ArrayView<T> gradients, long firstGradient, TrajectoryShape shape)
    {
        int size = 1 << shape.Bits, thread = Group.IdxX, groups = size >> 3, kept = 0;
        var sums = work.SubView(2 * PassCode.DenseCoefficients, Side * Side);
        var scratch = work.SubView(2 * PassCode.DenseCoefficients + Side * Side, GroupSum.Scratch(Group.DimX));
        for (int s = shape.FirstStep; s < shape.StepCount; s++)
        {
            int step = shape.Steps + s * StepCode.Length;
            kept += row.Code[step] != StepCode.Rotation && TrajectoryFrameCode.IsKept(row.Records[row.FirstRecord + row.Code[step + StepCode.Record]]) ? 1 : 0;
        }

        for (int s = shape.StepCount - 1; s >= shape.FirstStep; s--)
        {
            int step = shape.Steps + s * StepCode.Length, kind = row.Code[step], pass = row.Code[step + StepCode.Pass], column = row.Code[step + StepCode.Gradient];
            Group.Barrier();
            if (kind == StepCode.Rotation)
            {
                FillRotation(work, 0, row, step);
                Group.Barrier();
                RotationPass.Backward(re, im, coRe, coIm, scratch, row.Passes, row.Tables, work, pass, 0, 0, groups, column >= 0);
                if (column >= 0)
                {
                    GroupSum.Store(scratch, PassCode.RotationGradients, sums, 0);
                    Group.Barrier();
                    StoreAngles(sums, row, step, gradients, firstGradient);
                }

                continue;
            }

            int record = row.Records[row.FirstRecord + row.Code[step + StepCode.Record]];
            int matrix = row.Code[step + StepCode.Matrix];
            if (kind == StepCode.Dense)
            {
                FillMatrix(work, 0, row, step, record, matrix, false, 0);
                Group.Barrier();
                DensePass.Backward(re, im, coRe, coIm, row.Passes, row.Tables, work, pass, 0, 0, groups);
                if (column >= 0)
                {
                    Group.Barrier();
                    DensePass.Cross(re, im, coRe, coIm, scratch, row.Passes, row.Tables, work, gradients, pass, 0, 0, groups, firstGradient + column);
                }

                continue;
            }

            FillMatrix(work, 0, row, step, record, matrix, true, 0);
            FillMatrix(work, PassCode.DenseCoefficients, row, step, record, row.Code[step + StepCode.Inverses], false, 1);
            Group.Barrier();
            DensePass.Forward(coRe, coIm, row.Passes, row.Tables, work, pass, 0, 0, groups);
            if (!TrajectoryFrameCode.IsKept(record))
            {
                DensePass.Forward(re, im, row.Passes, row.Tables, work, pass, 0, PassCode.DenseCoefficients, groups);
                continue;
            }

            kept--;
            long copy = (2L * kept) << shape.Bits;
            for (int k = thread; k < size; k += Group.DimX)
            {
                re[k] = copies[copy + k];
                im[k] = copies[copy + size + k];
            }
        }
    }

    /// <summary>cos and sin of three half angles and of the four sums ±α₀ ± α₁ + α₂, each angle being a sum of angles with the row's signs.</summary>
    private static void FillRotation(ArrayView<T> work, int half, TrajectoryRow<T> row, int step)
    {
        for (int item = Group.IdxX; item < 7; item += Group.DimX)
        {
            T cos = T.One, sin = T.Zero;
            int first = item < 3 ? item : 3, last = item < 3 ? item : 5;
            for (int slot = first; slot <= last; slot++)
            {
                int list = row.Code[step + StepCode.Slots + slot];
                bool turned = item >= 3 && slot < 5 && (((item - 3) >> (slot - 3)) & 1) != 0;
                for (int i = 0; list >= 0 && i < row.Code[list]; i++)
                {
                    int number = row.Code[list + 2 + 2 * i], sign = number < 0 ? 1 : row.Signs[row.FirstSign + number];
                    if (sign != 0)
                    {
                        long angle = row.FirstAngle + 2 * row.Code[list + 1 + 2 * i];
                        T c = row.Coefficients[angle], a = row.Coefficients[angle + 1];
                        a = turned == (sign > 0) ? -a : a;
                        T next = cos * c - sin * a;
                        sin = sin * c + cos * a;
                        cos = next;
                    }
                }
            }

            work[half + 2 * item] = cos;
            work[half + 2 * item + 1] = sin;
        }
    }

    /// <summary>The gradient of a sum is that of each of its angles, with the angle's sign.</summary>
    private static void StoreAngles(ArrayView<T> sums, TrajectoryRow<T> row, int step, ArrayView<T> gradients, long firstGradient)
    {
        for (int slot = Group.IdxX; slot < PassCode.RotationGradients; slot += Group.DimX)
        {
            int list = row.Code[step + StepCode.Slots + slot];
            for (int i = 0; list >= 0 && i < row.Code[list]; i++)
            {
                int number = row.Code[list + 2 + 2 * i], sign = number < 0 ? 1 : row.Signs[row.FirstSign + number];
                gradients[firstGradient + row.Code[list + 1 + 2 * i]] = sign > 0 ? sums[slot] : sign < 0 ? -sums[slot] : T.Zero;
            }
        }
    }

    /// <summary>An operator seen through the frame, P K P/√p, filled up with the identity on further local bits; or its inverse, or its adjoint.</summary>
    private static void FillMatrix(ArrayView<T> work, int half, TrajectoryRow<T> row, int step, int record, int matrix, bool adjoint, int inverse)
    {
        int qubits = row.Code[step + StepCode.QubitCount], size = 1 << qubits, x = record & 7, z = (record >> 3) & 7;
        bool isActive = TrajectoryFrameCode.IsActive(record);
        double weight = row.Scales[row.FirstRecord + row.Code[step + StepCode.Record]];
        T scale = TPrecision.Narrow(inverse != 0 ? weight : 1 / weight);
        long source = (row.Code[step + StepCode.IsOwn] != 0 ? row.OwnMatrices : row.Matrices) + matrix + (long)TrajectoryFrameCode.Choice(record) * (2 * size * size);
        for (int entry = Group.IdxX; entry < Side * Side; entry += Group.DimX)
        {
            int a = entry / Side, b = entry % Side;
            T real = a == b ? T.One : T.Zero, imaginary = T.Zero;
            if (isActive && a >> qubits == b >> qubits)
            {
                long at = source + 2 * (((a & (size - 1)) ^ x) * size + ((b & (size - 1)) ^ x));
                T signed = (BitOperations.PopCount((uint)((a ^ b) & z)) & 1) != 0 ? -scale : scale;
                real = signed * row.Coefficients[at];
                imaginary = signed * row.Coefficients[at + 1];
            }

            int to = half + 2 * (adjoint ? b * Side + a : entry);
            work[to] = real;
            work[to + 1] = adjoint ? -imaginary : imaginary;
        }
    }

    private static int Pack(TrajectoryRow<T> row, int step, FrameState frame)
    {
        int x = 0, z = 0;
        for (int i = 0; i < row.Code[step + StepCode.QubitCount]; i++)
        {
            int qubit = row.Code[step + StepCode.Qubit + i];
            x |= ((frame.X >> qubit) & 1) << i;
            z |= ((frame.Z >> qubit) & 1) << i;
        }

        return TrajectoryFrameCode.Pack(x, z, frame.IsActive);
    }

    private static void Record(TrajectoryRow<T> row, int step, int record, double scale)
    {
        row.Records[row.FirstRecord + row.Code[step + StepCode.Record]] = record;
        row.Scales[row.FirstRecord + row.Code[step + StepCode.Record]] = scale;
    }

    /// <summary>
    /// M_ab = Σ ψ̄_a ψ_b over the other qubits: |ψ_a|² on the diagonal, real parts above it, and imaginary parts below it, at (b, a). Ends with a barrier.
    /// </summary>
    private static void Reduce(ArrayView<T> re, ArrayView<T> im, ArrayView<T> work, TrajectoryRow<T> row, int step, int groups)
    {
        int threads = Group.DimX, thread = Group.IdxX, pass = row.Code[step + StepCode.Pass], qubits = row.Code[step + StepCode.QubitCount];
        int table = row.Passes[pass + PassCode.Table], total = 1 << (2 * qubits);
        var sums = work.SubView(2 * PassCode.DenseCoefficients, Side * Side);
        var scratch = work.SubView(2 * PassCode.DenseCoefficients + Side * Side, GroupSum.Scratch(threads));
        for (int first = 0; first < total; first += GroupSum.Values)
        {
            int count = total - first < GroupSum.Values ? total - first : GroupSum.Values;
            for (int value = 0; value < count; value++)
            {
                int a = (first + value) >> qubits, b = (first + value) & ((1 << qubits) - 1);
                T sum = T.Zero;
                for (int g = thread; g < groups; g += threads)
                {
                    int at = BlockPasses.Start(row.Tables, table, g);
                    for (int rest = 0; rest < Side >> qubits; rest++)
                    {
                        int from = at ^ DensePass.Flips(row.Passes, pass, a | (rest << qubits)), to = at ^ DensePass.Flips(row.Passes, pass, b | (rest << qubits));
                        sum += a <= b ? re[from] * re[to] + im[from] * im[to] : re[to] * im[from] - im[to] * re[from];
                    }
                }

                scratch[value * threads + thread] = sum;
            }

            GroupSum.Store(scratch, count, sums, first);
        }

        Group.Barrier();
    }

    /// <summary>Draws an operator, records it, and does what its outcome does to bits and frame.</summary>
    private static FrameState Select(FrameState frame, ArrayView<T> work, TrajectoryRow<T> row, TrajectoryShape shape, int step)
    {
        int record = Pack(row, step, frame);
        if (frame.IsActive == 0)
        {
            Record(row, step, record, 1);
            return frame;
        }

        int count = row.Code[step + StepCode.Operators], draw = row.Code[step + StepCode.Draw];
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += Probability(work, row, step, record, i);
        }

        frame = Frames.WithUniform(frame, draw, shape.Seed, row.Number);
        double limit = Frames.Uniform(frame, draw) * sum, running = 0, probability = 1;
        int choice = 0;
        for (int i = 0; i < count && running <= limit; i++)
        {
            double own = Probability(work, row, step, record, i);
            if (own > 0)
            {
                choice = i;
                probability = own;
                running += own;
            }
        }

        Record(row, step, record | (choice << TrajectoryFrameCode.ChoiceBit), XMath.Sqrt(probability));
        int bit = row.Code[step + StepCode.Bit];
        if (bit >= 0)
        {
            row.Bits[row.FirstBit + bit] = (byte)(choice & 1);
        }

        if (row.Code[step + StepCode.Resets] != 0)
        {
            int qubit = row.Code[step + StepCode.Qubit], simulated = (choice ^ record) & 1;
            frame.X = (frame.X & ~(1 << qubit)) | (simulated << qubit);
            frame.Z &= ~(1 << qubit);
        }

        return frame;
    }

    /// <summary>‖K_i ψ‖² = Σ_ab (K†K)_ab M_ab for the true state, whose reduced density matrix is P M P.</summary>
    private static double Probability(ArrayView<T> work, TrajectoryRow<T> row, int step, int record, int choice)
    {
        int first = row.Code[step + StepCode.Weights];
        if (row.Code[step + StepCode.NeedsState] == 0)
        {
            return row.Numbers[first + choice];
        }

        int qubits = row.Code[step + StepCode.QubitCount], size = 1 << qubits, x = record & 7, z = (record >> 3) & 7, m = 2 * PassCode.DenseCoefficients;
        first += choice * 2 * size * size;
        double sum = 0;
        for (int a = 0; a < size; a++)
        {
            sum += row.Numbers[first + 2 * (a * size + a)] * TPrecision.Widen(work[m + (a ^ x) * size + (a ^ x)]);
            for (int b = a + 1; b < size; b++)
            {
                int from = a ^ x, to = b ^ x, low = from < to ? from : to, high = from < to ? to : from;
                double sign = (BitOperations.PopCount((uint)((a ^ b) & z)) & 1) != 0 ? -2 : 2;
                double real = TPrecision.Widen(work[m + low * size + high]), imaginary = TPrecision.Widen(work[m + high * size + low]);
                int entry = first + 2 * (a * size + b);
                sum += sign * (row.Numbers[entry] * real - row.Numbers[entry + 1] * (from < to ? imaginary : -imaginary));
            }
        }

        return sum > 0 ? sum : 0;
    }
}
