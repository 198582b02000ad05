using System.Collections.Immutable;

namespace QDiff.Engine.Programs;

/// <summary>Does nothing to states; kept so that a file that is read and written again keeps its barriers.</summary>
/// <param name="Qubits">The qubits.</param>
public sealed record BarrierInstruction(ImmutableArray<int> Qubits) : Instruction;
