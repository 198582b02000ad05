using System.Numerics;
using ILGPU;

namespace QDiff.Kernels.Trajectories;

/// <summary>Where the trajectory of a group finds its own.</summary>
internal static class TrajectoryRows<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>The row of the calling group.</summary>
    public static TrajectoryRow<T> Make(
        ArrayView<int> passes, ArrayView<int> tables, ArrayView<int> code, ArrayView<double> numbers, ArrayView<T> coefficients, ArrayView<sbyte> signs,
        ArrayView<byte> bits, ArrayView<int> records, ArrayView<double> scales, TrajectoryShape shape)
    {
        long index = Grid.IdxX, sample = (shape.FirstRow + index) / shape.RowsPerSample;
        TrajectoryRow<T> row = default;
        row.Passes = passes;
        row.Tables = tables;
        row.Code = code;
        row.Numbers = numbers;
        row.Coefficients = coefficients;
        row.Signs = signs;
        row.Bits = bits;
        row.Records = records;
        row.Scales = scales;
        row.FirstSign = index * shape.Signs;
        row.FirstBit = index * shape.ClassicalBits;
        row.FirstRecord = index * shape.Records;
        row.FirstAngle = sample * shape.AngleStride;
        row.Matrices = shape.Matrices;
        row.OwnMatrices = shape.OwnMatrices + sample * shape.OwnStride;
        row.Number = shape.FirstNumber + (ulong)index;
        return row;
    }
}
