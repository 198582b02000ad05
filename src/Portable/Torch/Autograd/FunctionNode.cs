using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace TorchSharp;

/// <summary>The node of a user's <see cref="Function{T}"/>: its backward is user code, called in the user's dispose scope.</summary>
internal sealed class FunctionNode : Node
{
    private readonly string name;
    private readonly AutogradContext context;
    private readonly Func<AutogradContext, List<Tensor>, List<Tensor>> backward;
    private readonly bool[] isTensor;
    private readonly (long[] Sizes, ScalarType Type)[] outputs;

    public FunctionNode(
        string name, AutogradContext context, Func<AutogradContext, List<Tensor>, List<Tensor>> backward, Edge[] edges, bool[] isTensor,
        (long[] Sizes, ScalarType Type)[] outputs)
        : base(name, edges, [], null, null, outputs.Length)
    {
        this.name = name;
        this.context = context;
        this.backward = backward;
        this.isTensor = isTensor;
        this.outputs = outputs;
    }

    public override bool RunsInUserScope => true;

    public override Tensor?[] Apply(Tensor?[] gradients)
    {
        if (context.IsFreed)
        {
            throw DTypes.Error(
                $"Backward through {name} a second time: what it saved has been freed; pass retain_graph: true to the first backward.");
        }

        var given = new List<Tensor>(gradients.Length);
        for (var i = 0; i < gradients.Length; i++)
        {
            given.Add(gradients[i] is { } gradient ? gradient.Alias(withHistory: false, register: true)
                : context.MaterializeGrads ? zeros(outputs[i].Sizes, outputs[i].Type) : null!);
        }

        var returned = backward(context, given);

        // More gradients than arguments are allowed as long as the surplus is null.
        while (returned.Count > isTensor.Length && (returned[^1] is null || returned[^1].IsInvalid))
        {
            returned.RemoveAt(returned.Count - 1);
        }

        if (returned.Count != isTensor.Length)
        {
            throw new NotImplementedException(
                $"Function {name} returned an incorrect number of gradients (expected {isTensor.Length}), got {returned.Count}");
        }

        var results = new List<Tensor?>();
        for (var i = 0; i < isTensor.Length; i++)
        {
            var gradient = returned[i] is { IsInvalid: false } valid ? valid : null;
            if (isTensor[i])
            {
                results.Add(gradient);
            }
            else if (gradient is not null)
            {
                throw new NotImplementedException(
                    $"Function {name} returned a gradient at position {i + 1}, but the corresponding forward input was not a Tensor");
            }
        }

        return [.. results];
    }

    public override void FreeSaved() => context.Dispose();
}
