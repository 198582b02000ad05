using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// An index worked out for one tensor: first views (numbers, slices, new dimensions), then, for index tensors, a gather over some of the
/// view's dimensions. Bool tensors become the positions of their true elements.
/// </summary>
internal sealed class IndexPlan
{
    // The numbers of a view: what is selected, sliced or inserted, in the order of application.
    private readonly List<Func<Tensor, Tensor>> views = [];

    private IndexPlan()
    {
    }

    /// <summary>Per dimension of the view: the positions (Int64, broadcast against each other), or null for a whole dimension. Empty without index tensors.</summary>
    public Tensor?[] Positions { get; private set; } = [];

    public bool Gathers => Positions.Length > 0;

    public static IndexPlan For(Tensor x, ReadOnlySpan<TensorIndex> indices)
    {
        var plan = new IndexPlan();
        var used = 0;
        foreach (var index in indices)
        {
            used += index.kind switch
            {
                TensorIndex.Kind.Single or TensorIndex.Kind.Slice => 1,
                TensorIndex.Kind.Tensor => index.tensor!.dtype == ScalarType.Bool ? index.tensor.Rank : 1,
                _ => 0,
            };
        }

        if (used > x.Sizes.Length)
        {
            throw DTypes.Error($"{used} indices were given for a tensor of {x.Rank} dimensions, shape {Shapes.Text(x.Sizes)}.");
        }

        var positions = new List<Tensor?>();
        var dim = 0;
        var source = 0;
        foreach (var index in indices)
        {
            var d = dim;
            switch (index.kind)
            {
                case TensorIndex.Kind.Single:
                    var at = index.startIndexOrBoolOrSingle ?? 0;
                    plan.views.Add(v => v.select(d, at));
                    source++;
                    break;
                case TensorIndex.Kind.Slice:
                    if (index.startIndexOrBoolOrSingle is not null || index.stopIndex is not null || index.step is not null)
                    {
                        var (start, stop, step) = (index.startIndexOrBoolOrSingle ?? 0, index.stopIndex ?? long.MaxValue, index.step ?? 1);
                        plan.views.Add(v => v.slice(d, start, stop, step));
                    }

                    positions.Add(null);
                    dim++;
                    source++;
                    break;
                case TensorIndex.Kind.None or TensorIndex.Kind.Null:
                    plan.views.Add(v => v.unsqueeze(d));
                    positions.Add(null);
                    dim++;
                    break;
                case TensorIndex.Kind.Ellipsis:
                    for (var rest = x.Rank - used; rest > 0; rest--, dim++, source++)
                    {
                        positions.Add(null);
                    }

                    used = x.Rank;
                    break;
                case TensorIndex.Kind.Bool:
                    plan.views.Add(v => v.unsqueeze(d));
                    positions.Add(index.startIndexOrBoolOrSingle != 0 ? zeros(1, ScalarType.Int64) : zeros(0, ScalarType.Int64));
                    dim++;
                    break;
                default:
                    AddTensor(index.tensor!, x, ref dim, ref source, positions);
                    break;
            }
        }

        for (; source < x.Rank; source++)
        {
            positions.Add(null);
        }

        if (positions.Exists(p => p is not null))
        {
            plan.Positions = [.. positions];
        }

        return plan;
    }

    /// <summary>The view part.</summary>
    public Tensor View(Tensor x)
    {
        var view = x;
        foreach (var step in views)
        {
            var next = step(view);
            view.DisposeUnless(x);
            view = next;
        }

        return view;
    }

    private static void AddTensor(Tensor index, Tensor x, ref int dim, ref int source, List<Tensor?> positions)
    {
        switch (index.dtype)
        {
            case ScalarType.Bool:
                for (var d = 0; d < index.Rank; d++)
                {
                    if (index.Sizes[d] != x.Sizes[source + d])
                    {
                        throw DTypes.Error(
                            $"A mask of shape {Shapes.Text(index.Sizes)} does not fit dimensions {source} on of a tensor of shape {Shapes.Text(x.Sizes)}.");
                    }
                }

                positions.AddRange(index.nonzero_as_list());
                dim += index.Rank;
                source += index.Rank;
                break;
            case ScalarType.Int64 or ScalarType.Int32 or ScalarType.Byte:
                positions.Add(index.to_type(ScalarType.Int64));
                dim++;
                source++;
                break;
            default:
                throw DTypes.Error($"Tensors used as indices must hold integers or bools; got {index.Type}.");
        }
    }
}
