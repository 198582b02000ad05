using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Portable.Torch.Tests.NN;

/// <summary>Comparisons with values worked out in double, and of gradients with central differences.</summary>
internal static class Check
{
    /// <summary>Random doubles, seeded, in (−1, 1).</summary>
    public static double[] Values(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextDouble()) - 1)];
    }

    /// <summary>A seeded double tensor in (−1, 1).</summary>
    public static Tensor Random(int seed, params long[] shape) => tensor(Values(seed, (int)shape.Aggregate(1L, (a, b) => a * b)), dtype: float64).reshape(shape);

    /// <summary>The elements as doubles, row-major.</summary>
    public static double[] Elements(Tensor tensor) => tensor.detach().to(float64).contiguous().data<double>().ToArray();

    /// <summary>Shape and every element.</summary>
    public static void Close(double[] expected, Tensor actual, double tolerance = 1e-10, long[]? shape = null)
    {
        if (shape is not null)
        {
            Assert.Equal(shape, actual.shape);
        }
        var values = Elements(actual);
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - values[i]) <= tolerance * (1 + Math.Abs(expected[i])),
                $"element {i}: expected {expected[i]}, got {values[i]}, difference {values[i] - expected[i]}.");
        }
    }

    /// <summary>
    /// The gradients of Σ r·f(inputs), r random, against central differences in every element of every input.
    /// </summary>
    public static void Gradients(Func<Tensor[], Tensor> function, params Tensor[] inputs)
    {
        Tensor[] leaves = [.. inputs.Select(input => input.clone().requires_grad_())];
        Tensor output = function(leaves);
        Tensor weights = Random(99, output.shape);
        (output * weights).sum().backward();
        for (var k = 0; k < inputs.Length; k++)
        {
            var point = Elements(inputs[k]);
            var gradient = Elements(leaves[k].grad ?? throw new Xunit.Sdk.XunitException($"input {k} got no gradient."));
            for (var i = 0; i < point.Length; i++)
            {
                double At(double value)
                {
                    using var scope = NewDisposeScope();
                    using var guard = no_grad();
                    var moved = (double[])point.Clone();
                    moved[i] = value;
                    Tensor[] all = [.. inputs];
                    all[k] = tensor(moved, dtype: float64).reshape(inputs[k].shape);
                    return (function(all) * weights).sum().ToDouble();
                }
                const double step = 1e-5;
                var expected = (At(point[i] + step) - At(point[i] - step)) / (2 * step);
                Assert.True(
                    Math.Abs(expected - gradient[i]) <= 2e-6 * (1 + Math.Abs(expected)),
                    $"input {k}, element {i}: difference quotient {expected}, gradient {gradient[i]}.");
            }
        }
    }
}
