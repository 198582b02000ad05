namespace QDiff.Models.Metrics;

/// <summary>Estimates the Kullback-Leibler divergence D(P‖Q) = E_P ln(p/q), in nats, of two distributions in the plane from points of each.</summary>
public static class KullbackLeibler
{
    /// <summary>From counts in squares of a side of <paramref name="cell"/>; where P has points and Q has none, Q counts half a point.</summary>
    /// <remarks>Blind to differences within a square; biased upwards by about (occupied squares)/N for N points of each.</remarks>
    /// <param name="p">Points of P, [N, 2].</param>
    /// <param name="q">Points of Q, [M, 2].</param>
    /// <param name="cell">Side of a square, above 0.</param>
    public static double Histogram(ReadOnlySpan<float> p, ReadOnlySpan<float> q, double cell)
    {
        Dictionary<(int, int), int> inP = Count(p, cell), inQ = Count(q, cell);
        double n = p.Length / 2, m = q.Length / 2, sum = 0;
        foreach (((int, int) square, int count) in inP.OrderBy(e => e.Key))
        {
            double share = inQ.TryGetValue(square, out int other) ? other : 0.5;
            sum += count / n * Math.Log(count / n * m / share);
        }

        return sum;
    }

    /// <summary>
    /// From distances to k-th nearest neighbours: (2/N) Σ ln(ν_i/ρ_i) + ln(M/(N − 1)), ρ_i the distance of p_i to its k-th neighbour among the other
    /// points of P, ν_i among the points of Q (Wang, Kulkarni and Verdú 2009, docs/references.md: Wang2009).
    /// </summary>
    /// <param name="p">Points of P, [N, 2], N &gt; k.</param>
    /// <param name="q">Points of Q, [M, 2], M ≥ k.</param>
    /// <param name="k">Which neighbour.</param>
    public static double NearestNeighbours(ReadOnlyMemory<float> p, ReadOnlyMemory<float> q, int k)
    {
        int n = p.Length / 2, m = q.Length / 2;
        if (k < 1 || n <= k || m < k)
        {
            throw new ArgumentException($"The {k}-th neighbour needs more than {k} points of each distribution; got {n} and {m}.", nameof(k));
        }

        var terms = new double[n];
        Parallel.For(0, n, i => terms[i] = Math.Log(Distance(q.Span, p.Span, i, k, -1) / Distance(p.Span, p.Span, i, k, i)));
        return (2 * terms.Sum() / n) + Math.Log(m / (n - 1.0));
    }

    /// <summary>Distance from point <paramref name="i"/> of <paramref name="from"/> to its k-th nearest in <paramref name="points"/>.</summary>
    private static double Distance(ReadOnlySpan<float> points, ReadOnlySpan<float> from, int i, int k, int except)
    {
        float x = from[2 * i], y = from[(2 * i) + 1];
        Span<float> nearest = stackalloc float[k];
        nearest.Fill(float.PositiveInfinity);
        for (int j = 0; j < points.Length / 2; j++)
        {
            float dx = points[2 * j] - x, dy = points[(2 * j) + 1] - y, square = (dx * dx) + (dy * dy);
            if (square >= nearest[k - 1] || j == except)
            {
                continue;
            }

            int place = k - 1;
            for (; place > 0 && nearest[place - 1] > square; place--)
            {
                nearest[place] = nearest[place - 1];
            }

            nearest[place] = square;
        }

        // Points that coincide have no density; the smallest distance that single precision tells apart stands in.
        return Math.Sqrt(Math.Max(nearest[k - 1], 1e-14));
    }

    private static Dictionary<(int, int), int> Count(ReadOnlySpan<float> points, double cell)
    {
        var counts = new Dictionary<(int, int), int>();
        for (int i = 0; i < points.Length; i += 2)
        {
            (int, int) square = ((int)Math.Floor(points[i] / cell), (int)Math.Floor(points[i + 1] / cell));
            counts[square] = counts.GetValueOrDefault(square) + 1;
        }

        return counts;
    }
}
