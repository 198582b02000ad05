using System.Collections.Immutable;
using QDiff.Engine.Circuits;

namespace QDiff.Engine.Planning;

/// <summary>An angle that a pass needs: Σ_t c_t · value(parameter t), from all gates that were merged into it.</summary>
/// <param name="Terms">The parameters and their factors c.</param>
/// <param name="IsRotation">
/// True: the angle θ of RY(θ). False: a phase α, which multiplies by e^{iα} where the bit is 0 and by e^{-iα} where it is 1.
/// </param>
internal sealed record AngleSlot(ImmutableArray<(Parameter Parameter, double Factor)> Terms, bool IsRotation)
{
    /// <summary>Whether all samples have the same angle.</summary>
    public bool IsShared { get; } = Terms.All(t => t.Parameter.Kind != ParameterKind.Input);

    /// <summary>Whether any gradient goes through the angle.</summary>
    public bool IsDifferentiable { get; } = Terms.Any(t => t.Parameter.Differentiable);
}
