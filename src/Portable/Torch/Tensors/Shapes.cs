using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Sizes and strides (in elements, row-major): contiguity, broadcasting, dimension numbers. The arrays are shared between tensors and never changed.</summary>
internal static class Shapes
{
    public static long Count(ReadOnlySpan<long> sizes)
    {
        var count = 1L;
        foreach (var size in sizes)
        {
            count = checked(count * size);
        }

        return count;
    }

    public static long[] ContiguousStrides(ReadOnlySpan<long> sizes)
    {
        var strides = new long[sizes.Length];
        var step = 1L;
        for (var i = sizes.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= Math.Max(sizes[i], 1);
        }

        return strides;
    }

    public static bool IsContiguous(ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides)
    {
        var step = 1L;
        for (var i = sizes.Length - 1; i >= 0; i--)
        {
            if (sizes[i] == 1) continue;
            if (sizes[i] == 0) return true;
            if (strides[i] != step) return false;
            step *= sizes[i];
        }

        return true;
    }

    public static bool Same(long[] a, long[] b) => ReferenceEquals(a, b) || a.AsSpan().SequenceEqual(b);

    /// <summary>"[128, 30]".</summary>
    public static string Text(ReadOnlySpan<long> sizes) => "[" + string.Join(", ", sizes.ToArray()) + "]";

    /// <summary>The dimension counted from the front.</summary>
    public static int Dimension(long dim, int rank)
    {
        var range = Math.Max(rank, 1);
        if (dim < -range || dim >= range)
        {
            throw DTypes.Error($"Dimension {dim} is out of range for a tensor of {rank} dimensions (valid: {-range} to {range - 1}).");
        }

        return (int)(dim < 0 ? dim + range : dim);
    }

    /// <summary>The shape that both broadcast to: aligned at the last dimension, sizes equal or 1.</summary>
    public static long[] Broadcast(long[] a, long[] b)
    {
        if (Same(a, b)) return a;
        var rank = Math.Max(a.Length, b.Length);
        var result = new long[rank];
        for (var i = 1; i <= rank; i++)
        {
            var first = i <= a.Length ? a[^i] : 1;
            var second = i <= b.Length ? b[^i] : 1;
            if (first != second && first != 1 && second != 1)
            {
                throw DTypes.Error(
                    $"Shapes {Text(a)} and {Text(b)} do not broadcast: size {first} against {second} at dimension {rank - i}; " +
                    "sizes must be equal or 1.");
            }

            result[^i] = first == 1 ? second : first;
        }

        return result;
    }

    /// <summary>Strides with which a tensor is read as the given larger shape: 0 where it is repeated.</summary>
    public static long[] ExpandedStrides(long[] sizes, long[] strides, long[] target)
    {
        var result = new long[target.Length];
        var lead = target.Length - sizes.Length;
        if (lead < 0)
        {
            throw DTypes.Error($"A tensor of shape {Text(sizes)} cannot be expanded to the {target.Length} dimensions of {Text(target)}.");
        }

        for (var i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] == target[i + lead])
            {
                result[i + lead] = strides[i];
            }
            else if (sizes[i] != 1)
            {
                throw DTypes.Error(
                    $"A tensor of shape {Text(sizes)} cannot be expanded to {Text(target)}: size {sizes[i]} against {target[i + lead]} at dimension {i + lead}.");
            }
        }

        return result;
    }
}
