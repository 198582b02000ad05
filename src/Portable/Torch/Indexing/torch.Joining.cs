namespace TorchSharp;

public static partial class torch
{
    /// <summary>The tensors one after another along a dimension; all other sizes must agree.</summary>
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Join(tensors.ToArray(), dim);

    public static Tensor cat(Tensor[] tensors, long dim = 0) => Join(tensors, dim);

    public static Tensor cat(ReadOnlySpan<Tensor> tensors, long dim = 0) => Join(tensors.ToArray(), dim);

    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);

    public static Tensor concat(Tensor[] tensors, long dim = 0) => cat(tensors, dim);

    public static Tensor concatenate(IList<Tensor> tensors, long axis = 0) => cat(tensors, axis);

    public static Tensor concatenate(Tensor[] tensors, long axis = 0) => cat(tensors, axis);

    /// <summary>Tensors of one shape along a new dimension.</summary>
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0)
    {
        var parts = new List<Tensor>();
        try
        {
            foreach (var tensor in tensors)
            {
                parts.Add(tensor.unsqueeze(dim));
                if (!Shapes.Same(parts[0].Sizes, parts[^1].Sizes))
                {
                    throw DTypes.Error($"stack: tensor {parts.Count - 1} has shape {Shapes.Text(tensor.Sizes)}, unlike those before it.");
                }
            }

            return Join(parts.ToArray(), dim);
        }
        finally
        {
            parts.ForEach(part => part.Dispose());
        }
    }

    public static Tensor hstack(params Tensor[] tensors) => Join(tensors, tensors.Length > 0 && tensors[0].dim() < 2 ? 0 : 1);

    public static Tensor hstack(IList<Tensor> tensors) => hstack(tensors.ToArray());

    public static Tensor vstack(IList<Tensor> tensors) => vstack(tensors.ToArray());

    public static Tensor vstack(Tensor[] tensors)
    {
        var rows = Array.ConvertAll(tensors, t => t.atleast_2d());
        try
        {
            return Join(rows, 0);
        }
        finally
        {
            Array.ForEach(rows, row => row.Dispose());
        }
    }

    private static Tensor Join(Tensor[] tensors, long dim)
    {
        if (tensors.Length == 0) throw DTypes.Error("cat needs at least one tensor.");

        // Vectors of no elements are left out, as libtorch does.
        var parts = Array.FindAll(tensors, t => t.Sizes is not [0]);
        if (parts.Length == 0) return tensors[0].clone();
        var first = parts[0];
        if (first.Rank == 0) throw DTypes.Error("cat: tensors of no dimensions cannot be joined; use stack().");
        var d = Shapes.Dimension(dim, first.Rank);
        var type = first.Type;
        var total = 0L;
        foreach (var part in parts)
        {
            var fits = part.Rank == first.Rank;
            for (var i = 0; fits && i < part.Rank; i++)
            {
                fits = i == d || part.Sizes[i] == first.Sizes[i];
            }

            if (!fits)
            {
                throw DTypes.Error($"cat: shapes {Shapes.Text(first.Sizes)} and {Shapes.Text(part.Sizes)} must agree in all dimensions but {d}.");
            }

            type = DTypes.Promote(type, part.Type);
            total += part.Sizes[d];
        }

        long[] sizes = [.. first.Sizes];
        sizes[d] = total;
        var result = Tensor.Allocate(sizes, type);
        var at = 0L;
        foreach (var part in parts)
        {
            using var window = result.ViewOf(part.Sizes, result.Strides, at * result.Strides[d], register: false);
            Conversion.Copy(part, window);
            at += part.Sizes[d];
        }

        if (!Autograd.Records(parts)) return result;
        var lengths = Array.ConvertAll(parts, part => part.Sizes[d]);
        return Autograd.Record(result, "Cat", parts, [], (node, g) =>
        {
            var gradients = new Tensor?[lengths.Length];
            var start = 0L;
            for (var i = 0; i < gradients.Length; i++)
            {
                if (node.Needs(i)) gradients[i] = g.slice(d, start, start + lengths[i], 1);
                start += lengths[i];
            }

            return gradients;
        });
    }
}
