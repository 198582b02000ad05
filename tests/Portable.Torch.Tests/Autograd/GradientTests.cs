using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Portable.Torch.Tests.Autograd;

[Collection(SerialMemory.Name)]
public class GradientTests
{
    /// <summary>Of central differences with step 1e-6 in double precision.</summary>
    private const double Tolerance = 2e-7;

    public static TheoryData<string> Names => GradientCases.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_OfEveryOperation_MatchesFiniteDifferences(string name)
    {
        var live = StoragePool.LiveBytes;
        using (var scope = NewDisposeScope())
        {
            Check(GradientCases.All[name]);
        }

        Assert.True(StoragePool.LiveBytes <= live, $"{name} leaves {StoragePool.LiveBytes - live} bytes behind.");
    }

    private static void Check(GradientCases.Case row)
    {
        var generator = new Generator(17);
        var inputs = row.Inputs.Select(shape =>
        {
            var x = rand(shape, float64, generator: generator) * (row.High - row.Low) + row.Low;
            return x.detach().requires_grad_();
        }).ToArray();
        var output = row.Function(inputs);
        var weights = randn(output.shape, float64, generator: generator);
        (output * weights).sum().backward();

        double Value()
        {
            using var off = no_grad();
            using var scope = NewDisposeScope();
            return (row.Function(inputs) * weights).sum().item<double>();
        }

        const double Step = 1e-6;
        for (var k = 0; k < inputs.Length; k++)
        {
            var gradient = inputs[k].grad ?? zeros_like(inputs[k]);
            Assert.Equal(inputs[k].shape, gradient.shape);
            var computed = gradient.data<double>().ToArray();
            using var accessor = inputs[k].data<double>();
            for (var i = 0; i < computed.Length; i++)
            {
                var place = row.Inputs[k].Length == 0 ? 0 : i;
                var value = accessor[place];
                accessor[place] = value + Step;
                var above = Value();
                accessor[place] = value - Step;
                var below = Value();
                accessor[place] = value;
                var expected = (above - below) / (2 * Step);
                Assert.True(
                    Math.Abs(expected - computed[i]) <= Tolerance * Math.Max(10, Math.Abs(expected)),
                    $"Input {k}, element {i}: computed {computed[i]:R}, by differences {expected:R}, off by {computed[i] - expected:E2}.");
            }
        }
    }
}
