using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Portable.Torch.Tests.NN;

public class SiluTests
{
    /// <summary>e^{−x}, one addition and one division, each half a unit in the last place or more off.</summary>
    private const double Relative = 4e-7;

    [Fact]
    public void Silu_OfAnyNumberOfElements_IsThatOfDoublesWhereverANumberStands()
    {
        var random = new Random(5);
        for (int count = 1; count <= 70; count++)
        {
            // Among them infinities, NaN, both zeros, numbers whose exponential overflows, and subnormal ones.
            float[] x = [.. Enumerable.Range(0, count).Select(_ => BitConverter.Int32BitsToSingle((int)random.NextInt64(int.MinValue, int.MaxValue)))];
            float[] special = [float.PositiveInfinity, float.NegativeInfinity, float.NaN, 0, -0f, 88.8f, -88.8f, -104, 1e-40f, 103, -87.4f];
            special.AsSpan(0, Math.Min(count, special.Length)).CopyTo(x);
            Check(x);
            Check([.. x.Select((_, i) => (float)(12 * random.NextDouble() - 6))]);
        }

        static void Check(float[] x)
        {
            (float[] values, float[] slopes) = Silu(x);
            for (int i = 0; i < x.Length; i++)
            {
                double s = 1 / (1 + Math.Exp(-(double)x[i]));
                Near(x[i] * s, values[i]);
                Near(0.75 * (s + (x[i] * s * (1 - s))), slopes[i], Math.Min(Math.Abs(x[i]), 18) + 1);
            }

            // Without AVX-512, fewer numbers than a vector holds are computed one by one.
            int few = Avx512F.IsSupported ? 1 : Math.Min(x.Length, 16);
            (float[] alone, float[] slope) = Silu(x[^few..]);
            Assert.Equal(values[^1], alone[^1]);
            Assert.Equal(slopes[^1], slope[^1]);
        }

        static void Near(double expected, float got, double scale = 0)
        {
            // From x = -88.73 on the result is 0, as e^88.73 is infinite in single precision: 2.7e-37 off.
            Assert.True(
                double.IsNaN(expected) ? float.IsNaN(got) : expected == got || Math.Abs(got - expected) <= Relative * Math.Max(Math.Abs(expected), scale) + 3e-37,
                $"expected {expected}, got {got}");
        }

        static (float[] Values, float[] Slopes) Silu(float[] x)
        {
            using var input = tensor(x).requires_grad_();
            using var result = nn.functional.silu(input);
            using var gradient = full_like(result, 0.75f);
            result.backward([gradient]);
            return (result.data<float>().ToArray(), input.grad!.data<float>().ToArray());
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
