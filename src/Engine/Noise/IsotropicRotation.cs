using QDiff.Engine.Randomness;

namespace QDiff.Engine.Noise;

/// <summary>
/// Random rotations R of the Bloch sphere with no preferred axis, such that R μ is distributed as the von Mises-Fisher distribution
/// vMF(μ, κ) for *every* direction μ. Their mean is A(κ)·1, the shrink of a depolarizing channel with 1 − p = A(κ), on entangled
/// states as well; on a product state every Bloch vector is an independent vMF draw about where it was.
/// </summary>
/// <remarks>
/// <para>
/// Such rotations exist because vMF is a mixture of Brownian motions on the sphere (Hartman and Watson 1974), which rotations drive. Their density with
/// respect to the uniform (Haar) measure is a function of the angle φ alone. Averaging it over the rotations that take μ to a direction
/// at angle β must give the vMF density; this is an Abel integral equation (by Mehler-Dirichlet's formula for the Legendre polynomials),
/// and with y = cos φ its solution is f(y) = κ/sinh κ · [e^{−κ} + √(πκ(1+y)) e^{κy} erf √(κ(1+y))] ≥ 0.
/// </para>
/// <para>
/// Sampled without rejection: let 1 − w be the vMF draw, E a standard exponential, s² = min(1 − w + E/κ, 2)/2, and q a uniformly
/// random unit quaternion; then R is the quaternion (√(1 − s²|v|²), s v) with v the vector part of q. κ = 0 gives s = 1: uniform rotations.
/// (e^{κy} and the error function together are the density of the product of a Beta(3/2, 1/2) variate, sin² of a
/// uniform rotation's half angle, and a gamma variate of shape 2 cut off at 2κ, whose two exponential parts are κ(1 − w) and E.)
/// </para>
/// Source of the mixture: Hartman and Watson, "Normal distribution functions on spheres and the modified Bessel functions", Annals of
/// Probability 2, 1974; of the uniform quaternion: Shoemake,
/// "Uniform random rotations", Graphics Gems III, 1992 (docs/references.md: HartmanWatson1974, Shoemake1992).
/// </remarks>
public static class IsotropicRotation
{
    /// <summary>Blocks of the random stream that one rotation reads.</summary>
    public const int BlocksPerDraw = 3;

    /// <summary>Draws a rotation whose images are vMF-distributed with concentration <paramref name="kappa"/>.</summary>
    /// <param name="kappa">κ in [0, ∞).</param>
    /// <param name="random">The stream to read.</param>
    /// <param name="firstBlock">The first of the <see cref="BlocksPerDraw"/> blocks that are read.</param>
    public static BlochRotation Sample(double kappa, CounterRandom random, int firstBlock)
    {
        var (v, exponential) = random.DoublePair(firstBlock);
        var (split, firstTurn) = random.DoublePair(firstBlock + 1);
        var (secondTurn, _) = random.DoublePair(firstBlock + 2);

        var along = VonMisesFisher.OneMinusCosine(kappa, VonMisesFisher.Expm1OfMinusTwo(kappa), v);
        var squared = kappa == 0 ? 1 : Math.Min(along - Math.Log(exponential) / kappa, 2) / 2;
        var scale = Math.Sqrt(squared);

        // Shoemake: (√(1−u) sin a, √(1−u) cos a, √u sin b, √u cos b) is uniform on S³.
        var (sinA, cosA) = Math.SinCos(2 * Math.PI * firstTurn);
        var (sinB, cosB) = Math.SinCos(2 * Math.PI * secondTurn);
        var (x, y, z) = (scale * Math.Sqrt(1 - split) * sinA, scale * Math.Sqrt(split) * sinB, scale * Math.Sqrt(split) * cosB);
        var scalar = Math.Sqrt(1 - split) * cosA;
        return new BlochRotation(Math.Sqrt(1 - squared * (1 - scalar * scalar)), x, y, z);
    }

    /// <summary>Draws a half turn about a uniformly random axis: the mean rotation is −1/3 of the identity.</summary>
    /// <param name="random">The stream to read.</param>
    /// <param name="block">The block that is read.</param>
    public static BlochRotation SampleHalfTurn(CounterRandom random, int block)
    {
        var (height, turn) = random.DoublePair(block);
        var z = 2 * height - 1;
        var across = Math.Sqrt(1 - z * z);
        var (sin, cos) = Math.SinCos(2 * Math.PI * turn);
        return new BlochRotation(0, across * cos, across * sin, z);
    }
}
