namespace TorchSharp;

/// <summary>Where the gradient of an input goes: to an output of an earlier node, to a leaf, or nowhere.</summary>
internal readonly struct Edge
{
    private Edge(Node? function, int output, AutogradMeta? leaf, torch.Tensor input)
    {
        Function = function;
        Output = output;
        Leaf = leaf;
        Sizes = input.Sizes;
        Type = input.Type;
    }

    public Node? Function { get; }

    public int Output { get; }

    public AutogradMeta? Leaf { get; }

    /// <summary>The input's shape, to which its gradient is reduced.</summary>
    public long[]? Sizes { get; }

    /// <summary>The input's element type, to which its gradient is converted.</summary>
    public torch.ScalarType Type { get; }

    public bool IsConnected => Function is not null || Leaf is not null;

    /// <summary>The edge to a tensor, which counts as a reference to its node or leaf.</summary>
    public static Edge To(torch.Tensor? tensor)
    {
        if (tensor?.Meta is not { } meta) return default;
        if (meta.Function is { } function)
        {
            function.Retain();
            return new Edge(function, meta.Output, null, tensor);
        }

        if (!meta.RequiresGrad) return default;
        meta.Retain();
        return new Edge(null, 0, meta, tensor);
    }
}
