using QDiff.Engine.Gates;

namespace QDiff.Engine.Chips;

/// <summary>
/// How many CZ gates a gate costs on a chip whose only two-qubit gate is CZ, besides one-qubit gates: none for one qubit, 1 for CNOT, CY and CZ, 3 for
/// SWAP, 2 for the catalog's other two-qubit gates, 3 for any two-qubit unitary, 6 for Toffoli, 8 for Fredkin.
/// </summary>
/// <remarks>Source: Vatan and Williams 2004; of the three-qubit gates: Nielsen and Chuang, section 4.3 (docs/references.md: VatanWilliams2004, NielsenChuang2010).</remarks>
public static class CzCost
{
    /// <summary>The cost of any two-qubit unitary: 3.</summary>
    public const int AnyTwoQubitGate = 3;

    /// <summary>The number of CZ gates.</summary>
    /// <exception cref="ArgumentException">A user's own unitary on three qubits.</exception>
    public static int Of(GateDefinition gate)
    {
        ArgumentNullException.ThrowIfNull(gate);
        return gate.Arity switch
        {
            1 => 0,
            2 when gate == GateCatalog.CZ || gate == GateCatalog.CNOT || gate == GateCatalog.CY => 1,
            2 when gate == GateCatalog.SWAP || gate.IsUserGiven => AnyTwoQubitGate,
            2 => 2,
            _ when gate == GateCatalog.Toffoli => 6,
            _ when gate == GateCatalog.Fredkin => 8,
            _ => throw Guard.NoCzCost(gate),
        };
    }
}
