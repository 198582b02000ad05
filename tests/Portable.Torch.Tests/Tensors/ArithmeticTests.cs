using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Portable.Torch.Tests.Tensors;

public class ArithmeticTests
{
    public static TheoryData<string> BroadcastShapes => ["4x5|4x5", "4x5|5", "4x5|4x1", "4x5|", "1x5|4x1", "2x3x4|3x1", "2x1x4|1x3x1", "3x40|40", "7x40|7x1", "2x3x40|2x1x40"];

    [Theory]
    [MemberData(nameof(BroadcastShapes))]
    public void Broadcasting_MatchesAnElementByElementLoop(string shapes)
    {
        using var scope = NewDisposeScope();
        var sizes = shapes.Split('|').Select(s => s.Split('x', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse).ToArray()).ToArray();
        var generator = new Generator(5);
        var (a, b) = (randn(sizes[0], float64, generator: generator), randn(sizes[1], float64, generator: generator));
        foreach (var (x, y) in new[] { (a, b), (b, a), (Strided(a), b), (a, Strided(b)), (Strided(b), Strided(a)) })
        {
            var result = x - y;
            Assert.Equal(Expected(x, y, (p, q) => p - q), result.reshape(-1).data<double>().ToArray());
            Assert.Equal(Expected(x, y, (p, q) => p < q ? 1 : 0), (x < y).to(float64).reshape(-1).data<double>().ToArray());
            Assert.Equal(Expected(x, y, (p, q) => p > 0 ? p : q), where(x > 0, x, y).reshape(-1).data<double>().ToArray());
        }
    }

