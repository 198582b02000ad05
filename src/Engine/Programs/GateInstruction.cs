using QDiff.Engine.Circuits;

namespace QDiff.Engine.Programs;

/// <summary>A unitary gate.</summary>
/// <param name="Operation">The gate with its qubits and parameters.</param>
public sealed record GateInstruction(Operation Operation) : Instruction;
