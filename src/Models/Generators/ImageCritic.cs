using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace QDiff.Models.Generators;

/// <summary>
/// Critic of images: Conv 4×4/2 1→32, Conv 4×4/2 32→64, and (w + W·c)·φ + b of the 3136 features φ, the class entering as a projection (Miyato and Koyama 2018,
/// docs/references.md: MiyatoKoyama2018).
/// </summary>
internal sealed class ImageCritic : Critic
{
    private const int Features = 64 * 7 * 7;

    private readonly Conv2d first;
    private readonly Conv2d second;
    private readonly Linear last;
    private readonly Linear projection;

    public ImageCritic(int classes)
        : base(nameof(ImageCritic))
    {
        first = Conv2d(1, 32, 4, stride: 2, padding: 1);
        second = Conv2d(32, 64, 4, stride: 2, padding: 1);
        last = Linear(Features, 1);
        projection = Linear(classes, Features, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor classes)
    {
        using var scope = NewDisposeScope();
        Tensor h = functional.leaky_relu(first.call(x), Slope);
        Tensor features = functional.leaky_relu(second.call(h), Slope).reshape(x.shape[0], Features);
        return (last.call(features) + (projection.call(classes) * features).sum(1, keepdim: true)).MoveToOuterDisposeScope();
    }

    public override Tensor InputGradient(Tensor x, Tensor classes)
    {
        using var scope = NewDisposeScope();
        Tensor a = first.call(x);
        Tensor b = second.call(functional.leaky_relu(a, Slope));
        Tensor behind = (projection.call(classes) + last.weight!).reshape(b.shape) * Mask(b);
        behind = functional.conv_transpose2d(behind, second.weight!, strides: [2, 2], padding: [1, 1]) * Mask(a);
        return functional.conv_transpose2d(behind, first.weight!, strides: [2, 2], padding: [1, 1]).MoveToOuterDisposeScope();
    }
}
