namespace QDiff.Engine.Measurement;

/// <summary>
/// The transform v_x → Σ_s (−1)^{|x ∧ s|} v_s, its own inverse up to 2^n. It turns counts of outcomes into the sums of all parities at once,
/// and coefficients of parities into what each outcome adds to their sum.
/// </summary>
internal static class WalshHadamard
{
    /// <summary>Transforms in place; the length is a power of two.</summary>
    public static void Transform(Span<double> values)
    {
        for (var half = 1; half < values.Length; half *= 2)
        {
            for (var start = 0; start < values.Length; start += 2 * half)
            {
                for (var i = start; i < start + half; i++)
                {
                    (values[i], values[i + half]) = (values[i] + values[i + half], values[i] - values[i + half]);
                }
            }
        }
    }
}
