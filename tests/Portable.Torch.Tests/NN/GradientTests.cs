using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace QDiff.Portable.Torch.Tests.NN;

/// <summary>Every differentiable operation of the layers against central differences in double.</summary>
public class GradientTests
{
    public static TheoryData<string> Names => new(Cases.Keys);

    // name → function and the shapes of its inputs
    private static readonly Dictionary<string, (Func<Tensor[], Tensor> Function, long[][] Shapes)> Cases = new()
    {
        ["mm"] = (x => mm(x[0], x[1]), [[3, 4], [4, 5]]),
        ["mm of transposes"] = (x => mm(x[0].t(), x[1].t()), [[4, 3], [5, 4]]),
        ["bmm"] = (x => bmm(x[0], x[1]), [[2, 3, 4], [2, 4, 5]]),
        ["bmm of transposes"] = (x => bmm(x[0].transpose(1, 2), x[1].transpose(1, 2)), [[2, 4, 3], [2, 5, 4]]),
        ["matmul vector vector"] = (x => matmul(x[0], x[1]), [[5], [5]]),
        ["matmul matrix vector"] = (x => matmul(x[0], x[1]), [[3, 4], [4]]),
        ["matmul vector stack"] = (x => matmul(x[0], x[1]), [[4], [2, 4, 3]]),
        ["matmul stack matrix"] = (x => matmul(x[0], x[1]), [[2, 3, 4], [4, 5]]),
        ["matmul broadcast"] = (x => matmul(x[0], x[1]), [[2, 1, 3, 4], [3, 4, 2]]),
        ["addmm"] = (x => x[0].addmm(x[1], x[2], 0.5f, 2), [[5], [3, 4], [4, 5]]),
        ["linear"] = (x => linear(x[0], x[1], x[2]), [[3, 4], [5, 4], [5]]),
        ["linear of stacks"] = (x => linear(x[0], x[1]), [[2, 3, 4], [5, 4]]),
        ["linear of a vector"] = (x => linear(x[0], x[1], x[2]), [[4], [5, 4], [5]]),
        ["linear of a transpose"] = (x => linear(x[0].t(), x[1], x[2]), [[4, 3], [5, 4], [5]]),
        ["conv2d"] = (x => conv2d(x[0], x[1], x[2], padding: [1, 1]), [[2, 3, 5, 4], [4, 3, 3, 3], [4]]),
        ["conv2d strided"] = (x => conv2d(x[0], x[1], x[2], strides: [2, 2], padding: [1, 0]), [[2, 2, 6, 5], [3, 2, 3, 2], [3]]),
        ["conv2d dilated groups"] = (x => conv2d(x[0], x[1], dilation: [2, 1], groups: 2), [[1, 4, 6, 5], [2, 2, 2, 3]]),
        ["conv2d one image"] = (x => conv2d(x[0], x[1], x[2]), [[2, 4, 4], [3, 2, 2, 2], [3]]),
        ["conv_transpose2d"] = (x => conv_transpose2d(x[0], x[1], x[2], strides: [2, 1], padding: [1, 1], output_padding: [1, 0]), [[2, 3, 3, 4], [3, 2, 3, 3], [2]]),
        ["conv_transpose2d groups"] = (x => conv_transpose2d(x[0], x[1], groups: 2), [[1, 4, 3, 3], [4, 1, 2, 2]]),
        ["avg_pool2d"] = (x => avg_pool2d(x[0], 3, 2, 1), [[2, 2, 5, 6]]),
        ["avg_pool2d inside"] = (x => avg_pool2d(x[0], 3, 2, 1, false, false), [[2, 5, 6]]),
        ["adaptive_avg_pool2d"] = (x => adaptive_avg_pool2d(x[0], [2, 3]), [[2, 2, 5, 7]]),
        ["max_pool2d"] = (x => max_pool2d(x[0], 2, 2), [[2, 2, 4, 6]]),
        ["batch_norm"] = (x => batch_norm(x[0], null, null, x[1], x[2], training: true), [[5, 3], [3], [3]]),
        ["batch_norm images"] = (x => batch_norm(x[0], null, null, x[1], x[2], training: true), [[3, 2, 3, 2], [2], [2]]),
        ["batch_norm without weights"] = (x => batch_norm(x[0], null, null, training: true), [[4, 2, 3]]),
        ["batch_norm evaluation"] = (x => batch_norm(x[0], Check.Random(50, 3), Check.Random(51, 3).abs() + 0.5, x[1], x[2]), [[5, 3], [3], [3]]),
        ["layer_norm"] = (x => layer_norm(x[0], [5], x[1], x[2]), [[4, 5], [5], [5]]),
        ["layer_norm of matrices"] = (x => layer_norm(x[0], [2, 3], x[1], x[2]), [[4, 2, 3], [2, 3], [2, 3]]),
        ["layer_norm without weights"] = (x => layer_norm(x[0], [5]), [[3, 5]]),
        ["group_norm"] = (x => group_norm(x[0], 2, x[1], x[2]), [[3, 4, 2, 3], [4], [4]]),
        ["group_norm without weights"] = (x => group_norm(x[0], 3), [[2, 3, 4]]),
        ["normalize"] = (x => normalize(x[0], dim: 1), [[3, 4]]),
        ["silu"] = (x => silu(x[0]), [[3, 11]]),
        ["leaky_relu"] = (x => leaky_relu(x[0], 0.2), [[3, 11]]),
        ["softplus"] = (x => softplus(x[0], 2), [[3, 4]]),
        ["activation of a transpose"] = (x => silu(x[0].t()), [[3, 4]]),
        ["softmax"] = (x => softmax(x[0], 1), [[3, 4]]),
        ["softmax of a middle dimension"] = (x => softmax(x[0], 1), [[2, 3, 4]]),
        ["log_softmax"] = (x => log_softmax(x[0], -1), [[3, 4]]),
        ["log_softmax of the first dimension"] = (x => log_softmax(x[0], 0), [[3, 4]]),
        ["pixel_shuffle"] = (x => pixel_shuffle(x[0], 2), [[2, 8, 2, 3]]),
        ["pixel_unshuffle"] = (x => pixel_unshuffle(x[0], 2), [[2, 2, 4, 6]]),
        ["pad"] = (x => pad(x[0], [1, 2, 0, 1], value: 3), [[2, 3, 4]]),
        ["pad by negative widths"] = (x => pad(x[0], [-1, 2]), [[2, 4]]),
        ["interpolate"] = (x => interpolate(x[0], scale_factor: [2, 3]), [[1, 2, 2, 3]]),
        ["mse_loss"] = (x => mse_loss(x[0], x[1]), [[3, 4], [3, 4]]),
        ["mse_loss sum"] = (x => mse_loss(x[0], x[1], nn.Reduction.Sum), [[3, 4], [3, 4]]),
        ["mse_loss broadcast"] = (x => mse_loss(x[0], x[1], nn.Reduction.None), [[3, 4], [4]]),
        ["l1_loss"] = (x => l1_loss(x[0], x[1]), [[3, 4], [3, 4]]),
        ["smooth_l1_loss"] = (x => smooth_l1_loss(x[0], x[1], beta: 0.4), [[3, 4], [3, 4]]),
        ["binary_cross_entropy"] = (x => binary_cross_entropy((x[0] * 0.4) + 0.5, Check.Random(60, 3, 4).abs()), [[3, 4]]),
        ["binary_cross_entropy weighted"] = (x => binary_cross_entropy((x[0] * 0.4) + 0.5, Check.Random(60, 3, 4).abs(), Check.Random(61, 4)), [[3, 4]]),
        ["binary_cross_entropy_with_logits"] = (x => binary_cross_entropy_with_logits(x[0], Check.Random(60, 3, 4).abs()), [[3, 4]]),
        ["binary_cross_entropy_with_logits positive weights"] =
            (x => binary_cross_entropy_with_logits(x[0], Check.Random(60, 3, 4).abs(), pos_weights: Check.Random(61, 4).abs() + 1), [[3, 4]]),
        ["cross_entropy"] = (x => cross_entropy(x[0], tensor(new long[] { 2, 0, 3 })), [[3, 4]]),
        ["cross_entropy smoothed, weighted, ignoring"] =
            (x => cross_entropy(x[0], tensor(new long[] { 2, 1, 3, 0 }), Check.Random(62, 4).abs() + 0.1, 1, label_smoothing: 0.2), [[4, 4]]),
        ["cross_entropy of images"] = (x => cross_entropy(x[0], tensor(new long[] { 0, 2, 1, 1 }).reshape(1, 2, 2), reduction: nn.Reduction.None), [[1, 3, 2, 2]]),
        ["cross_entropy of probabilities"] = (x => cross_entropy(x[0], Check.Random(63, 3, 4).abs(), label_smoothing: 0.1), [[3, 4]]),
        ["nll_loss"] = (x => nll_loss(x[0], tensor(new long[] { 2, 0, 3 }), reduction: nn.Reduction.Sum), [[3, 4]]),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_OfALayer_EqualsDifferenceQuotient(string name)
    {
        using var scope = NewDisposeScope();
        var (function, shapes) = Cases[name];
        Check.Gradients(function, [.. shapes.Select((shape, i) => Check.Random(i + 1, shape))]);
    }
}
