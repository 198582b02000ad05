using System.Collections.Immutable;

namespace QDiff.Engine.Gates;

/// <summary>
/// A parameter-shift rule: df/dθ = Σ_j c_j f(θ + s_j), exact for an expectation value f of a circuit in which the parameter
/// occurs once.
/// </summary>
/// <param name="Terms">Pairs (coefficient c_j, shift s_j in radians).</param>
public sealed record ShiftRule(ImmutableArray<(double Coefficient, double Shift)> Terms)
{
    /// <summary>Two terms, for generators with one eigenvalue gap of 1: ½ f(θ + π/2) − ½ f(θ − π/2).</summary>
    public static ShiftRule TwoTerm { get; } = new([(0.5, Math.PI / 2), (-0.5, -Math.PI / 2)]);

    /// <summary>Four terms, for controlled rotations, whose generator has eigenvalues 0 and ±½ (gaps ½ and 1).</summary>
    public static ShiftRule FourTerm { get; } = new(
    [
        ((Math.Sqrt(2) + 1) / (4 * Math.Sqrt(2)), Math.PI / 2), (-(Math.Sqrt(2) + 1) / (4 * Math.Sqrt(2)), -Math.PI / 2),
        (-(Math.Sqrt(2) - 1) / (4 * Math.Sqrt(2)), 3 * Math.PI / 2), ((Math.Sqrt(2) - 1) / (4 * Math.Sqrt(2)), -3 * Math.PI / 2),
    ]);
}
