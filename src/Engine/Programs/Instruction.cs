namespace QDiff.Engine.Programs;

/// <summary>One step of a <see cref="QuantumProgram"/>. Immutable; made and checked by <see cref="ProgramBuilder"/>.</summary>
public abstract record Instruction
{
    // Only the kinds in this folder exist: simulators switch over all of them.
    private protected Instruction()
    {
    }
}
