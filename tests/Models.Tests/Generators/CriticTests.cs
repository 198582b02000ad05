using QDiff.Models.Generators;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Generators;

public sealed class CriticTests
{
    /// <summary>
    /// The written-out gradient against central differences of D itself, in double; and the gradient of a penalty on it, which needs second derivatives, against
    /// differences of the penalty in the weights.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void InputGradient_AndItsPenaltysGradient_AreThoseOfDifferences(bool ofImages)
    {
        random.manual_seed(3);
        Critic critic = ofImages ? new ImageCritic(10) : new LatentCritic(6, 10, 9);
        critic.to(ScalarType.Float64);
        Tensor x = ofImages ? rand([2, 1, 28, 28], ScalarType.Float64) : randn([2, 6], ScalarType.Float64);
        Tensor classes = zeros(2, 10, dtype: ScalarType.Float64);
        classes[0, 3] = 1;
        classes[1, 8] = 1;
        Tensor gradient = critic.InputGradient(x, classes);
        Assert.Equal(x.shape, gradient.shape);
        Tensor direction = randn_like(x);
        double Value(double step)
        {
            using var frozen = no_grad();
            return critic.call(x + (direction * step), classes).sum().item<double>();
        }

        const double h = 1e-6;
        double slope = (gradient * direction).sum().item<double>();
        Assert.Equal((Value(h) - Value(-h)) / (2 * h), slope, 1e-6 * Math.Max(1, Math.Abs(slope)));

        Tensor Penalty() => (critic.InputGradient(x, classes).square().sum() - 1).square();
        Penalty().backward();
        foreach ((string name, TorchSharp.Modules.Parameter weight) in critic.named_parameters().Where(p => !p.name.EndsWith("bias", StringComparison.Ordinal)))
        {
            Tensor along = randn_like(weight);
            double expected = (weight.grad! * along).sum().item<double>();
            double Moved(double step)
            {
                using var frozen = no_grad();
                weight.add_(along, alpha: step);
                double value = Penalty().item<double>();
                weight.add_(along, alpha: -step);
                return value;
            }

            double measured = (Moved(h) - Moved(-h)) / (2 * h);
            Assert.True(Math.Abs(measured - expected) < 1e-5 * Math.Max(1, Math.Abs(expected)), $"{name}: {expected}, by differences {measured}");
        }
    }
}
