using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace QDiff.Models.Generators;

/// <summary>Critic of latents: x ⊕ one-hot class → h → h → 1.</summary>
internal sealed class LatentCritic : Critic
{
    private readonly int _width;
    private readonly Linear first;
    private readonly Linear second;
    private readonly Linear last;

    public LatentCritic(int width, int classes, int hidden)
        : base(nameof(LatentCritic))
    {
        _width = width;
        first = Linear(width + classes, hidden);
        second = Linear(hidden, hidden);
        last = Linear(hidden, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor classes)
    {
        using var scope = NewDisposeScope();
        Tensor h = functional.leaky_relu(first.call(cat([x, classes], 1)), Slope);
        return last.call(functional.leaky_relu(second.call(h), Slope)).MoveToOuterDisposeScope();
    }

    public override Tensor InputGradient(Tensor x, Tensor classes)
    {
        using var scope = NewDisposeScope();
        Tensor a = first.call(cat([x, classes], 1));
        Tensor b = second.call(functional.leaky_relu(a, Slope));
        Tensor behind = (Mask(b) * last.weight!).mm(second.weight!) * Mask(a);
        return behind.mm(first.weight!.narrow(1, 0, _width)).MoveToOuterDisposeScope();
    }
}
