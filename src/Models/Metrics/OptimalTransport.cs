using System.Runtime.InteropServices;

namespace QDiff.Models.Metrics;

/// <summary>Exact optimal transport between two samples of equal size and weight, which is a matching of each element of one with one of the other.</summary>
public static class OptimalTransport
{
    /// <summary>The least mean cost over all matchings: the Wasserstein distance for that cost.</summary>
    /// <remarks>The Hungarian method with potentials (Kuhn 1955, docs/references.md: Kuhn1955), O(N³).</remarks>
    /// <param name="cost">[N, N], N ≥ 1, finite.</param>
    public static double Cost(double[,] cost)
    {
        ArgumentNullException.ThrowIfNull(cost);
        int n = cost.GetLength(0);
        if (n == 0 || cost.GetLength(1) != n)
        {
            throw new ArgumentException($"A matching needs a square matrix of costs; got {n} × {cost.GetLength(1)}.", nameof(cost));
        }

        // Row 0 and column 0 are sentinels; matched[j] is the row of column j.
        double[] rowPotential = new double[n + 1], columnPotential = new double[n + 1], slack = new double[n + 1];
        int[] matched = new int[n + 1], before = new int[n + 1];
        var visited = new bool[n + 1];
        for (int row = 1; row <= n; row++)
        {
            matched[0] = row;
            int column = 0;
            Array.Fill(slack, double.PositiveInfinity);
            Array.Clear(visited);
            do
            {
                visited[column] = true;
                int here = matched[column], next = 0;
                double least = double.PositiveInfinity, ofRow = rowPotential[here];
                ReadOnlySpan<double> costs = MemoryMarshal.CreateReadOnlySpan(ref cost[here - 1, 0], n);
                for (int j = 1; j <= n; j++)
                {
                    if (visited[j])
                    {
                        continue;
                    }

                    double reduced = costs[j - 1] - ofRow - columnPotential[j];
                    if (reduced < slack[j])
                    {
                        (slack[j], before[j]) = (reduced, column);
                    }

                    if (slack[j] < least)
                    {
                        (least, next) = (slack[j], j);
                    }
                }

                for (int j = 0; j <= n; j++)
                {
                    if (visited[j])
                    {
                        rowPotential[matched[j]] += least;
                        columnPotential[j] -= least;
                    }
                    else
                    {
                        slack[j] -= least;
                    }
                }

                column = next;
            }
            while (matched[column] != 0);

            while (column != 0)
            {
                matched[column] = matched[before[column]];
                column = before[column];
            }
        }

        double sum = 0;
        for (int j = 1; j <= n; j++)
        {
            sum += cost[matched[j] - 1, j - 1];
        }

        return sum / n;
    }
}
