namespace QDiff.Engine.Programs;

/// <summary>Puts a qubit into |0⟩ whatever it was: the channel with Kraus operators |0⟩⟨0| and |0⟩⟨1|.</summary>
/// <param name="Qubit">The qubit.</param>
public sealed record ResetInstruction(int Qubit) : Instruction;
