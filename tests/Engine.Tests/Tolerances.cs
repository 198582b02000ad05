using System.Numerics;

namespace QDiff.Engine.Tests;

/// <summary>The only home of tolerances. Loosening one is a commit of its own, with its reason.</summary>
internal static class Tolerances
{
    /// <summary>Sampling tests accept deviations up to this many standard errors: a false alarm in 1.7 million.</summary>
    public const double Sigmas = 5;

    /// <summary>Closed forms in double, relative: a few roundings.</summary>
    public const double ClosedForm = 1e-14;

    /// <summary>An inverse function, relative to the conditioning of the problem.</summary>
    public const double Inverse = 1e-10;

    /// <summary>Length of a unit vector of floats.</summary>
    public const double UnitVectorSingle = 3e-7;

    /// <summary>Algebra on quaternions in double.</summary>
    public const double Rotation = 1e-14;

    /// <summary>Sine and cosine in float, relative: two units in the last place.</summary>
    public const double SineSingle = 2 * 1.2e-7;

    /// <summary>Sine and cosine in double, relative: two units in the last place.</summary>
    public const double SineDouble = 2 * 2.3e-16;

    /// <summary>Norm or fidelity of float states after a few tens of gates.</summary>
    public const double NormSingle = 3e-6;

    /// <summary>The same float operations on different qubits in another order: a few roundings of amplitudes below 1.</summary>
    public const double CommutedRoundingSingle = 3e-7;

    /// <summary>Real or imaginary part of an amplitude after up to a few hundred gates.</summary>
    public static double Amplitude<T>()
        where T : IBinaryFloatingPointIeee754<T> => typeof(T) == typeof(float) ? 3e-6 : 1e-13;

    /// <summary>An expectation value or probability after up to a few hundred gates.</summary>
    public static double Expectation<T>()
        where T : IBinaryFloatingPointIeee754<T> => typeof(T) == typeof(float) ? 1e-5 : 1e-12;

    /// <summary>
    /// A gradient under the given cotangents c: the reference's differences are right to 1e-9·√Σc², float arithmetic to 1e-5·√Σc².
    /// </summary>
    public static double Gradient<T>(double[] cotangents)
        where T : IBinaryFloatingPointIeee754<T> =>
        (typeof(T) == typeof(float) ? 1e-5 : 1e-9) * Math.Max(1, Math.Sqrt(cotangents.Sum(c => c * c)));

    /// <summary>
    /// What rounding an angle costs: scale and offset are applied in T, so a large angle is off by half a unit in its last place.
    /// Four of them, because several gates share the largest.
    /// </summary>
    public static double AngleRounding<T>(double largestAngle)
        where T : IBinaryFloatingPointIeee754<T> => 4 * (typeof(T) == typeof(float) ? Math.ScaleB(1, -24) : Math.ScaleB(1, -53)) * largestAngle;

    /// <summary>A value of one trajectory: as an expectation value, and every drawn operator divides by the square root of a probability.</summary>
    public static double Trajectory<T>()
        where T : IBinaryFloatingPointIeee754<T> => typeof(T) == typeof(float) ? 3e-5 : 1e-11;
}
