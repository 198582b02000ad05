using System.Collections.Immutable;
using QDiff.Engine.Programs;

namespace QDiff.Engine.Chips;

/// <summary>A program whose two-qubit gates all act on coupled positions, with the exchanges that brought it there.</summary>
/// <param name="Program">The program on positions; its classical bits are those of the original.</param>
/// <param name="InitialLayout">The position of each qubit of the original at the start.</param>
/// <param name="FinalLayout">
/// The position of each qubit of the original at the end: amplitude k of the original is the routed one's amplitude with bit q of k at bit FinalLayout[q].
/// </param>
/// <param name="SwapCount">Number of SWAP gates put in.</param>
public sealed record RoutedProgram(
    QuantumProgram Program, ImmutableArray<int> InitialLayout, ImmutableArray<int> FinalLayout, int SwapCount);
