using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// How a differentiable operation is defined. Compute the output from the inputs' memory, then record it:
/// <code>
/// var output = Allocate(…);                       // kernel fills output
/// return Autograd.Record(output, "MyOp", inputs: [x, w, bias], saved: [x, w], static (node, g) =>
/// [
///     node.Needs(0) ? g.matmul(node.Saved(1)) : null,
///     node.Needs(1) ? … : null,
///     node.Needs(2) ? g.sum(0L) : null,   // sum(0) would choose sum(ScalarType), here as in TorchSharp
/// ]);
/// </code>
/// <list type="bullet">
/// <item>Record does nothing when recording is off or no input requires a gradient; <see cref="Records(Tensor)"/> asks beforehand, for
/// operations that would have to compute extra things to save.</item>
/// <item>Saved tensors (inputs, the output, or others) are handles of the graph's own: the user may dispose theirs. Never capture a
/// tensor in the lambda; captured numbers and shapes are fine, and a static lambda is best.</item>
/// <item>Tensors that the backward function makes are disposed after it, except those it returns. A gradient of the broadcast shape or of
/// another floating-point type is summed and converted to its input's by the engine.</item>
/// <item>Temporaries in forward code belong to the user's scope: dispose them ("using var").</item>
/// <item>In-place operations: <see cref="CheckInPlace"/> first, then write, then <see cref="RecordInPlace"/>, which also raises the version.</item>
/// </list>
/// Gradients of gradients are not recorded in this build.
/// </summary>
internal static class Autograd
{
    [ThreadStatic] private static bool isDisabled;
    [ThreadStatic] private static bool isInference;

    /// <summary>Whether operations are recorded on this thread.</summary>
    public static bool IsEnabled
    {
        get => !isDisabled && !isInference;
        set => isDisabled = !value;
    }

    /// <summary>The mode alone, without inference mode.</summary>
    public static bool IsGradMode => !isDisabled;

    public static bool IsInference
    {
        get => isInference;
        set => isInference = value;
    }

    public static bool Records(Tensor a) => !isDisabled && a.Meta is not null && a.RequiresGradient && !isInference;

    public static bool Records(Tensor a, Tensor? b) => Records(a) || (b is not null && Records(b));

    public static bool Records(Tensor a, Tensor? b, Tensor? c) => Records(a, b) || (c is not null && Records(c));

    public static bool Records(ReadOnlySpan<Tensor?> inputs)
    {
        foreach (var input in inputs)
        {
            if (input is not null && Records(input)) return true;
        }

        return false;
    }

    /// <summary>Makes the output, fresh and without history, the result of an operation on the inputs. Returns the output.</summary>
    public static Tensor Record(Tensor output, string name, ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor?> saved, Backward backward)
    {
        if (Records(inputs) && DTypes.IsFloat(output.Type))
        {
            Connect(output, new Node(name, Edges(inputs), Save(saved), backward, null, 1), 0);
        }

        return output;
    }

    /// <summary>As Record, for an operation with several outputs; integer outputs stay without history.</summary>
    public static void RecordMany(
        ReadOnlySpan<Tensor> outputs, string name, ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor?> saved, MultiBackward backward)
    {
        if (!Records(inputs)) return;
        var node = new Node(name, Edges(inputs), Save(saved), null, backward, outputs.Length);
        for (var i = 0; i < outputs.Length; i++)
        {
            if (DTypes.IsFloat(outputs[i].Type))
            {
                Connect(outputs[i], node, i);
            }
        }
    }

    /// <summary>Refuses in-place changes that would break the graph.</summary>
    public static void CheckInPlace(Tensor target, string name, Tensor? operand = null, Tensor? second = null)
    {
        if (!IsEnabled || !Records(target, operand, second)) return;
        if (target.RequiresGradient && target.is_leaf)
        {
            throw DTypes.Error(
                $"{name}: a leaf tensor that requires a gradient cannot be changed in place while operations are recorded; " +
                "do it under torch.no_grad(), or change a clone.");
        }

        if (target.IsView)
        {
            throw DTypes.Error(
                $"{name}: a view cannot be changed in place while operations are recorded in this build; assign through the base tensor's " +
                "indexer, or do it under torch.no_grad().");
        }
    }

    /// <summary>Makes the target, already changed in place, the result of an operation on the inputs, of which it may be one itself.</summary>
    public static Tensor RecordInPlace(Tensor target, string name, ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor?> saved, Backward backward)
    {
        target.Memory.Version++;
        return Record(target, name, inputs, saved, backward);
    }

    public static void Connect(Tensor output, Node node, int index)
    {
        node.Retain();
        (output.Meta ??= new AutogradMeta()).SetFunction(node, index);
    }

    public static Edge[] Edges(ReadOnlySpan<Tensor?> inputs)
    {
        var edges = new Edge[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            edges[i] = Edge.To(inputs[i]);
        }

        return edges;
    }

    /// <summary>The gradient of a broadcast operand: summed over the dimensions along which the operand was repeated.</summary>
    public static Tensor SumTo(Tensor gradient, long[] sizes)
    {
        if (Shapes.Same(gradient.Sizes, sizes)) return gradient;
        var lead = gradient.Rank - sizes.Length;
        var dims = new List<long>();
        for (var i = 0; i < gradient.Rank; i++)
        {
            if (i < lead || (sizes[i - lead] == 1 && gradient.Sizes[i] != 1))
            {
                dims.Add(i);
            }
        }

        var sum = dims.Count == 0 ? gradient : gradient.sum(dims.ToArray(), keepdim: true);
        if (sum.ElementCount != Shapes.Count(sizes))
        {
            throw DTypes.Error($"A gradient of shape {Shapes.Text(gradient.Sizes)} does not reduce to its input's shape {Shapes.Text(sizes)}.");
        }

        return lead == 0 ? sum : sum.reshape(sizes);
    }

    // Saved handles carry no history: backward is not recorded, and an output that its own node saves would keep itself alive.
    private static Tensor?[] Save(ReadOnlySpan<Tensor?> tensors)
    {
        if (tensors.Length == 0) return [];
        var saved = new Tensor?[tensors.Length];
        for (var i = 0; i < tensors.Length; i++)
        {
            saved[i] = tensors[i]?.Alias(withHistory: false, register: false);
        }

        return saved;
    }
}
