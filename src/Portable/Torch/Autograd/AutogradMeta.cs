using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// What handles of one variable share: whether it requires a gradient, its gradient, and the node that made it. Counted, so that the
/// graph is released with the last handle; edges to leaves count too.
/// </summary>
internal sealed class AutogradMeta
{
    private int references = 1;

    /// <summary>Set by the user on a leaf.</summary>
    public bool RequiresGrad { get; set; }

    /// <summary>The node whose output this is; null for a leaf.</summary>
    public Node? Function { get; private set; }

    /// <summary>Which output of <see cref="Function"/>.</summary>
    public int Output { get; private set; }

    /// <summary>The accumulated gradient: a handle of the engine's, in no scope.</summary>
    public Tensor? Gradient { get; set; }

    public bool RetainsGradient { get; set; }

    public void Retain() => Interlocked.Increment(ref references);

    public void Release()
    {
        if (Interlocked.Decrement(ref references) != 0) return;
        Gradient?.Dispose();
        Gradient = null;
        Function?.Release();
        Function = null;
    }

    /// <summary>Makes this an output of a node, whose reference it takes, in place of what it was.</summary>
    public void SetFunction(Node? function, int output)
    {
        var previous = Function;
        Function = function;
        Output = output;
        previous?.Release();
    }

    /// <summary>Adds to the gradient. The argument is the engine's own handle and is consumed.</summary>
    public void Accumulate(Tensor gradient)
    {
        lock (this)
        {
            if (Gradient is not null)
            {
                Gradient.add_(gradient);
                gradient.Dispose();
                return;
            }

            // Take the memory over where nobody else can see it; else .grad would change with somebody's tensor.
            if (gradient.Memory.IsUnique && gradient.IsContiguousLayout)
            {
                Gradient = gradient;
            }
            else
            {
                Gradient = gradient.Unregistered(static g => g.clone());
                gradient.Dispose();
            }
        }
    }
}
