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
    /// <summary>A term, or all of them, with no sign of a Pauli frame.</summary>
    public const int Unsigned = -1;

    /// <summary>The terms have different signs.</summary>
    public const int Mixed = -2;

    /// <summary>Whether all samples have the same angle, but for signs of a Pauli frame.</summary>
    public bool IsShared { get; } = Terms.All(t => t.Parameter.Kind != ParameterKind.Input);

    /// <summary>Whether any gradient goes through the angle.</summary>
    public bool IsDifferentiable { get; } = Terms.Any(t => t.Parameter.Differentiable);

    /// <summary>
    /// In a trajectory: which sign of the Pauli frame each term has, or <see cref="Unsigned"/>. Empty when no term has one.
    /// </summary>
    public ImmutableArray<int> SignOfTerm { get; init; } = [];

    /// <summary>Whether all samples have the same angle, sign included.</summary>
    public bool IsUniform => IsShared && Sign == Unsigned;

    /// <summary>The sign that the whole angle has, <see cref="Unsigned"/> or <see cref="Mixed"/>.</summary>
    public int Sign { get; init; } = Unsigned;
}
