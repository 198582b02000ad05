using System.Collections.Immutable;
using QDiff.Engine.Noise;

namespace QDiff.Engine.Programs;

/// <summary>A noise channel.</summary>
/// <param name="Channel">What happens.</param>
/// <param name="Qubits">Where: the first is the least significant bit of the Kraus operators' indices.</param>
public sealed record ChannelInstruction(Channel Channel, ImmutableArray<int> Qubits) : Instruction;
