namespace TorchSharp;

/// <summary>Functions that .NET lacks.</summary>
internal static class SpecialFunctions
{
    private const double TwoOverRootPi = 1.1283791670955126;

    /// <summary>
    /// erf(x) = 2/√π ∫₀ˣ e^{−t²} dt to double precision: the series 2/√π·e^{−x²}·Σ 2ⁿx^{2n+1}/(2n+1)!! below 2.5, the continued fraction of
    /// erfc above (Abramowitz and Stegun 7.1.6, 7.1.14).
    /// </summary>
    public static double Erf(double x)
    {
        double a = Math.Abs(x);
        if (double.IsNaN(x) || a > 6)
        {
            return double.IsNaN(x) ? x : Math.Sign(x);
        }
        double square = a * a;
        if (a < 2.5)
        {
            double term = a, sum = a;
            for (int n = 1; term > 1e-18 * sum; n++)
            {
                term *= 2 * square / ((2 * n) + 1);
                sum += term;
            }
            return Math.CopySign(TwoOverRootPi * Math.Exp(-square) * sum, x);
        }
        double fraction = a;
        for (int n = 60; n >= 1; n--)
        {
            fraction = a + (0.5 * n / fraction);
        }
        return Math.CopySign(1 - (Math.Exp(-square) / (fraction * Math.Sqrt(Math.PI))), x);
    }
}
