namespace QDiff.Engine.Programs;

/// <summary>A projective measurement in the computational basis; the qubit is left in the state that was found.</summary>
/// <param name="Qubit">What is measured.</param>
/// <param name="Bit">The classical bit that takes the outcome.</param>
public sealed record MeasureInstruction(int Qubit, int Bit) : Instruction;
