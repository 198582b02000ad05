using System.Collections.Immutable;

namespace QDiff.Engine.Programs;

/// <summary>Runs one of two blocks, by classical bits that are tested once, before the block.</summary>
/// <param name="Condition">The test.</param>
/// <param name="Then">Run where it holds.</param>
/// <param name="Else">Run where it does not; may be empty.</param>
public sealed record IfInstruction(Condition Condition, ImmutableArray<Instruction> Then, ImmutableArray<Instruction> Else) : Instruction;
