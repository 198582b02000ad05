using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.StateVectors;

/// <summary>
/// Sums of rows in a fixed order, in double, so that results repeat to the last bit and do not depend on how a batch is split: first over groups
/// of <see cref="GroupRows"/> rows, counted from the first row of the whole batch, then over the groups. One thread owns one sum; neighbours read neighbours.
/// </summary>
internal sealed class SumKernel<T, TPrecision>(DeviceSession session)
    where T : unmanaged, INumber<T>
    where TPrecision : IPrecision<T>
{
    /// <summary>Rows of a group.</summary>
    public const int GroupRows = 256;

    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<double>, SumShape, long>> _groups =
        session.Compile("row sums", accelerator => accelerator.LoadKernel<ArrayView<T>, ArrayView<double>, SumShape, long>(SumRows));

    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<double>, ArrayView<T>, SumShape, long>> _narrow =
        session.Compile("group sums", accelerator => accelerator.LoadKernel<ArrayView<double>, ArrayView<T>, SumShape, long>(SumGroups));

    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<double>, ArrayView<double>, SumShape, long>> _wide =
        session.Compile("totals", accelerator => accelerator.LoadKernel<ArrayView<double>, ArrayView<double>, SumShape, long>(SumTotals));

    /// <summary>Groups that so many rows make.</summary>
    public static int Groups(long rows) => (int)((rows + GroupRows - 1) / GroupRows);

    /// <summary>groups[o, g, c] += Σ_r rows[o, r, c] over the rows of group g that are there.</summary>
    public static void SumRows(ArrayView<T> rows, ArrayView<double> groups, SumShape shape, long items)
    {
        long item = (long)Grid.IdxX * Group.DimX + Group.IdxX;
        if (item >= items)
        {
            return;
        }

        int column = (int)(item % shape.Columns);
        int group = (int)(item / shape.Columns % shape.Groups);
        long outer = item / ((long)shape.Columns * shape.Groups);
        int begin = group * GroupRows - shape.FirstRow, end = begin + GroupRows;
        begin = begin < 0 ? 0 : begin;
        end = end > shape.Rows ? shape.Rows : end;
        double sum = groups[item];
        for (int row = begin; row < end; row++)
        {
            sum += TPrecision.Widen(rows[(outer * shape.Rows + row) * shape.Columns + column]);
        }

        groups[item] = sum;
    }

    /// <summary>values[o, FirstColumn + c] = Σ_g groups[o, g, c], values having TotalColumns columns.</summary>
    public static void SumGroups(ArrayView<double> groups, ArrayView<T> values, SumShape shape, long items)
    {
        long item = (long)Grid.IdxX * Group.DimX + Group.IdxX;
        if (item < items)
        {
            long outer = item / shape.Columns;
            values[outer * shape.TotalColumns + shape.FirstColumn + item % shape.Columns] = TPrecision.Narrow(Total(groups, shape, item));
        }
    }

    /// <summary>totals[o, c] = Σ_g groups[o, g, c].</summary>
    public static void SumTotals(ArrayView<double> groups, ArrayView<double> totals, SumShape shape, long items)
    {
        long item = (long)Grid.IdxX * Group.DimX + Group.IdxX;
        if (item < items)
        {
            totals[item] = Total(groups, shape, item);
        }
    }

    private static double Total(ArrayView<double> groups, SumShape shape, long item)
    {
        long outer = item / shape.Columns, column = item % shape.Columns;
        double sum = 0;
        for (int group = 0; group < shape.Groups; group++)
        {
            sum += groups[(outer * shape.Groups + group) * shape.Columns + column];
        }

        return sum;
    }

    /// <summary>Adds rows to the groups that they belong to.</summary>
    public void LaunchRows(int outer, ArrayView<T> rows, ArrayView<double> groups, SumShape shape)
    {
        long items = (long)outer * shape.Groups * shape.Columns;
        _groups.Value(session.Stream, session.PerItem(items), rows, groups, shape, items);
    }

    /// <summary>Adds the groups up, into some columns of wider rows.</summary>
    public void LaunchGroups(int outer, ArrayView<double> groups, ArrayView<T> values, SumShape shape)
    {
        long items = (long)outer * shape.Columns;
        _narrow.Value(session.Stream, session.PerItem(items), groups, values, shape, items);
    }

    /// <summary>Adds the groups up, in double.</summary>
    public void LaunchTotals(ArrayView<double> groups, ArrayView<double> totals, SumShape shape) =>
        _wide.Value(session.Stream, session.PerItem(shape.Columns), groups, totals, shape, shape.Columns);
}
