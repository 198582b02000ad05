using System.Runtime.CompilerServices;
using QDiff.Engine.Circuits;

namespace QDiff.Engine.Planning;

/// <summary>
/// Turns circuits into plans. Every gate of the catalog is lowered to RY rotations, phases and renamings of basis states. Renamings
/// (CNOT, X, SWAP) only change the index map. Rotations of one qubit are merged, as are all phases between two renamings,
/// and a rotation moves ahead of phases on other qubits. A gate for which no lowering is known runs as a dense matrix.
/// </summary>
public static class Planner
{
    private static readonly ConditionalWeakTable<Circuit, Plan> Plans = [];

    /// <summary>The plan of a circuit. Planned once: the same circuit object gives the same plan.</summary>
    public static Plan Plan(Circuit circuit)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        return Plans.GetValue(circuit, static c => new Lowering(c).Lower());
    }
}
