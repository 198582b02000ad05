namespace QDiff.Kernels.StateVectors;

/// <summary>
/// Sine and cosine in double on any device: x = kπ/2 + r with r in [−π/4, π/4], π/2 in three parts, polynomials in r². Below 2 units in the last
/// place for |x| up to 10⁶; beyond, x is first reduced by a multiple of 2π. The devices' own functions are not used: in single
/// precision they are approximations that lose all digits of large angles, in double they differ from device to device.
/// </summary>
/// <remarks>Source of the polynomials: S. L. Moshier, Cephes 2.8, sin.c (docs/references.md: Cephes).</remarks>
internal static class KernelTrigonometry
{
    private const double Largest = 1e6;

    /// <summary>sin x, or cos x = sin(x + π/2).</summary>
    /// <param name="angle">In radians.</param>
    /// <param name="quarters">0 for the sine, 1 for the cosine.</param>
    public static double Sine(double angle, int quarters)
    {
        if (angle > Largest || angle < -Largest)
        {
            angle -= 2 * Math.PI * Round(angle / (2 * Math.PI));
        }

        long quarter = Round(angle * (2 / Math.PI));

        // The first two parts have 33 bits, so that their products are exact.
        double r = angle - quarter * 1.57079632673412561417;
        r -= quarter * 6.07710050630396597660e-11;
        r -= quarter * 2.02226624879595063154e-21;
        long quadrant = quarter + quarters;
        double z = r * r, value;
        if ((quadrant & 1) == 0)
        {
            value = 1.58962301576546568060e-10;
            value = value * z - 2.50507477628578072866e-8;
            value = value * z + 2.75573136213857245213e-6;
            value = value * z - 1.98412698295895385996e-4;
            value = value * z + 8.33333333332211858878e-3;
            value = value * z - 1.66666666666666307295e-1;
            value = r + r * z * value;
        }
        else
        {
            value = -1.13585365213876817300e-11;
            value = value * z + 2.08757008419747316778e-9;
            value = value * z - 2.75573141792967388112e-7;
            value = value * z + 2.48015872888517045348e-5;
            value = value * z - 1.38888888888730564116e-3;
            value = value * z + 4.16666666666665929218e-2;
            value = 1 - 0.5 * z + z * z * value;
        }

        return (quadrant & 2) == 0 ? value : -value;
    }

    private static long Round(double value) => (long)(value < 0 ? value - 0.5 : value + 0.5);
}
