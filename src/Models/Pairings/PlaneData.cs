using QDiff.Engine.Randomness;

namespace QDiff.Models.Pairings;

/// <summary>Draws points of the plane from a target. Point i of a seed is the same whatever the number of points drawn.</summary>
/// <remarks>
/// Curves have a Gaussian width of 0.05 across, without which they would have no density and no divergence from one would be finite.
/// The segment runs from (−1, −1/2) to (1, 1/2); the circle has radius 1; the moons are half circles of radius 0.7 about (∓0.35, ∓0.175);
/// the eight Gaussians of deviation 0.1 stand on the unit circle.
/// </remarks>
/// <param name="target">What to draw.</param>
public sealed class PlaneData(PlaneTarget target)
{
    private const double Width = 0.05;
    private const double Spread = 0.1;
    private const int Blobs = 8;
    private const int CalibrationPoints = 20_000;

    /// <summary>The factor that brings the mean square of a coordinate to 1; the diffusion works on scaled points.</summary>
    public double Scale { get; } = Math.Sqrt(CalibrationPoints * 2 / Draw(target, CalibrationPoints, 0).Sum(x => (double)x * x));

    /// <summary>Points (x, y) one after the other.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <returns>[count, 2].</returns>
    public float[] Draw(int count, ulong seed) => Draw(target, count, seed);

    private static float[] Draw(PlaneTarget target, int count, ulong seed)
    {
        var points = new float[2 * count];
        for (int i = 0; i < count; i++)
        {
            var random = new CounterRandom(seed, i, 0);
            double u = random.Double(0), v = random.Double(1);
            (double first, double second) = random.NormalPair(1);
            (double x, double y) = target switch
            {
                PlaneTarget.Line => ((2 * u) - 1, u - 0.5),
                PlaneTarget.Circle => (Math.Cos(2 * Math.PI * u), Math.Sin(2 * Math.PI * u)),
                PlaneTarget.Moons when v < 0.5 => ((0.7 * Math.Cos(Math.PI * u)) - 0.35, (0.7 * Math.Sin(Math.PI * u)) - 0.175),
                PlaneTarget.Moons => ((0.7 * Math.Cos(Math.PI * u)) + 0.35, 0.175 - (0.7 * Math.Sin(Math.PI * u))),
                PlaneTarget.Gaussians => (Math.Cos(2 * Math.PI * (int)(Blobs * u) / Blobs), Math.Sin(2 * Math.PI * (int)(Blobs * u) / Blobs)),
                _ => throw new ArgumentOutOfRangeException(nameof(target), target, "Unknown target."),
            };
            double width = target == PlaneTarget.Gaussians ? Spread : Width;
            points[2 * i] = (float)(x + (width * first));
            points[(2 * i) + 1] = (float)(y + (width * second));
        }

        return points;
    }
}
