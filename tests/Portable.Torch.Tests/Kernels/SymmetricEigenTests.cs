using TorchSharp;

namespace QDiff.Portable.Torch.Tests.Kernels;

public class SymmetricEigenTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(64)]
    [InlineData(129)]
    public void Decompose_RandomMatrix_RebuildsItFromOrthonormalVectors(int n)
    {
        var random = new Random(n);
        double[] a = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                a[(i * n) + j] = a[(j * n) + i] = random.NextDouble() - 0.5;
            }
        }
        Check(n, a);
    }

    [Fact]
    public void Decompose_DegenerateMatrices_RebuildsThem()
    {
        Check(4, new double[16]);
        Check(3, [2, 0, 0, 0, 2, 0, 0, 0, 2]);
        Check(4, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        Check(4, [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 0, 0, 3, 0]);
        Check(3, [1e10, 1, 1e-8, 1, 2, 1e-9, 1e-8, 1e-9, 1e-10]);
    }

    [Fact]
    public void Decompose_SecondDifferences_GivesTheKnownSpectrum()
    {
        // The path graph's matrix tridiag(−1, 2, −1) has eigenvalues 2 − 2·cos(π·k/(n + 1)).
        const int n = 40;
        double[] a = new double[n * n], values = new double[n];
        for (int i = 0; i < n; i++)
        {
            a[(i * n) + i] = 2;
            if (i > 0)
            {
                a[(i * n) + i - 1] = -1;
            }
        }
        SymmetricEigen.Decompose(n, a, values, []);
        for (int k = 1; k <= n; k++)
        {
            Assert.Equal(2 - (2 * Math.Cos(Math.PI * k / (n + 1))), values[k - 1], 13);
        }
    }

    [Fact]
    public void Decompose_NotANumber_IsRefusedWithItsPlace()
    {
        var error = Assert.Throws<ArgumentException>(() => SymmetricEigen.Decompose(2, [1, 0, double.NaN, 1], new double[2], []));
        Assert.Contains("entry [1, 0] is NaN", error.Message);
    }

    [Fact]
    public void Decompose_WrongLength_IsRefused()
        => Assert.Throws<ArgumentException>(() => SymmetricEigen.Decompose(2, new double[3], new double[2], []));

    private static void Check(int n, double[] a)
    {
        double[] values = new double[n], vectors = new double[n * n];
        SymmetricEigen.Decompose(n, a, values, vectors);
        double scale = 1 + a.Max(Math.Abs);
        for (int i = 0; i < n; i++)
        {
            Assert.True(i == 0 || values[i - 1] <= values[i], $"value {i} is below its predecessor.");
            for (int j = 0; j < n; j++)
            {
                double rebuilt = 0, product = 0;
                for (int k = 0; k < n; k++)
                {
                    rebuilt += vectors[(i * n) + k] * values[k] * vectors[(j * n) + k];
                    product += vectors[(k * n) + i] * vectors[(k * n) + j];
                }
                Assert.True(Math.Abs(rebuilt - a[(i * n) + j]) < 1e-13 * scale * n, $"A[{i}, {j}]: expected {a[(i * n) + j]}, got {rebuilt}.");
                Assert.True(Math.Abs(product - (i == j ? 1 : 0)) < 1e-13 * n, $"VᵀV[{i}, {j}] is {product}.");
            }
        }
    }
}