    [Fact]
    public void Broadcasting_OfShapesThatDoNotFit_NamesBoth()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ExternalException>(() => zeros(2, 3) + zeros(2));
        Assert.Contains("[2, 3]", error.Message);
        Assert.Contains("[2]", error.Message);
        Assert.Throws<ExternalException>(() => zeros(3).add_(zeros(2, 3)));
    }

    [Fact]
    public void Promotion_FollowsCategoriesFirst()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(ScalarType.Float32, (tensor([1L]) + 1.5).dtype);
        Assert.Equal(ScalarType.Int64, (tensor([1L]) + 1).dtype);
        Assert.Equal(ScalarType.Float32, (zeros(2) * 2.0).dtype);
        Assert.Equal(ScalarType.Float32, (zeros(2) * tensor(2.0)).dtype);
        Assert.Equal(ScalarType.Float64, (zeros(2) * tensor([2.0])).dtype);
        Assert.Equal(ScalarType.Float32, (tensor([1L]) * tensor(1f)).dtype);
        Assert.Equal(ScalarType.Float32, (tensor([1L, 3]) / tensor([2L, 2])).dtype);
        Assert.Equal([0.5f, 1.5f], (tensor([1L, 3]) / 2).data<float>().ToArray());
        Assert.Equal(ScalarType.Int64, (tensor([true]) + 1).dtype);
        Assert.Equal(ScalarType.Float32, tensor([1L]).exp().dtype);
        Assert.Throws<ExternalException>(() => tensor([1L]).add_(1.5));
        Assert.Throws<ExternalException>(() => tensor([1L]).div_(2));
    }

    [Fact]
    public void RoundingAndRemainder_FollowTheDivisor()
    {
        using var scope = NewDisposeScope();
        var x = tensor([-7.0, 7, 5.5]);
        Assert.Equal([-4.0, 3, 2], x.div(2, RoundingMode.floor).data<double>().ToArray());
        Assert.Equal([-3.0, 3, 2], x.div(2, RoundingMode.trunc).data<double>().ToArray());
        Assert.Equal([2.0, 1, 2.5], x.remainder(3).data<double>().ToArray());
        Assert.Equal([2L, 1], (tensor([-7L, 7]) % 3).data<long>().ToArray());
        Assert.Equal([-2.0, 0, 2, 2], tensor([-1.5, -0.5, 1.5, 2.5]).round().data<double>().ToArray());
        Assert.Equal([1.24], tensor([1.2351]).round(2).data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void InPlace_OnOverlappingViews_ReadsBeforeItWrites()
    {
        using var scope = NewDisposeScope();
        var x = arange(6, dtype: float32);
        x.slice(0, 1, 6, 1).add_(x.slice(0, 0, 5, 1));
        Assert.Equal([0f, 1, 3, 5, 7, 9], x.data<float>().ToArray());
        var m = arange(4, dtype: float32).view(2, 2);
        m.copy_(m.t());
        Assert.Equal([0f, 2, 1, 3], m.reshape(-1).data<float>().ToArray());
    }

    [Fact]
    public void ExtremesAndClamp_PropagateNaN()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1f, float.NaN, 3]);
        Assert.True(float.IsNaN(x.max().item<float>()));
        Assert.Equal(1L, x.argmax().item<long>());
        Assert.Equal([1f, float.NaN, 2], x.clamp(max: 2).data<float>().ToArray());
        Assert.Equal([2f, float.NaN, 3], x.maximum(tensor(2f)).data<float>().ToArray());
        Assert.Equal([0f, float.NaN, 0], (x - 3).relu().data<float>().ToArray());
    }

    [Fact]
    public void LargeTensors_GiveTheSameBitsOnAnyNumberOfThreads()
    {
        using var scope = NewDisposeScope();
        var threads = get_num_threads();
        var x = randn([1_000, 333], generator: new Generator(1));
        try
        {
            set_num_threads(1);
            var alone = Results(x);
            set_num_threads(4);
            Assert.Equal(alone, Results(x));
        }
        finally
        {
            set_num_threads(threads);
        }

        static float[] Results(Tensor x) =>
        [
            .. x.exp().sin().reshape(-1).data<float>().ToArray(), .. x.sum(0L).data<float>().ToArray(), .. x.sum(1).data<float>().ToArray(),
            x.sum().item<float>(), x.var().item<float>(), .. (x * x[0]).mean([0]).data<float>().ToArray(), x.t().contiguous().mean().item<float>(),
        ];
    }

    [Fact]
    public void Sums_OfManySinglePrecisionNumbers_StayAccurate()
    {
        using var scope = NewDisposeScope();
        var x = full([3_000_000], 0.1f);
        Assert.Equal(0.1f * 3e6, x.sum().item<float>(), 1.0);
        Assert.Equal(0.1f, x.view(-1, 2).mean([0])[1].item<float>(), 1e-5f);
    }

    [Fact]
    public void Reductions_OverAnyDimensions_MatchLoops()
    {
        using var scope = NewDisposeScope();
        var x = randn([3, 4, 5], float64, generator: new Generator(2));
        var values = x.data<double>().ToArray();
        var expected = new double[4];
        for (var i = 0; i < values.Length; i++)
        {
            expected[i / 5 % 4] += values[i];
        }

        var sums = x.sum([0, 2]).data<double>().ToArray();
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(expected[i], sums[i], 12);
        }

        Assert.Equal([1L, 4, 1], x.sum([0, 2], keepdim: true).shape);
        Assert.Equal(values.Average(), x.mean().item<double>(), 12);
        Assert.Equal(values.Max(), x.permute(2, 0, 1).max().item<double>());
        Assert.Equal(values.Sum(v => (v - values.Average()) * (v - values.Average())) / 59, x.var().item<double>(), 12);
        Assert.Equal(Math.Sqrt(values.Sum(v => v * v)), x.norm().item<double>(), 12);
        Assert.True(x.@bool().all().item<bool>());
        Assert.Throws<ExternalException>(() => x.sum([0, 0]));
        Assert.Throws<ExternalException>(() => x.sum(3));
        Assert.Throws<ExternalException>(() => tensor([1L]).mean());
    }

    [Fact]
    public void LogSumExp_DoesNotOverflow()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(1000 + Math.Log(2), tensor([1000.0, 1000]).logsumexp(0).item<double>(), 10);
        Assert.Equal(double.NegativeInfinity, full([3], double.NegativeInfinity, float64).logsumexp(0).item<double>());
    }

    [Fact]
    public void FusedUpdates_MatchTheirFormulas()
    {
        using var scope = NewDisposeScope();
        var generator = new Generator(8);
        var (x, a, b) = (randn([37], generator: generator), randn([37], generator: generator), rand([37], generator: generator) + 1);
        Assert.True((x + a * b * 0.5).allclose(x.clone().addcmul_(a, b, 0.5)));
        Assert.True((x - a / b).allclose(x.clone().addcdiv_(a, b, -1)));
        Assert.True((x + 0.25 * (a - x)).allclose(x.clone().lerp_(a, 0.25f)));
        Assert.Throws<ExternalException>(() => x.lerp_(a, 0.25));
    }

    [Fact]
    public void LinearSystems_AndEigenvalues_ReproduceTheirMatrices()
    {
        using var scope = NewDisposeScope();
        var a = randn([2, 5, 5], float64, generator: new Generator(4));
        Assert.True(a.matmul(linalg.inv(a)).allclose(eye(5, dtype: float64).expand(2, 5, 5)));
        var s = a + a.mT;
        var (l, v) = linalg.eigh(s);
        Assert.True(v.mul(l.unsqueeze(-2)).matmul(v.mT).allclose(s));
        Assert.True(linalg.eigvalsh(s, 'U').allclose(l));
        Assert.Contains("singular", Assert.Throws<ExternalException>(() => linalg.inv(zeros(2, 2))).Message);
        Assert.Throws<ExternalException>(() => linalg.eigh(zeros(2, 3)));
    }

    [Fact]
    public void Distances_ByProductsAndDirectly_Agree()
    {
        using var scope = NewDisposeScope();
        var generator = new Generator(6);
        var (a, b) = (randn([30, 7], float64, generator: generator), randn([40, 7], float64, generator: generator));
        var direct = cdist(a, b, 2, compute_mode.donot_use_mm_for_euclid_dist);
        Assert.True(cdist(a, b).allclose(direct));
        Assert.Equal((a[3] - b[5]).norm().item<double>(), direct[3, 5].item<double>(), 12);
        Assert.Throws<NotSupportedException>(() => cdist(a, b, 1));
    }

    // The same values, laid out with gaps and in another order of dimensions.
    private static Tensor Strided(Tensor x)
    {
        if (x.dim() == 0) return x;
        var order = Enumerable.Range(0, (int)x.dim()).Reverse().Select(d => (long)d).ToArray();
        var shape = order.Select(d => x.shape[d]).ToArray();
        shape[^1] *= 2;
        var room = zeros(shape, x.dtype).slice(shape.Length - 1, 0, shape[^1], 2).permute(order);
        return room.copy_(x);
    }

    private static double[] Expected(Tensor x, Tensor y, Func<double, double, double> f)
    {
        var shape = Enumerable.Range(1, (int)Math.Max(x.dim(), y.dim())).Reverse().Select(i =>
            Math.Max(i <= x.dim() ? x.shape[^i] : 1, i <= y.dim() ? y.shape[^i] : 1)).ToArray();
        var result = new double[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0L; i < result.Length; i++)
        {
            result[i] = f(At(x, shape, i), At(y, shape, i));
        }

        return result;
    }

    private static double At(Tensor x, long[] shape, long position)
    {
        var offset = 0L;
        for (var i = 1; i <= shape.Length; i++)
        {
            (position, var index) = Math.DivRem(position, shape[^i]);
            if (i <= x.dim() && x.shape[^i] != 1) offset += index * x.stride()[^i];
        }

        unsafe
        {
            return ((double*)x.Data)[offset];
        }
    }
}
