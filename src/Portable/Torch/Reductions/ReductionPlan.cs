using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// A reduction seen as [outer, length, inner] over contiguous memory: the reduced dimensions as one. Where they are not neighbours, or the
/// memory is not contiguous, a packed copy with the reduced dimensions last is what is read.
/// </summary>
internal readonly struct ReductionPlan : IDisposable
{
    private readonly Tensor original;

    private ReductionPlan(Tensor original, Tensor source, long outer, long length, long inner, long[] kept, long[] dropped)
    {
        this.original = original;
        Source = source;
        Outer = outer;
        Length = length;
        Inner = inner;
        KeptSizes = kept;
        DroppedSizes = dropped;
    }

    public Tensor Source { get; }

    public long Outer { get; }

    public long Length { get; }

    public long Inner { get; }

    /// <summary>The result's shape with reduced dimensions as size 1.</summary>
    public long[] KeptSizes { get; }

    /// <summary>The result's shape without the reduced dimensions.</summary>
    public long[] DroppedSizes { get; }

    /// <summary>A plan over the dimensions; none means all of them.</summary>
    public static ReductionPlan Over(Tensor x, ReadOnlySpan<long> dims, ScalarType type)
    {
        var sizes = x.Sizes;
        var rank = sizes.Length;
        var mask = 0;
        foreach (var dim in dims)
        {
            var bit = 1 << Shapes.Dimension(dim, rank);
            if ((mask & bit) != 0) throw DTypes.Error($"Dimension {dim} is named twice in {Shapes.Text(dims)}.");
            mask |= bit;
        }

        if (dims.IsEmpty || rank == 0) mask = (1 << rank) - 1;
        var kept = new long[rank];
        var dropped = new long[rank - System.Numerics.BitOperations.PopCount((uint)mask & ((1u << rank) - 1))];
        var length = 1L;
        var (first, last, place) = (-1, -1, 0);
        for (var d = 0; d < rank; d++)
        {
            if ((mask & (1 << d)) != 0)
            {
                kept[d] = 1;
                length *= sizes[d];
                if (sizes[d] != 1)
                {
                    first = first < 0 ? d : first;
                    last = d;
                }
            }
            else
            {
                kept[d] = dropped[place++] = sizes[d];
            }
        }

        var (outer, inner) = (1L, 1L);
        var neighbours = true;
        for (var d = 0; d < rank; d++)
        {
            if ((mask & (1 << d)) != 0) continue;
            if (first < 0 || d < first) outer *= sizes[d];
            else if (d > last) inner *= sizes[d];
            else neighbours &= sizes[d] == 1;
        }

        if (x.IsContiguousLayout && neighbours)
        {
            var converted = x.Type == type ? x : x.ConvertedTo(type);
            return new ReductionPlan(x, converted, outer, length, inner, kept, dropped);
        }

        var order = new long[rank];
        var at = 0;
        for (var pass = 0; pass < 2; pass++)
        {
            for (var d = 0; d < rank; d++)
            {
                if ((mask >> d & 1) == pass) order[at++] = d;
            }
        }

        using var arranged = x.Permuted(order);
        return new ReductionPlan(x, arranged.ConvertedTo(type), Shapes.Count(dropped), length, 1, kept, dropped);
    }

    /// <summary>The result of a kernel, of DroppedSizes, in the wanted form.</summary>
    public Tensor Shaped(Tensor result, bool keepdim)
    {
        if (keepdim) result.Reshape(KeptSizes, Shapes.ContiguousStrides(KeptSizes));
        return result;
    }

    public void Dispose() => Source.DisposeUnless(original);
}
