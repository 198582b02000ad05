using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace QDiff.Portable.Torch.Tests.NN;

public class LossTests
{
    private static readonly double[] X = Check.Values(1, 12);
    private static readonly double[] T = Check.Values(2, 12);

    [Fact]
    public void DifferenceLosses_EqualTheirFormulas()
    {
        using var scope = NewDisposeScope();
        var (x, t) = (Check.Random(1, 3, 4), Check.Random(2, 3, 4));
        double[] d = [.. X.Zip(T, (a, b) => a - b)];
        Check.Close([.. d.Select(v => v * v)], mse_loss(x, t, nn.Reduction.None), shape: [3, 4]);
        Check.Close([d.Sum(v => v * v)], mse_loss(x, t, nn.Reduction.Sum), shape: []);
        Check.Close([d.Average(v => v * v)], nn.MSELoss().call(x, t), shape: []);
        Check.Close([d.Average(Math.Abs)], nn.L1Loss().call(x, t));
        Check.Close([d.Average(v => Math.Abs(v) < 0.5 ? v * v : Math.Abs(v) - 0.25)], nn.SmoothL1Loss(beta: 0.5).call(x, t));
    }

    [Fact]
    public void MseLoss_OfAHundredThousandFloats_IsTheirMean()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Check.Values(3, 100_003), Check.Values(4, 100_003));
        var expected = a.Zip(b, (u, v) => Math.Pow((float)u - (float)v, 2)).Average();
        Check.Close([expected], mse_loss(tensor(a, dtype: float32), tensor(b, dtype: float32)), 1e-6);
    }

    [Fact]
    public void BinaryCrossEntropy_OfProbabilitiesAndLogits_Agree()
    {
        using var scope = NewDisposeScope();
        var t = Check.Random(2, 3, 4).abs();
        double[] probabilities = [.. X.Select(v => 1 / (1 + Math.Exp(-v)))];
        double[] losses = [.. probabilities.Zip(T, (p, v) => -((Math.Abs(v) * Math.Log(p)) + ((1 - Math.Abs(v)) * Math.Log(1 - p))))];
        var p = tensor(probabilities, dtype: float64).reshape(3, 4);
        Check.Close(losses, binary_cross_entropy(p, t, reduction: nn.Reduction.None), shape: [3, 4]);
        Check.Close([losses.Average()], nn.BCELoss().call(p, t));
        Check.Close(losses, binary_cross_entropy_with_logits(Check.Random(1, 3, 4), t, reduction: nn.Reduction.None));
        Check.Close([losses.Sum()], nn.BCEWithLogitsLoss(reduction: nn.Reduction.Sum).call(Check.Random(1, 3, 4), t));
        var weight = tensor(new[] { 1.0, 2, 3, 4 });
        Check.Close([losses.Select((l, i) => l * (1 + (i % 4))).Average()], binary_cross_entropy(p, t, weight));
        var positive = binary_cross_entropy_with_logits(Check.Random(1, 3, 4), t, reduction: nn.Reduction.None, pos_weights: tensor(new[] { 2.0 }));
        Check.Close([.. probabilities.Zip(T, (q, v) => -((2 * Math.Abs(v) * Math.Log(q)) + ((1 - Math.Abs(v)) * Math.Log(1 - q))))], positive);
    }

    [Fact]
    public void BinaryCrossEntropy_AtTheEnds_IsFiniteWithFiniteGradient()
    {
        using var scope = NewDisposeScope();
        var p = tensor(new[] { 0.0, 1.0, 0.0, 1.0 }, requires_grad: true);
        var loss = binary_cross_entropy(p, tensor(new[] { 0.0, 1.0, 1.0, 0.0 }), reduction: nn.Reduction.None);
        Check.Close([0, 0, 100, 100], loss);
        loss.sum().backward();
        Assert.All(Check.Elements(p.grad!), g => Assert.True(double.IsFinite(g), $"{g}"));
        var logits = binary_cross_entropy_with_logits(tensor(new[] { 1000.0, -1000.0 }), tensor(new[] { 0.0, 1.0 }), reduction: nn.Reduction.None);
        Check.Close([1000, 1000], logits);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    public void CrossEntropy_WithWeightsAndIgnoredClass_EqualsItsFormula(double smoothing)
    {
        using var scope = NewDisposeScope();
        long[] labels = [3, 1, 0];
        double[] weight = [0.5, 1, 2, 3];
        double total = 0, divisor = 0;
        var losses = new double[3];
        for (var row = 0; row < 3; row++)
        {
            var scores = X[(4 * row)..((4 * row) + 4)];
            var normaliser = Math.Log(scores.Sum(Math.Exp));
            if (labels[row] == 1)
            {
                continue;
            }
            losses[row] = (1 - smoothing) * weight[labels[row]] * (normaliser - scores[labels[row]]);
            losses[row] += smoothing / 4 * Enumerable.Range(0, 4).Sum(c => weight[c] * (normaliser - scores[c]));
            total += losses[row];
            divisor += weight[labels[row]];
        }
        var (x, t, w) = (Check.Random(1, 3, 4), tensor(labels), tensor(weight));
        Check.Close([total / divisor], cross_entropy(x, t, w, 1, label_smoothing: smoothing));
        Check.Close([total], cross_entropy(x, t, w, 1, nn.Reduction.Sum, smoothing));
        Check.Close(losses, cross_entropy(x, t, w, 1, nn.Reduction.None, smoothing), shape: [3]);
        using var module = new TorchSharp.Modules.CrossEntropyLoss(w, 1, label_smoothing: smoothing);
        Check.Close([total / divisor], module.call(x, t));
    }

    [Fact]
    public void CrossEntropy_OfOneHotProbabilities_EqualsThatOfClasses()
    {
        using var scope = NewDisposeScope();
        var x = Check.Random(1, 3, 4);
        var t = tensor(new long[] { 2, 0, 1 });
        var hot = zeros(3, 4, dtype: float64);
        hot[0, 2] = 1;
        hot[1, 0] = 1;
        hot[2, 1] = 1;
        foreach (var reduction in new[] { nn.Reduction.Mean, nn.Reduction.Sum, nn.Reduction.None })
        {
            Check.Close(Check.Elements(cross_entropy(x, t, reduction: reduction, label_smoothing: 0.2)), cross_entropy(x, hot, reduction: reduction, label_smoothing: 0.2));
        }
        Check.Close(Check.Elements(cross_entropy(x, t)), nn.NLLLoss().call(log_softmax(x, 1), t));
    }

    [Fact]
    public void CrossEntropy_ClassOutOfRange_IsRefused()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ExternalException>(() => cross_entropy(ones(2, 3), tensor(new long[] { 0, 3 })));
        Assert.Contains("Class 3 is outside 0 … 2", error.Message);
        Assert.Throws<ExternalException>(() => cross_entropy(ones(2, 3), tensor(new long[] { 0 })));
        Assert.Throws<ArgumentException>(() => cross_entropy(ones(1, 3), tensor(new long[] { 0 }), label_smoothing: 2));
    }
}
