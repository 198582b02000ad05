using System.Collections.Immutable;

namespace QDiff.Engine.Noise;

/// <summary>Where a readout error acts.</summary>
/// <param name="Error">The confusion.</param>
/// <param name="Positions">Qubits or classical bits; the first is the least significant bit of the confusion matrix's indices.</param>
public sealed record ReadoutGroup(ReadoutError Error, ImmutableArray<int> Positions);
