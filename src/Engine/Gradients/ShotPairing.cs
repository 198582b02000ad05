namespace QDiff.Engine.Gradients;

/// <summary>Which random numbers the two runs of a difference f(θ + s) − f(θ − s) are measured with.</summary>
public enum ShotPairing
{
    /// <summary>Each run its own: Var = Var₊ + Var₋, what a device gives.</summary>
    Independent,

    /// <summary>
    /// The same uniform number u for shot i of both, turned into an outcome by the inverse of the cumulative Born distribution in the order of
    /// basis states: Var = Var₊ + Var₋ − 2 Cov, and near distributions give the same outcome most of the time.
    /// </summary>
    Antithetic,

    /// <summary>
    /// The same, with the outcomes ordered by what they add to the loss. Both runs are then increasing functions of u, which is the coupling
    /// with the greatest covariance of all (Glasserman and Yao 1992, docs/references.md: GlassermanYao1992).
    /// </summary>
    AntitheticSorted,
}
