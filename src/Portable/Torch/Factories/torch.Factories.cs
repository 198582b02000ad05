using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Make([.. size], dtype, device, requires_grad, names);

    public static Tensor empty(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Make(size.ToArray(), dtype, device, requires_grad, names);

    public static Tensor empty(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Make([size], dtype, device, requires_grad, names);

    public static Tensor empty(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Make([rows, columns], dtype, device, requires_grad, names);

    public static Tensor empty(
        long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Make([dim0, dim1, dim2], dtype, device, requires_grad, names);

    public static Tensor empty(
        long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Make([dim0, dim1, dim2, dim3], dtype, device, requires_grad, names);

    public static Tensor zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([.. size], Scalar.Integer(0), dtype ?? defaultType, device, requires_grad, names);

    public static Tensor zeros(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled(size.ToArray(), Scalar.Integer(0), dtype ?? defaultType, device, requires_grad, names);

    public static Tensor zeros(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([size], Scalar.Integer(0), dtype ?? defaultType, device, requires_grad, names);

    public static Tensor zeros(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([rows, columns], Scalar.Integer(0), dtype ?? defaultType, device, requires_grad, names);

    public static Tensor zeros(
        long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([dim0, dim1, dim2], Scalar.Integer(0), dtype ?? defaultType, device, requires_grad, names);

    public static Tensor zeros(
        long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([dim0, dim1, dim2, dim3], Scalar.Integer(0), dtype ?? defaultType, device, requires_grad, names);

    public static Tensor ones(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([.. size], Scalar.Integer(1), dtype ?? defaultType, device, requires_grad, names);

    public static Tensor ones(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled(size.ToArray(), Scalar.Integer(1), dtype ?? defaultType, device, requires_grad, names);

    public static Tensor ones(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([size], Scalar.Integer(1), dtype ?? defaultType, device, requires_grad, names);

    public static Tensor ones(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([rows, columns], Scalar.Integer(1), dtype ?? defaultType, device, requires_grad, names);

    public static Tensor ones(
        long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([dim0, dim1, dim2], Scalar.Integer(1), dtype ?? defaultType, device, requires_grad, names);

    public static Tensor ones(
        long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([dim0, dim1, dim2, dim3], Scalar.Integer(1), dtype ?? defaultType, device, requires_grad, names);

    public static Tensor full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([.. size], value, dtype, device, requires_grad, names);

    public static Tensor full(
        ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled(size.ToArray(), value, dtype, device, requires_grad, names);

    public static Tensor full(long size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([size], value, dtype, device, requires_grad, names);

    public static Tensor full(
        long rows, long columns, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([rows, columns], value, dtype, device, requires_grad, names);

    public static Tensor empty_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        input.empty_like(dtype, device, requires_grad);

    public static Tensor zeros_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        input.zeros_like(dtype, device, requires_grad);

    public static Tensor ones_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        input.ones_like(dtype, device, requires_grad);

    public static Tensor full_like(
        Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        input.full_like(value, dtype, device, requires_grad);

    /// <summary>start, start + step, … below stop; integers if all three are.</summary>
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        InitializeDevice(device);
        var increment = step.AsDouble;
        if (increment == 0 || (stop.AsDouble - start.AsDouble) / increment < 0)
        {
            throw DTypes.Error($"arange from {start.AsDouble} to {stop.AsDouble} needs a step that leads there; got {increment}.");
        }

        var integers = !(start.IsFloat || stop.IsFloat || step.IsFloat);
        var count = (long)Math.Ceiling((stop.AsDouble - start.AsDouble) / increment);
        using var values = Tensor.Allocate([count], integers ? ScalarType.Int64 : ScalarType.Float64, register: false);
        for (var i = 0; i < count; i++)
        {
            if (integers)
            {
                values.Span<long>()[i] = start.AsLong + (i * step.AsLong);
            }
            else
            {
                values.Span<double>()[i] = start.AsDouble + (i * increment);
            }
        }

        return Converted(values, dtype ?? (integers ? ScalarType.Int64 : defaultType), requires_grad);
    }

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, Scalar.Integer(1), dtype, device, requires_grad);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(Scalar.Integer(0), stop, Scalar.Integer(1), dtype, device, requires_grad);

    /// <summary>The given number of values from start to end, both included, evenly spaced.</summary>
    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        InitializeDevice(device);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        using var values = Tensor.Allocate([steps], ScalarType.Float64, register: false);
        var span = values.Span<double>();
        for (var i = 0; i < span.Length; i++)
        {
            // From both ends, so that the last value is exact and the row is symmetric.
            var step = steps == 1 ? 0 : (end - start) / (steps - 1);
            span[i] = i < steps / 2 || steps == 1 ? start + (i * step) : end - ((steps - 1 - i) * step);
        }

        return Converted(values, dtype ?? defaultType, requires_grad);
    }

    /// <summary>Powers of the base with the exponents of <see cref="linspace"/>.</summary>
    public static Tensor logspace(
        double start, double end, long steps, double @base = 10, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        using var values = linspace(start, end, steps, ScalarType.Float64, device);
        var span = values.Span<double>();
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = Math.Pow(@base, span[i]);
        }

        return Converted(values, dtype ?? defaultType, requires_grad);
    }

    /// <summary>Ones on the diagonal, zeros elsewhere.</summary>
    public static Tensor eye(
        long rows, long columns = -1L, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        columns = columns < 0 ? rows : columns;
        var result = zeros(rows, columns, dtype, device, false, names);
        result.ViewOf([Math.Min(rows, columns)], [columns + 1], 0, register: false).FillAndDispose(Scalar.Integer(1));
        result.requires_grad = requires_grad;
        return result;
    }

    internal static Tensor Make(long[] sizes, ScalarType? dtype, Device? device, bool requiresGrad, string[]? names = null)
    {
        InitializeDevice(device);
        RefuseNames(names);
        foreach (var size in sizes)
        {
            if (size < 0) throw DTypes.Error($"A shape cannot have a negative size; got {Shapes.Text(sizes)}.");
        }

        var result = Tensor.Allocate(sizes, dtype ?? defaultType);
        if (requiresGrad) result.requires_grad = true;
        return result;
    }

    internal static Tensor Filled(long[] sizes, Scalar value, ScalarType? dtype, Device? device, bool requiresGrad, string[]? names = null)
    {
        var type = dtype ?? (value.IsFloat ? defaultType : value.IsBool ? ScalarType.Bool : ScalarType.Int64);
        var result = Make(sizes, type, device, false, names);
        result.Fill(value);
        if (requiresGrad) result.requires_grad = true;
        return result;
    }

    // From an unregistered temporary to a tensor of the wanted type.
    private static Tensor Converted(Tensor values, ScalarType type, bool requiresGrad)
    {
        var result = values.AllocateLike(type);
        Conversion.Copy(values, result);
        if (requiresGrad) result.requires_grad = true;
        return result;
    }

    private static void RefuseNames(string[]? names)
    {
        if (names is { Length: > 0 }) throw new NotSupportedException("Named dimensions are not in this build; leave names out.");
    }
}
