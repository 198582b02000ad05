namespace QDiff.Models.Quantum;

/// <summary>How a circuit's gradients are obtained while a model trains (docs/gradients.md).</summary>
public enum GradientMethod
{
    /// <summary>Exact adjoint differentiation.</summary>
    Adjoint,

    /// <summary>The parameter-shift rule, exact or with independent shots: what a device can do.</summary>
    Shift,

    /// <summary>The parameter-shift rule under shots whose random numbers the two runs of a shift share, outcomes sorted by their loss.</summary>
    Antithetic,

    /// <summary>Simultaneous perturbation, four of 0.1 rad averaged, exact or under shots.</summary>
    Spsa,
}
