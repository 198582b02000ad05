using System.Numerics;
using TorchSharp;

namespace QDiff.Portable.Torch.Tests.Kernels;

public class GemmTests
{
    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 1, 1 }, { 3, 5, 7 }, { 12, 32, 16 }, { 13, 33, 17 }, { 4, 96, 8 }, { 16, 49, 144 }, { 128, 30, 31 }, { 37, 10, 300 }, { 1, 200, 65 },
        { 200, 1, 65 }, { 250, 70, 530 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Run_EveryWidthAndTranspose_EqualsNaiveSumInSingle(int m, int n, int k) => CheckAll<float>(m, n, k, 3e-5);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Run_EveryWidthAndTranspose_EqualsNaiveSumInDouble(int m, int n, int k) => CheckAll<double>(m, n, k, 1e-12);

    [Fact]
    public void Run_MoreColumnsThanOneBlock_EqualsNaiveSum() => Check<float>(SimdWidths.Best, false, true, 5, 2000, 9, 1, 0, 3e-5);

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(1.0, 1.0)]
    [InlineData(-0.5, 0.25)]
    [InlineData(2.0, -1.0)]
    public void Run_AlphaAndBeta_ScaleProductAndOldValues(double alpha, double beta)
        => Check<double>(SimdWidths.Best, false, false, 19, 41, 300, alpha, beta, 1e-11);

    [Fact]
    public void Run_NoTerms_ScalesOldValues()
    {
        double[] c = [1, 2, 3, 4];
        Gemm.Run<double>(false, false, 2, 2, 0, 1, [], 1, [], 2, 0.5, c, 2);
        Assert.Equal([0.5, 1, 1.5, 2], c);
    }

    [Fact]
    public void Run_BetaZero_IgnoresNotANumberInOldValues()
    {
        float[] c = [float.NaN, float.PositiveInfinity];
        Gemm.Run<float>(false, false, 1, 2, 1, 1, [2], 1, [3, 4], 2, 0, c, 2);
        Assert.Equal([6, 8], c);
    }

    [Theory]
    [InlineData(300, 200, 500)]
    [InlineData(100, 900, 257)]
    public void Run_DifferentThreadCounts_GivesTheSameBits(int m, int n, int k)
    {
        var random = new Random(5);
        float[] a = Fill<float>(random, m * k);
        float[] b = Fill<float>(random, k * n);
        var results = new List<float[]>();
        foreach (int threads in new[] { 1, 2, 3, 8 })
        {
            float[] c = new float[m * n];
            ThreadCount.With(threads, () => Gemm.Run<float>(false, false, m, n, k, 1, a, k, b, n, 0, c, n));
            results.Add(c);
        }
        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    [Theory]
    [InlineData(1, 20, 30, 40)]
    [InlineData(7, 5, 6, 9)]
    [InlineData(65, 33, 17, 21)]
    [InlineData(3, 200, 210, 220)]
    public void RunBatched_StridedMatrices_EqualsOneByOne(int batch, int m, int n, int k)
    {
        var random = new Random(6);
        double[] a = Fill<double>(random, batch * m * k);
        double[] b = Fill<double>(random, n * k);
        double[] c = new double[batch * m * n];
        Gemm.RunBatched<double>(batch, false, true, m, n, k, 1, a, k, m * k, b, k, 0, 0, c, n, m * n);
        double[] expected = new double[batch * m * n];
        for (int i = 0; i < batch; i++)
        {
            Gemm.Run<double>(false, true, m, n, k, 1, a.AsSpan(i * m * k, m * k), k, b, k, 0, expected.AsSpan(i * m * n, m * n), n);
        }
        Assert.Equal(expected, c);
    }

    [Fact]
    public void Run_ShortSpan_IsRefusedWithTheNeededLength()
    {
        var error = Assert.Throws<ArgumentException>(() => Gemm.Run<float>(false, false, 2, 2, 2, 1, new float[3], 2, new float[4], 2, 0, new float[4], 2));
        Assert.Contains("Matrix A needs 4 elements", error.Message);
    }

    [Fact]
    public void Run_OverlappingRows_AreRefused()
        => Assert.Throws<ArgumentException>(() => Gemm.Run<float>(false, false, 2, 2, 2, 1, new float[9], 1, new float[4], 2, 0, new float[4], 2));

    private static void CheckAll<T>(int m, int n, int k, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (SimdWidth width in new[] { SimdWidth.Scalar, SimdWidth.Bits128, SimdWidth.Bits256, SimdWidth.Bits512 })
        {
            for (int transposes = 0; transposes < 4; transposes++)
            {
                Check<T>(width, (transposes & 1) != 0, (transposes & 2) != 0, m, n, k, 1, 0, tolerance);
            }
        }
        Check<T>(SimdWidths.Best, false, false, m, n, k, 0.75, 1, tolerance);
    }

    private static void Check<T>(SimdWidth width, bool transA, bool transB, int m, int n, int k, double alpha, double beta, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(1);
        int lda = (transA ? m : k) + 3;
        int ldb = (transB ? k : n) + 1;
        int ldc = n + 2;
        T[] a = Fill<T>(random, (transA ? k : m) * lda);
        T[] b = Fill<T>(random, (transB ? n : k) * ldb);
        T[] c = Fill<T>(random, m * ldc);
        T[] before = [.. c];
        Gemm.Run(width, transA, transB, m, n, k, T.CreateChecked(alpha), a, lda, b, ldb, T.CreateChecked(beta), c, ldc);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = 0;
                for (int p = 0; p < k; p++)
                {
                    sum += double.CreateChecked(a[transA ? (p * lda) + i : (i * lda) + p]) * double.CreateChecked(b[transB ? (j * ldb) + p : (p * ldb) + j]);
                }
                double expected = (alpha * sum) + (beta * double.CreateChecked(before[(i * ldc) + j]));
                double actual = double.CreateChecked(c[(i * ldc) + j]);
                Assert.True(
                    Math.Abs(expected - actual) <= tolerance * (1 + Math.Abs(expected)),
                    $"{width} {(transA ? "T" : "N")}{(transB ? "T" : "N")} C[{i}, {j}]: expected {expected}, got {actual}, difference {actual - expected}.");
            }
            for (int j = n; j < ldc; j++)
            {
                Assert.Equal(before[(i * ldc) + j], c[(i * ldc) + j]);
            }
        }
    }

    private static T[] Fill<T>(Random random, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new T[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = T.CreateChecked(random.NextDouble() - 0.5);
        }
        return values;
    }
}
