using QDiff.Engine.Circuits;

namespace QDiff.Engine.Planning;

/// <summary>A validated circuit, ready for a backend. Immutable; made by <see cref="Planner"/>.</summary>
public sealed class Plan
{
    internal Plan(Circuit circuit)
    {
        Circuit = circuit;
    }

    /// <summary>The circuit that was planned.</summary>
    public Circuit Circuit { get; }
}
