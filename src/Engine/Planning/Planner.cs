using System.Runtime.CompilerServices;
using QDiff.Engine.Circuits;

namespace QDiff.Engine.Planning;

/// <summary>Turns circuits into plans.</summary>
public static class Planner
{
    private static readonly ConditionalWeakTable<Circuit, Plan> Plans = [];

    /// <summary>The plan of a circuit. Planned once: the same circuit object gives the same plan.</summary>
    public static Plan Plan(Circuit circuit)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        return Plans.GetValue(circuit, static c => new Plan(c));
    }
}
