namespace QDiff.Engine.Mitigation;

/// <summary>The probability simplex: p ≥ 0 with Σ p = 1.</summary>
internal static class Simplex
{
    /// <summary>
    /// The point of the simplex that is nearest to a vector: max(v − λ, 0), with λ such that the sum is 1 (Duchi et al. 2008,
    /// docs/references.md: Duchi2008).
    /// </summary>
    public static double[] Project(double[] vector)
    {
        double[] falling = [.. vector.OrderDescending()];
        double sum = 0, shift = 0;
        for (int i = 0; i < falling.Length; i++)
        {
            sum += falling[i];
            double candidate = (sum - 1) / (i + 1);
            if (falling[i] > candidate)
            {
                shift = candidate;
            }
        }

        return [.. vector.Select(v => Math.Max(v - shift, 0))];
    }
}
