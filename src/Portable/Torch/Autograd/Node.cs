using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// From the gradient of an operation's output to the gradients of its inputs, in their order; null where an input is not a tensor or
/// needs none. Runs without recording. What it makes and does not return is disposed for it.
/// </summary>
/// <param name="node">Holds the saved tensors and says which inputs need a gradient.</param>
/// <param name="gradient">Of the shape of the output. Not to be changed in place; it may be returned.</param>
internal delegate Tensor?[] Backward(Node node, Tensor gradient);

/// <summary>As <see cref="Backward"/> for several outputs; a gradient is null where nothing depends on that output.</summary>
internal delegate Tensor?[] MultiBackward(Node node, Tensor?[] gradients);

/// <summary>
/// A recorded operation: edges to what made its inputs, the tensors that its backward needs, and the backward function. Counted by the
/// variables it made and by later nodes; when the last goes, saved memory is released at once, along whole chains and without recursion.
/// </summary>
internal class Node
{
    private static long sequence;
    [ThreadStatic] private static Stack<Node>? condemned;
    [ThreadStatic] private static bool isReleasing;

    private readonly MultiBackward? backward;
    private readonly Backward? singleBackward;
    private readonly Edge[] edges;
    private readonly Tensor?[] saved;
    private readonly int[] versions;
    private int references;
    private bool isFreed;

    internal Node(string name, Edge[] edges, Tensor?[] saved, Backward? single, MultiBackward? multi, int outputs)
    {
        Name = name;
        Sequence = Interlocked.Increment(ref sequence);
        this.edges = edges;
        this.saved = saved;
        versions = saved.Length == 0 ? [] : new int[saved.Length];
        for (var i = 0; i < saved.Length; i++)
        {
            versions[i] = saved[i]?.Memory.Version ?? 0;
        }

        singleBackward = single;
        backward = multi;
        Outputs = outputs;
    }

    public string Name { get; }

    /// <summary>Later nodes have higher numbers; backward goes from high to low.</summary>
    public long Sequence { get; }

    public int Outputs { get; }

    public ReadOnlySpan<Edge> Edges => edges;

    /// <summary>Non-leaf variables whose gradient is kept (<see cref="Tensor.retain_grad"/>), with their output numbers.</summary>
    public List<(int Output, AutogradMeta Meta)>? Retained { get; set; }

    // The state of the one backward run that visits the node.
    public object? Run;
    public int Dependencies;
    public bool IsNeeded;
    public Tensor?[]? Incoming;

    /// <summary>Whether the gradient of input i is asked for.</summary>
    public bool Needs(int input) => edges[input].IsConnected;

    /// <summary>Saved tensor i, valid during backward.</summary>
    public Tensor Saved(int i)
    {
        var tensor = saved[i]!;
        if (tensor.Memory.Version != versions[i])
        {
            throw DTypes.Error(
                $"A tensor of shape {Shapes.Text(tensor.Sizes)} that {Name} needs for its gradient has been changed by an in-place operation " +
                $"(version {tensor.Memory.Version}, expected {versions[i]}); use the out-of-place operation or change a clone.");
        }

        return tensor;
    }

    public bool HasSaved(int i) => saved[i] is not null;

    /// <summary>All saved tensors, with null where null was saved.</summary>
    public Tensor?[] SavedAll()
    {
        var all = new Tensor?[saved.Length];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = saved[i] is null ? null : Saved(i);
        }

        return all;
    }

    /// <summary>Gradients of the inputs.</summary>
    public virtual Tensor?[] Apply(Tensor?[] gradients)
    {
        if (isFreed)
        {
            throw DTypes.Error(
                $"Backward through {Name} a second time: what it saved has been freed; pass retain_graph: true to the first backward.");
        }

        if (singleBackward is null) return backward!(this, gradients);
        return gradients[0] is { } gradient ? singleBackward(this, gradient) : new Tensor?[edges.Length];
    }

    /// <summary>True for nodes that run user code, which makes its tensors in the user's dispose scope.</summary>
    public virtual bool RunsInUserScope => false;

    /// <summary>Frees what was saved, after the backward that needed it.</summary>
    public virtual void FreeSaved()
    {
        if (saved.Length == 0) return;
        isFreed = true;
        for (var i = 0; i < saved.Length; i++)
        {
            saved[i]?.Dispose();
        }
    }

    public void Retain() => Interlocked.Increment(ref references);

    public void Release()
    {
        if (Interlocked.Decrement(ref references) != 0) return;
        var stack = condemned ??= new Stack<Node>();
        stack.Push(this);
        if (isReleasing) return;
        isReleasing = true;
        try
        {
            while (stack.TryPop(out var node))
            {
                node.FreeSaved();
                foreach (var edge in node.edges)
                {
                    edge.Function?.Release();
                    edge.Leaf?.Release();
                }
            }
        }
        finally
        {
            isReleasing = false;
        }
    }
}
