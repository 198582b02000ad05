namespace QDiff.Engine.Tests;

/// <summary>Assertions on random draws: within 5 standard errors, with the seed in the message.</summary>
internal static class Sampling
{
    public static void AssertWithin(double expected, double actual, double standardError, string what) => Assert.True(
        Math.Abs(actual - expected) <= Tolerances.Sigmas * standardError,
        $"{what}: expected {expected}, got {actual}, difference {actual - expected:g3} = {(actual - expected) / standardError:f1} standard errors.");

    /// <summary>Every count is within 5σ of count·p, binomial; cells with p = 0 must be empty.</summary>
    public static void AssertCounts(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> counts, long total, string what)
    {
        for (var cell = 0; cell < probabilities.Length; cell++)
        {
            var p = probabilities[cell];
            AssertWithin(total * p, counts[cell], Math.Sqrt(total * p * (1 - p)) + 1e-9 * total, $"{what}, cell {cell}");
        }
    }
}
