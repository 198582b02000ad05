using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Trajectories;

/// <summary>
/// Pauli frames of programs in which no choice depends on a state: all draws, renamings and signs of a trajectory, before its state is touched. One thread owns one
/// trajectory. Bytes: a byte for each sign that an angle takes, and the last frame.
/// </summary>
internal sealed class FrameKernel(DeviceSession session)
{
    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<int>, ArrayView<double>, ArrayView<sbyte>, ArrayView<byte>, ArrayView<int>,
        TrajectoryShape, int>> _launch = session.Compile("Pauli frames", accelerator => accelerator.LoadKernel<
            ArrayView<int>, ArrayView<double>, ArrayView<sbyte>, ArrayView<byte>, ArrayView<int>, TrajectoryShape, int>(Run));

    /// <summary>The kernel.</summary>
    /// <param name="code">See <see cref="EventCode"/>.</param>
    /// <param name="numbers">Probabilities.</param>
    /// <param name="signs">[rows, Signs].</param>
    /// <param name="bits">[rows, ClassicalBits].</param>
    /// <param name="records">[rows, Records], of which the last two are written.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="rows">Number of trajectories.</param>
    public static void Run(
        ArrayView<int> code, ArrayView<double> numbers, ArrayView<sbyte> signs, ArrayView<byte> bits, ArrayView<int> records, TrajectoryShape shape, int rows)
    {
        long row = (long)Grid.IdxX * Group.DimX + Group.IdxX;
        if (row >= rows)
        {
            return;
        }

        var frame = Frames.Advance(
            FrameState.Start(0), shape.EventsEnd, code, numbers, signs, row * shape.Signs, bits, row * shape.ClassicalBits, shape.Seed,
            shape.FirstNumber + (ulong)row);
        records[(row + 1) * shape.Records - 2] = frame.X;
        records[(row + 1) * shape.Records - 1] = frame.Z;
    }

    /// <summary>Launches one thread for each trajectory.</summary>
    public void Launch(
        int rows, ArrayView<int> code, ArrayView<double> numbers, ArrayView<sbyte> signs, ArrayView<byte> bits, ArrayView<int> records, TrajectoryShape shape) =>
        _launch.Value(session.Stream, session.PerItem(rows), code, numbers, signs, bits, records, shape, rows);
}
