using System.Collections.Immutable;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Programs;

namespace QDiff.Engine.Chips;

/// <summary>
/// Toffoli and Fredkin as gates on one and two qubits: six CNOT for the first, two more for the second.
/// Source: Nielsen and Chuang, figure 4.9 (docs/references.md: NielsenChuang2010).
/// </summary>
internal static class ThreeQubitGates
{
    /// <summary>The same instructions with these gates taken apart, in blocks too.</summary>
    public static ImmutableArray<Instruction> Expand(ImmutableArray<Instruction> instructions)
    {
        var result = ImmutableArray.CreateBuilder<Instruction>();
        foreach (Instruction instruction in instructions)
        {
            switch (instruction)
            {
                case GateInstruction { Operation: { Qubits: var q } operation } when operation.Gate == GateCatalog.Toffoli:
                    result.AddRange(Toffoli(q[0], q[1], q[2]));
                    break;
                case GateInstruction { Operation: { Qubits: var q } operation } when operation.Gate == GateCatalog.Fredkin:
                    result.Add(Gate(GateCatalog.CNOT, q[2], q[1]));
                    result.AddRange(Toffoli(q[0], q[1], q[2]));
                    result.Add(Gate(GateCatalog.CNOT, q[2], q[1]));
                    break;
                case IfInstruction block:
                    result.Add(block with { Then = Expand(block.Then), Else = Expand(block.Else) });
                    break;
                default:
                    result.Add(instruction);
                    break;
            }
        }

        return result.ToImmutable();
    }

    private static Instruction[] Toffoli(int a, int b, int target) =>
    [
        Gate(GateCatalog.H, target), Gate(GateCatalog.CNOT, b, target), Gate(GateCatalog.Tdg, target), Gate(GateCatalog.CNOT, a, target),
        Gate(GateCatalog.T, target), Gate(GateCatalog.CNOT, b, target), Gate(GateCatalog.Tdg, target), Gate(GateCatalog.CNOT, a, target),
        Gate(GateCatalog.T, b), Gate(GateCatalog.T, target), Gate(GateCatalog.H, target),
        Gate(GateCatalog.CNOT, a, b), Gate(GateCatalog.T, a), Gate(GateCatalog.Tdg, b), Gate(GateCatalog.CNOT, a, b),
    ];

    private static GateInstruction Gate(GateDefinition gate, params ImmutableArray<int> qubits) => new(new Operation(gate, qubits, []));
}
