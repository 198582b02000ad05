using System.Numerics.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Portable.Torch.Tests.NN;

public class SiluTests
{
    [Fact]
    public void Silu_OfAnyNumberOfElements_HasTheBitsOfSigmoidTimesX()
    {
        var random = new Random(5);
        for (int count = 1; count <= 70; count++)
        {
            // Among them infinities, NaN, both zeros, numbers whose exponential overflows, and subnormal ones.
            float[] x = [.. Enumerable.Range(0, count).Select(i => BitConverter.Int32BitsToSingle((int)random.NextInt64(int.MinValue, int.MaxValue)))];
            float[] special = [float.PositiveInfinity, float.NegativeInfinity, float.NaN, 0, -0f, 88.8f, -88.8f, -104, 1e-40f];
            special.AsSpan(0, Math.Min(count, special.Length)).CopyTo(x);
            Check(x);
            Check([.. x.Select((_, i) => (float)(12 * random.NextDouble() - 6))]);
        }

        static void Check(float[] x)
        {
            var y = new float[x.Length];
            TensorPrimitives.Sigmoid(x, y);
            float[] slopes = [.. x.Zip(y, (v, s) => 0.75f * (s + (v * s * (1 - s))))];
            TensorPrimitives.Multiply(y, x, y);
            using var input = tensor(x).requires_grad_();
            using var result = nn.functional.silu(input);
            using var gradient = full_like(result, 0.75f);
            result.backward([gradient]);
            Assert.Equal(y, result.data<float>().ToArray());
            Assert.Equal(slopes, input.grad!.data<float>().ToArray());
        }
    }

    [Fact]
    public void Silu_OfMoreThanCachesHold_IsThatOfItsParts()
    {
        // Written past the caches, except for the last block.
        using var x = arange((1 << 23) + 100, dtype: float32).mul_(1e-6f).sub_(4).requires_grad_();
        using var y = nn.functional.silu(x);
        y.sum().backward();
        foreach (long start in (long[])[0, 32_000, 1 << 22, (1 << 23) - 1000])
        {
            using var part = x.detach()[(TensorIndex.Slice(start, start + 1100))].clone().requires_grad_();
            using var expected = nn.functional.silu(part);
            expected.sum().backward();
            Assert.Equal(expected.data<float>().ToArray(), y[TensorIndex.Slice(start, start + 1100)].data<float>().ToArray());
            Assert.Equal(part.grad!.data<float>().ToArray(), x.grad![TensorIndex.Slice(start, start + 1100)].data<float>().ToArray());
        }
    }
}
