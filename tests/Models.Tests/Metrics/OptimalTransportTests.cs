using QDiff.Models.Metrics;

namespace QDiff.Models.Tests.Metrics;

public class OptimalTransportTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    public void Cost_OfRandomCosts_IsTheLeastOverAllPermutations(int n)
    {
        var random = new Random(7 + n);
        for (int trial = 0; trial < 20; trial++)
        {
            var cost = new double[n, n];
            for (int i = 0; i < n * n; i++)
            {
                cost[i / n, i % n] = random.NextDouble() - 0.3;
            }

            Assert.Equal(Least(cost, 0, 0) / n, OptimalTransport.Cost(cost), 12);
        }
    }

    [Fact]
    public void Cost_OfARectangle_IsRefused() => Assert.Throws<ArgumentException>(() => OptimalTransport.Cost(new double[2, 3]));

    private static double Least(double[,] cost, int row, int used)
    {
        int n = cost.GetLength(0);
        return row == n ? 0 : Enumerable.Range(0, n).Where(j => (used >> j & 1) == 0).Min(j => cost[row, j] + Least(cost, row + 1, used | 1 << j));
    }
}
